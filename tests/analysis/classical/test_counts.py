"""Chi-square and Fisher's exact test, against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.classical import classical_test
from analysis.errors import AnalysisError
from tests.analysis.classical.tables import yes_and_no

# R: t <- matrix(c(30, 18, 12, 25), 2), groups as rows; columns are (false, true)
TABLE = yes_and_no((30, 12), (18, 25))


@pytest.mark.parametrize(
    ("continuity", "statistic", "p"),
    [
        (True, 6.40184658807, 0.0114001728004),  # chisq.test(t)
        (False, 7.55684879231, 0.00597824352619),  # chisq.test(t, correct = FALSE)
    ],
)
def test_chi_square_is_that_of_r(continuity, statistic, p):
    told = classical_test("chi-square", TABLE, outcome="correct", group="arm", continuity=continuity)
    assert (told.statistic, told.df, told.p) == pytest.approx((statistic, 1, p))
    assert told.effect == pytest.approx(np.sqrt(7.55684879231 / 85))
    assert told.estimate == pytest.approx(12 / 42 - 25 / 43)


def test_newcombes_interval_is_that_of_his_table():
    # Newcombe (1998), Stat. Med. 17, table II, method 10: 56/70 − 48/80, .0524 to .3339
    told = classical_test("chi-square", yes_and_no((14, 56), (32, 48)), outcome="correct", group="arm")
    assert (told.low, told.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_outcomes_may_be_words_and_several():
    # chisq.test(matrix(c(10, 20, 30, 15, 15, 20), 3))
    counts = {("p", "x"): 10, ("q", "x"): 20, ("r", "x"): 30, ("p", "y"): 15, ("q", "y"): 15, ("r", "y"): 20}
    rows = [cell for cell, count in counts.items() for _ in range(count)]
    table = pd.DataFrame(rows, columns=["arm", "answer"])
    told = classical_test("chi-square", table, outcome="answer", group="arm")
    assert (told.statistic, told.df, told.p) == pytest.approx((2.82857142857, 2, 0.24309919373))
    assert np.isnan(told.estimate)


@pytest.mark.parametrize(
    ("alternative", "p", "low", "high"),
    [
        ("two-sided", 0.008542952119, 1.29001916932, 9.4944161456),  # fisher.test(t)
        ("greater", 0.0054575874289, 1.48033084351, np.inf),  # … alternative = "greater"
    ],
)
def test_fisher_is_that_of_r(alternative, p, low, high):
    turned = TABLE.assign(correct=~TABLE["correct"])  # R's ratio is of the first column
    told = classical_test("fisher", turned, outcome="correct", group="arm", alternative=alternative)
    assert told.p == pytest.approx(p)
    # R searches its ratios with a tolerance of 1.2e-4
    assert (told.estimate, told.low, told.high) == pytest.approx((3.41867478873, low, high), rel=5e-4)


def test_small_expected_counts_are_warned_of():
    told = classical_test("chi-square", yes_and_no((3, 2), (1, 4)), outcome="correct", group="arm")
    assert "An expected count is 2.0, below 5" in told.warnings[0]


def test_what_cannot_be_counted_is_said():
    with pytest.raises(AnalysisError, match="every answer is True"):
        classical_test("chi-square", yes_and_no((0, 3), (0, 4)), outcome="correct", group="arm")
    words = pd.DataFrame({"arm": list("aabb"), "answer": list("xyzx")})
    with pytest.raises(AnalysisError, match="2 × 3"):
        classical_test("fisher", words, outcome="answer", group="arm")
