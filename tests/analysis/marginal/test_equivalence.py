"""Equivalence and non-inferiority, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import AnalysisError, UnknownName
from analysis.marginal import equivalence, non_inferiority
from analysis.marginal.equivalence import NO_VERDICT

NAMES = ["same", "higher", "unclear", "failed"]
TABLE = pd.DataFrame(
    {
        "estimate": [0.05, 1.0, 0.1, np.nan],
        "se": [0.1, 0.1, 0.5, np.nan],
        "df": [20.0, 20.0, 20.0, 20.0],
        "risk_difference": [0.01, 0.2, 0.02, np.nan],
        "risk_difference_se": [0.02, 0.02, 0.1, np.nan],
    },
    index=pd.Index(NAMES, name="contrast"),
)


def test_the_larger_of_two_one_sided_p_values_counts():
    row = equivalence(TABLE, 0.1, family="none").loc["same"]
    assert row["p_low"] == pytest.approx(stats.t.sf(0.11 / 0.02, 20))
    assert row["p_high"] == pytest.approx(stats.t.sf(0.09 / 0.02, 20))
    assert row["p"] == row["p_high"]


def test_verdicts_say_equivalent_different_undecided_or_why_there_is_none():
    table = equivalence(TABLE, 0.1)
    assert table["verdict"].tolist() == ["equivalent", "different", "undecided", NO_VERDICT]
    assert table["equivalent"].tolist() == [True, False, False, pd.NA]


@pytest.mark.parametrize("margin", [0.03, 0.04, 0.05])
def test_unadjusted_p_and_the_interval_of_1_minus_2_alpha_agree(margin):
    row = equivalence(TABLE, margin, family="none").loc["same"]
    inside = -margin < row["low"] and row["high"] < margin
    assert inside == (row["p"] < 0.05)
    assert row["high"] == pytest.approx(0.01 + stats.t.ppf(0.95, 20) * 0.02)


def test_margins_can_differ_and_stand_on_the_link_scale():
    row = equivalence(TABLE, (-0.5, 0.2), scale="link", family="none").loc["same"]
    assert row["p_low"] == pytest.approx(stats.t.sf(0.55 / 0.1, 20))
    assert row["p_high"] == pytest.approx(stats.t.sf(0.15 / 0.1, 20))


def test_several_contrasts_are_adjusted_and_failures_count():
    table = equivalence(TABLE, 0.1)
    assert table.loc["same", "p_adjusted"] == pytest.approx(4 * table.loc["same", "p"])


def test_non_inferiority_looks_at_the_side_of_the_loss():
    table = non_inferiority(TABLE, 0.1)
    assert table.loc["higher", "p"] == pytest.approx(stats.t.sf(0.3 / 0.02, 20))
    assert table["verdict"].tolist() == ["non-inferior", "non-inferior", "undecided", NO_VERDICT]
    assert table["margin"].tolist() == [-0.1] * 4


def test_where_lower_is_better_the_loss_is_above():
    table = non_inferiority(TABLE, 0.1, better="lower")
    assert table.loc["higher", "verdict"] == "inferior"
    assert table.loc["same", "p"] == pytest.approx(stats.t.sf(0.09 / 0.02, 20))
    assert table.loc["same", "margin"] == 0.1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: equivalence(TABLE, -0.1), "a positive number"),
        (lambda: equivalence(TABLE, (0.1, 0.2)), "two ends around zero"),
        (lambda: equivalence(TABLE, 0.1, scale="odds"), "link, risk-difference"),
        (lambda: equivalence(TABLE, 0.1, scale="conditional-difference"), "no conditional_difference"),
        (lambda: equivalence(TABLE, 0.1, family="bh"), "Known: holm, none"),
        (lambda: non_inferiority(TABLE, 0.1, better="more"), "higher and lower"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(call, message):
    with pytest.raises((AnalysisError, UnknownName), match=message):
        call()
