"""The tests of a share against arm, held against R 4.2.2 and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.population.unequal import independence, shares_by_arm


def test_many_counts_take_the_chi_square():
    told = independence([60, 60, 60], [10, 22, 15])
    assert told.method == "chi-square"
    assert told.p == pytest.approx(0.04333919711, abs=1e-10)  # chisq.test(..., correct=FALSE)


@pytest.mark.parametrize(
    ("people", "hit", "expected"),
    [
        ([23, 25, 25], [3, 0, 7], 0.009842991594),  # fisher.test(matrix(c(3,20,0,25,7,18),nrow=2))
        ([10, 10, 10, 10], [2, 5, 0, 1], 0.04848937357),
        ([10, 10], [1, 6], 0.0572755418),
    ],
)
def test_few_counts_take_fishers_exact_test(people, hit, expected):
    told = independence(people, hit)
    assert told.method == "Fisher's exact test"
    assert told.p == pytest.approx(expected, abs=1e-9)


def test_too_many_tables_are_drawn():
    people, hit = [12] * 8, [4, 0, 1, 2, 7, 1, 0, 3]
    told = independence(people, hit)
    table = np.array([hit, np.subtract(people, hit)])
    assert told.method == "Fisher's test, Monte Carlo"
    assert told.p == pytest.approx(stats.chi2_contingency(table).pvalue, abs=0.01)


@pytest.mark.parametrize("hit", [[0, 0], [5, 5]])
def test_nothing_varies_nothing_is_tested(hit):
    assert np.isnan(independence([5, 5], hit).p)


def test_an_arm_without_people_is_left_aside():
    assert independence([10, 0, 10], [1, 0, 6]).p == pytest.approx(0.0572755418, abs=1e-9)


def test_shares_have_exact_intervals():
    hit = pd.Series([True] * 2 + [False] * 8 + [False] * 5)
    arm = pd.Series(["a"] * 10 + ["b"] * 5)
    told = shares_by_arm(hit, arm, ["b", "a", "c"], "b")
    expected = stats.binomtest(2, 10).proportion_ci()
    assert told.loc["a", ["share", "low", "high", "difference"]].tolist() == pytest.approx(
        [0.2, expected.low, expected.high, 0.2]
    )
    assert told.loc["b", "high"] == pytest.approx(stats.binomtest(0, 5).proportion_ci().high)
    assert told.loc["c", ["share", "low", "high"]].isna().all()
