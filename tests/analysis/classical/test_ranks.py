"""Tests of ranks, against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.classical import classical_test
from tests.analysis.classical.tables import A, B, paired, plants, unpaired

PAIRS = {"outcome": "value", "group": "arm", "participant": "who", "unit": "participant"}


@pytest.mark.parametrize(
    ("options", "p"),
    [
        ({}, 0.15245529477),  # wilcox.test(a, b, exact = FALSE)
        ({"continuity": False}, 0.134665649378),  # … correct = FALSE
        ({"alternative": "less"}, 0.940737588023),  # … alternative = "less"
    ],
)
def test_mann_whitney_with_ties_is_that_of_r(options, p):
    told = classical_test("mann-whitney", paired(), outcome="value", group="arm", **options)
    assert (told.statistic, told.p) == pytest.approx((36, p))
    assert told.statistic_name == "U of a"


def test_z_of_mann_whitney_gives_its_p():
    told = classical_test("mann-whitney", paired(), outcome="value", group="arm")
    assert 2 * stats.norm.sf(told.details["z"]) == pytest.approx(told.p)
    assert told.details["r"] == pytest.approx(told.details["z"] / np.sqrt(14))


def test_rank_biserial_counts_pairs():
    told = classical_test("mann-whitney", paired(), outcome="value", group="arm")
    higher = np.sign(np.subtract.outer(A, B))
    assert told.effect == pytest.approx(higher.mean())
    assert told.estimate == pytest.approx((higher > 0).mean() + (higher == 0).mean() / 2)


def test_exact_mann_whitney_of_separated_groups_is_two_of_all_orders():
    table = pd.DataFrame({"value": [1, 2, 3, 4, 5, 6], "arm": list("aaabbb")})
    told = classical_test("mann-whitney", table, outcome="value", group="arm", method="exact")
    assert (told.statistic, told.p) == pytest.approx((0, 2 / 20))
    assert np.isnan(told.details["z"])


def test_rank_sum_is_the_same_test_told_by_ranks():
    # wilcox.test(x, y, exact = FALSE): W = 34, p = .07335
    told = classical_test("wilcoxon-rank-sum", unpaired(), outcome="value", group="arm")
    assert (told.statistic, told.details["U"], told.p) == pytest.approx((34 + 28, 34, 0.0733510189917))


def test_signed_rank_with_ties_and_a_zero_is_that_of_r():
    # wilcox.test(a, b, paired = TRUE, exact = FALSE), and correct = FALSE, alternative = "greater"
    told = classical_test("wilcoxon-signed-rank", paired(), **PAIRS)
    assert (told.statistic, told.p) == pytest.approx((19.5, 0.0723426311517))
    assert told.effect == pytest.approx((19.5 - 1.5) / 21)
    assert told.warnings[:-1] == ("1 pairs without a difference are left out of the ranks.",)
    one_sided = classical_test(
        "wilcoxon-signed-rank", paired(), continuity=False, alternative="greater", **PAIRS
    )
    assert one_sided.p == pytest.approx(0.0285425196355)


def test_kruskal_wallis_is_that_of_r():
    # kruskal.test(weight ~ group, PlantGrowth)
    told = classical_test("kruskal-wallis", plants(), outcome="weight", group="group")
    assert (told.statistic, told.df, told.p) == pytest.approx((7.98822874944, 2, 0.0184237557315))
    assert told.effect == pytest.approx(7.98822874944 / 29)


def test_equal_values_have_no_rank_test_and_say_so():
    table = pd.DataFrame({"value": [3] * 6, "arm": list("aabbcc")})
    told = classical_test("kruskal-wallis", table, outcome="value", group="arm")
    assert np.isnan(told.p)
    assert "there is no H" in told.warnings[0]
    two = classical_test("mann-whitney", table, outcome="value", group="arm", groups=["a", "b"])
    assert two.p == pytest.approx(1)
