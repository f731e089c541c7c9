"""Random effects: what a specification means in columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.mixed.problem import read_problem
from analysis.mixed.random import contrasts

ROWS = pd.DataFrame(
    {
        "participant": ["p2", "p1", "p2", "p1", "p1", "p2"],
        "item": [1, 2, 3, 1, 2, 3],
        "condition": ["a", "b", "c", "a", "b", "c"],
        "late": [True, False, True, False, False, True],
        "x": [1.0, 2.0, 4.0, 0.0, 1.0, 3.0],
        "y": [0, 1, 0, 1, 0, 1],
    }
)


def test_contrasts_are_orthonormal_and_sum_to_zero():
    for k in (2, 3, 5):
        found = contrasts(k)
        np.testing.assert_allclose(found.T @ found, np.eye(k - 1), atol=1e-12)
        np.testing.assert_allclose(found.sum(axis=0), 0, atol=1e-12)


def test_uncorrelated_terms_share_one_parameter_each():
    problem = read_problem("y ~ 1", ROWS, {"participant": "1 + x", "item": "1 + condition + condition:x"})
    assert problem.covariance.names == [
        *("participant: 1", "participant: x", "item: 1", "item: condition", "item: condition:x"),
    ]
    assert problem.factors[1].widths == [1, 2, 2]
    first, second = problem.covariance.roots(np.array([1.0, 2, 3, 4, 5]))
    np.testing.assert_array_equal(first, np.diag([1, 2]))
    np.testing.assert_array_equal(second, np.diag([3, 4, 4, 5, 5]))


def test_correlated_terms_fill_a_triangle_in_treatment_coding():
    problem = read_problem(
        "y ~ 1",
        ROWS,
        {"participant": "1 + late", "item": "1"},
        correlated=["participant"],
        baselines={"late": True},
    )
    factor = problem.factors[0]
    assert factor.column_names == ["1", "late[T.False]"]
    assert problem.covariance.names == [
        *("participant: 1", "participant: late[T.False] × 1", "participant: late[T.False]", "item: 1"),
    ]
    np.testing.assert_array_equal(factor.columns(ROWS)[:, 1], [0, 1, 0, 1, 1, 0])
    root = problem.covariance.roots(np.array([1.0, 2, 3, 4]))[0]
    np.testing.assert_array_equal(root, [[1, 0], [2, 3]])


def test_standard_deviations_are_reported_without_sign():
    problem = read_problem("y ~ 1", ROWS, {"participant": "1 + x", "item": "1"}, correlated=True)
    theta = np.array([-1.0, 2, -3, 4])
    signed, _ = problem.covariance.signed(theta)
    np.testing.assert_array_equal(signed, [1, -2, 3, 4])
    before, after = problem.covariance.roots(theta)[0], problem.covariance.roots(signed)[0]
    np.testing.assert_allclose(before @ before.T, after @ after.T)


def test_levels_are_sorted_and_rows_point_at_them():
    problem = read_problem("y ~ 1", ROWS, {"participant": "1", "item": "1"})
    assert list(problem.factors[0].levels) == ["p1", "p2"]
    assert problem.groupings[0].index.tolist() == [1, 0, 1, 0, 0, 1]
