"""The search on functions whose minima are known."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.mixed.optimise import leave_saddle, polish, positive_inverse, quasi_newton

MATRIX = np.array([[40.0, 6, 1], [6, 10, -2], [1, -2, 900]])
CENTRE = np.array([0.3, -0.5, 0.02])


def quadratic(x):
    away = x - CENTRE
    return float(away @ MATRIX @ away) / 2 + 7, MATRIX @ away


def double_well(x):
    """Minima at (±1, 0), a saddle at the origin, as a deviance is in a standard deviation's sign."""
    a, b = x
    return 5 * (a**2 - 1) ** 2 + 20 * b**2, np.array([20 * a * (a**2 - 1), 40 * b])


def test_a_quadratic_is_minimised_with_its_hessian():
    found = polish(quadratic, quasi_newton(quadratic, np.zeros(3), np.eye(3) / 50))
    assert found.found
    assert found.value == pytest.approx(7, abs=1e-9)
    np.testing.assert_allclose(found.x, CENTRE, atol=1e-8)
    np.testing.assert_allclose(found.hessian, MATRIX, rtol=1e-6)
    np.testing.assert_allclose(found.inverse, np.linalg.inv(MATRIX), rtol=1e-6)


def test_a_saddle_is_no_minimum_and_is_left_downhill():
    there = polish(double_well, quasi_newton(double_well, np.array([0.0, 1.0]), np.eye(2) / 40))
    assert not there.found
    x, inverse = leave_saddle(double_well, there)
    assert double_well(x)[0] < double_well(there.x)[0]
    found = polish(double_well, quasi_newton(double_well, x, inverse))
    assert found.found
    np.testing.assert_allclose(np.abs(found.x), [1, 0], atol=1e-5)


def test_a_function_that_does_not_exist_at_the_start_is_not_found():
    assert not quasi_newton(lambda x: (np.inf, np.full(2, np.nan)), np.zeros(2), np.eye(2)).found


def test_a_step_into_where_the_function_does_not_exist_is_shortened():
    def half(x):
        return (
            (float(x[0] - np.log(x[0])), np.array([1 - 1 / x[0]]))
            if x[0] > 0
            else (np.inf, np.array([np.nan]))
        )

    found = quasi_newton(half, np.array([1.9]), np.array([[5.0]]))
    assert found.found
    assert found.x[0] == pytest.approx(1, abs=0.01)


def test_an_indefinite_matrix_has_no_positive_inverse():
    assert positive_inverse(np.diag([1.0, -1])) is None
    np.testing.assert_allclose(positive_inverse(MATRIX) @ MATRIX, np.eye(3), atol=1e-12)
