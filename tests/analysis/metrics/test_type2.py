"""Type-2 ROC area: by hand, against the Mann–Whitney U, undefined people, and pooled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from analysis.metrics.by_arm import metric_contrasts
from analysis.metrics.type2 import auroc2, auroc2_by_arm, confidence_levels
from tests.analysis.metrics.tables import crossed, table

TRIALS = table(
    participant=list("aaaabbccc"),
    item=list("wxyzwxwxy"),
    correct=[True, True, False, False, True, True, True, False, None],
    confidence=[4.0, 2.0, 2.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0],
)


def test_area_counts_pairs_and_half_of_ties():
    assert auroc2(TRIALS)["a"] == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_person_always_right_has_no_area_and_one_always_alike_has_one_half():
    told = auroc2(TRIALS)
    assert np.isnan(told["b"])
    assert told["c"] == 0.5


def test_area_is_the_mann_whitney_statistic():
    rng = np.random.default_rng(7)
    trials = crossed(5, 40).assign(confidence=rng.integers(1, 6, 200).astype(float))
    trials["correct"] = pd.array(rng.random(200) < trials["confidence"] / 7, dtype="boolean")
    told = auroc2(trials)
    for who, mine in trials.groupby("participant"):
        sure, right = mine["confidence"].to_numpy(), mine["correct"].to_numpy(dtype=bool)
        expected = mannwhitneyu(sure[right], sure[~right]).statistic / (right.sum() * (~right).sum())
        assert told[who] == pytest.approx(expected)


def test_pooled_area_is_that_of_all_trials_with_interval():
    rng = np.random.default_rng(9)
    trials = crossed(40, 20, ("control", "map"))
    trials["correct"] = pd.array(rng.random(len(trials)) < 0.6, dtype="boolean")
    told_apart = trials["correct"].astype(float) * (trials["arm"] == "map")
    trials["confidence"] = np.digitize(rng.normal(told_apart, 1), [-0.5, 0.5, 1.5]).astype(float)
    told = auroc2_by_arm(trials, draws=300)
    mine = trials[trials["arm"] == "map"].assign(participant="all")
    assert told.loc["map", "estimate"] == pytest.approx(auroc2(mine)["all"])
    assert told.loc["control", "low"] < 0.5 < told.loc["control", "high"]
    assert told.loc["map", "low"] > 0.6
    assert told["undefined"].tolist() == [0, 0]
    gap = metric_contrasts("auroc2-pooled", trials, "control", draws=300).loc["map"]
    assert gap["estimate"] == pytest.approx(told.loc["map", "estimate"] - told.loc["control", "estimate"])
    assert gap["low"] > 0


def test_many_levels_are_cut_into_groups_of_equal_size():
    told = confidence_levels(pd.Series(np.arange(101.0)), 4)
    assert told.value_counts().sort_index().tolist() == pytest.approx([26, 25, 25, 25])
    few = confidence_levels(pd.Series([3.0, 1.0, None, 3.0]), 4)
    assert few.tolist() == pytest.approx([1, 0, float("nan"), 1], nan_ok=True)


def test_no_confidence_at_all_is_undefined():
    told = auroc2_by_arm(TRIALS.assign(confidence=np.nan)).loc["map"]
    assert np.isnan(told["estimate"])
    assert told["undefined"] == 9
