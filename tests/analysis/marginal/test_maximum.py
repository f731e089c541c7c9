"""The largest of correlated statistics, against scipy's studentized range, one-factor integrals and R's mvtnorm."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

from analysis.marginal.maximum import LargestStatistic

# mvtnorm: pmvt, pmvnorm with GenzBretz(maxpts=5e6, abseps=1e-7); critical values by uniroot over them
IRREGULAR = np.array([[1, 0.3, 0.7], [0.3, 1, -0.2], [0.7, -0.2, 1]])


def many_to_one(groups):
    """Correlation of comparisons of equal groups to one control."""
    return (np.eye(groups - 1) + 1) / 2


def pairs(groups):
    rows = [np.eye(groups)[i] - np.eye(groups)[j] for i in range(groups) for j in range(i)]
    return np.array(rows) @ np.array(rows).T / 2


def dunnett_sf(value, groups):
    """P(max |z| > value) for equal groups, whose comparisons depend on one common factor."""

    def density(z):
        ends = special.ndtr(value * np.sqrt(2) + z), special.ndtr(-value * np.sqrt(2) + z)
        return stats.norm.pdf(z) * (ends[0] - ends[1]) ** (groups - 1)

    return 1 - integrate.quad(density, -9, 9, epsabs=1e-12)[0]


@pytest.mark.parametrize("groups", [2, 3, 5, 8])
@pytest.mark.parametrize("value", [1.0, 2.5, 3.5])
def test_many_to_one_equals_the_one_factor_integral(groups, value):
    largest = LargestStatistic.of(many_to_one(groups), np.inf)
    assert largest.sf(value) == pytest.approx(dunnett_sf(value, groups), rel=5e-3)


@pytest.mark.parametrize(("groups", "df"), [(3, 8), (4, 30), (5, 500), (6, 20)])
@pytest.mark.parametrize("value", [1.5, 2.6])
def test_all_pairs_equal_the_studentized_range(groups, df, value):
    largest = LargestStatistic.of(pairs(groups), df)
    expected = stats.studentized_range.sf(value * np.sqrt(2), groups, df)
    assert largest.sf(value) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(
    ("signed", "df", "value", "expected"),
    [
        (False, 12, 2.2, 0.1152599),
        (False, np.inf, 2.2, 0.07234533),
        (True, 12, 1.7, 0.1365464),
        (True, 12, -0.4, 0.9152998),
        (True, np.inf, -0.4, 0.9182046),
    ],
)
def test_irregular_correlations_equal_mvtnorm(signed, df, value, expected):
    largest = LargestStatistic.of(IRREGULAR, df, signed=signed)
    assert largest.sf(value) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(("signed", "expected"), [(False, 2.681268), (True, 2.305646)])
def test_critical_values_equal_mvtnorm(signed, expected):
    largest = LargestStatistic.of(IRREGULAR, 12, signed=signed)
    assert largest.critical_value(0.05) == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize("df", [3.5, 40, np.inf])
def test_one_statistic_is_students(df):
    two, one = (LargestStatistic.of([[1.0]], df, signed=signed) for signed in (False, True))
    assert two.sf(2.1) == pytest.approx(2 * stats.t.sf(2.1, df), rel=1e-9)
    assert one.sf(-1.3) == pytest.approx(stats.t.sf(-1.3, df), rel=1e-9)
    assert one.sf(0.0) == pytest.approx(0.5)
    assert one.critical_value(0.05) == pytest.approx(stats.t.isf(0.05, df), rel=1e-6)


def test_the_same_question_has_the_same_answer():
    answers = {LargestStatistic.of(many_to_one(5), 20).sf(2.3) for _ in range(3)}
    assert len(answers) == 1
