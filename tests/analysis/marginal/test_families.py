"""Families of contrasts: Holm and Benjamini–Hochberg against statsmodels, failures that still count."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.errors import UnknownName
from analysis.marginal.families import FAMILIES, Statistics, adjust, benjamini_hochberg

T = np.array([2.9, -0.4, 2.1, -3.3])
CORRELATION = (np.eye(4) + 1) / 2


def statistics(t=T, df=25.0, **told):
    t = np.asarray(t)
    return Statistics(t, np.full(len(t), df), CORRELATION[: len(t), : len(t)], **told)


@pytest.mark.parametrize(("family", "method"), [("holm", "holm"), ("bh", "fdr_bh")])
def test_equals_statsmodels(family, method):
    p = 2 * stats.t.sf(np.abs(T), 25)
    assert adjust(statistics(), family).p == pytest.approx(multipletests(p, method=method)[1])


@pytest.mark.parametrize("seed", range(4))
def test_false_discovery_rate_equals_statsmodels(seed):
    p = np.random.default_rng(seed).random(9) ** 2
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_what_nobody_tested_is_no_member_where_nothing_was_planned():
    told = benjamini_hochberg([0.01, np.nan, 0.04, 0.2], is_planned=False)
    assert told[[0, 2, 3]] == pytest.approx(multipletests([0.01, 0.04, 0.2], method="fdr_bh")[1])
    lost = benjamini_hochberg([0.01, np.nan, 0.04, 0.2])
    assert lost[[0, 2, 3]] == pytest.approx(
        multipletests([0.01, 1, 0.04, 0.2], method="fdr_bh")[1][[0, 2, 3]]
    )
    assert np.isnan([told[1], lost[1]]).all()
    assert np.isnan(benjamini_hochberg([np.nan], is_planned=False)).all()
    assert len(benjamini_hochberg([])) == 0


@pytest.mark.parametrize(("alternative", "sign"), [("greater", 1), ("less", -1)])
def test_one_sided_p_values_look_one_way(alternative, sign):
    assert statistics(alternative=alternative).p == pytest.approx(stats.t.sf(sign * T, 25))


@pytest.mark.parametrize("family", ["holm", "bh", "max-t"])
def test_contrast_that_could_not_be_computed_still_counts(family):
    whole, alone = adjust(statistics([2.9, np.nan, 2.1]), family), adjust(statistics([2.9, 2.1]), family)
    assert np.isnan(whole.p[1])
    assert (whole.p[[0, 2]] > alone.p).all()


def test_largest_statistic_lies_between_none_and_bonferroni():
    none, joint = adjust(statistics(), "none").p, adjust(statistics(), "max-t").p
    assert ((none < joint) & (joint < np.minimum(4 * none, 1))).all()


def test_largest_statistic_adjusts_one_sided_tests_one_sidedly():
    joint = adjust(statistics(alternative="greater"), "max-t").p
    assert joint[3] > 0.99
    assert joint[0] < adjust(statistics(), "max-t").p[0]


def test_simultaneous_reach_is_bonferronis_for_holm_and_smaller_for_the_largest_statistic():
    holm, joint = (adjust(statistics(), family).critical for family in ("holm", "max-t"))
    assert holm == pytest.approx(stats.t.isf(0.05 / 8, 25))
    assert (joint < holm).all()
    assert (joint > stats.t.isf(0.025, 25)).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_none_or_of_nothing_computable_is_no_failure(family):
    assert len(adjust(statistics([]), family).p) == 0
    assert np.isnan(adjust(statistics([np.nan, np.nan]), family).p).all()


def test_unknown_family_is_told_with_those_that_are_known():
    with pytest.raises(UnknownName, match="holm, max-t, bh, none"):
        adjust(statistics(), "dunnett")
