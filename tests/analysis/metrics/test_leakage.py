"""Leakage-adjusted accuracy and simulatability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.metrics.by_arm import metric_by_arm, metric_contrasts

LEAKS = {"i0": True, "i1": True, "i2": True, "i3": False, "i4": False}
RIGHT = {  # share of four people who are right on each item
    "control": {"i0": 0.25, "i1": 0.5, "i2": 0.5, "i3": 0.25, "i4": 0.75},
    "map": {"i0": 1.0, "i1": 0.75, "i2": 1.0, "i3": 0.5, "i4": 1.0},
}
ROWS = [
    (f"{arm}{person}", arm, item, person < 4 * share, LEAKS[item] if arm == "map" else None)
    for arm, shares in RIGHT.items()
    for item, share in shares.items()
    for person in range(4)
]
TRIALS = pd.DataFrame(ROWS, columns=["participant", "arm", "item", "correct", "leaks"])
TRIALS = TRIALS.astype({"correct": "boolean", "leaks": "boolean"})


def test_leaking_and_other_items_count_half_each():
    told = metric_by_arm("leakage-adjusted-accuracy", TRIALS).loc["map"]
    assert told["estimate"] == pytest.approx(((1.0 + 0.75 + 1.0) / 3 + (0.5 + 1.0) / 2) / 2)
    assert told[["people", "trials", "undefined"]].tolist() == [4, 20, 0]


def test_an_arm_in_which_nothing_is_said_of_leaks_is_undefined():
    told = metric_by_arm("leakage-adjusted-accuracy", TRIALS).loc["control"]
    assert np.isnan(told["estimate"])
    assert told["undefined"] == 20


def test_the_difference_is_the_mean_of_the_differences_on_either_kind_of_item():
    told = metric_contrasts("leakage-adjusted-accuracy", TRIALS, "control").loc["map"]
    leaking = (1.0 - 0.25 + 0.75 - 0.5 + 1.0 - 0.5) / 3
    assert told["estimate"] == pytest.approx((leaking + (0.5 - 0.25 + 1.0 - 0.75) / 2) / 2)


def test_an_arm_whose_explanations_all_leak_has_no_adjusted_value():
    told = metric_contrasts("leakage-adjusted-accuracy", TRIALS[TRIALS["item"] < "i3"], "control").loc["map"]
    assert np.isnan(told["estimate"])


def test_p_values_are_adjusted_over_all_arms():
    rules = TRIALS[TRIALS["arm"] == "map"].assign(arm="rules", participant=lambda t: t["participant"] + "r")
    both = pd.concat([TRIALS, rules], ignore_index=True)
    told = metric_contrasts("leakage-adjusted-accuracy", both, "control")
    assert list(told.index) == ["map", "rules"]
    assert told["p"].notna().all()
    assert told["p_adjusted"].tolist() == pytest.approx((2 * told["p"]).clip(upper=1).tolist())
