"""Trust where the model is right against where it is wrong, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.metrics.by_arm import metric_contrasts
from analysis.metrics.reliance import over_reliance, under_reliance
from analysis.metrics.trust_calibration import trust_calibration, trust_calibration_by_arm
from tests.analysis.metrics.tables import table

TRIALS = table(
    participant=list("aaaabbbbc"),
    item=list("wxyzwxyzw"),
    model_correct=[True, True, False, False, True, True, False, False, True],
    correct=[True, True, False, True, True, False, True, None, True],
    trust=[5.0, 4.0, 3.0, 1.0, 4.0, 4.0, 4.0, 4.0, 2.0],
)


def test_person_has_the_difference_of_following_right_and_wrong_advice():
    told = trust_calibration(TRIALS)
    assert told.to_dict() == pytest.approx({"a": 0.5, "b": 0.5, "c": float("nan")}, nan_ok=True)


def test_arm_has_the_difference_with_both_means_and_counts():
    told = trust_calibration_by_arm(TRIALS).loc["map"]
    expected = (1 - under_reliance(TRIALS).mean()) - over_reliance(TRIALS).mean()
    assert told["estimate"] == pytest.approx(expected)
    assert told[["where_right", "where_wrong"]].tolist() == pytest.approx([4 / 5, 1 / 3])
    assert told[["people", "trials", "undefined"]].tolist() == [3, 8, 1]
    assert told["low"] < told["estimate"] < told["high"]


def test_rated_trust_can_take_the_place_of_reliance():
    told = trust_calibration_by_arm(TRIALS, trust="trust").loc["map"]
    assert told["estimate"] == pytest.approx(19 / 5 - 3)
    assert trust_calibration(TRIALS, trust="trust")["a"] == pytest.approx(4.5 - 2)


def test_arm_with_right_advice_only_has_no_difference():
    told = trust_calibration_by_arm(TRIALS[TRIALS["model_correct"]]).loc["map"]
    assert np.isnan(told["estimate"])
    assert told["where_right"] == pytest.approx(4 / 5)


def test_arms_are_compared_in_their_differences():
    trials = pd.concat([TRIALS, TRIALS.assign(arm="rules", participant=TRIALS["participant"] + "2")])
    flipped = trials["arm"].eq("rules") & trials["item"].eq("y")
    trials["correct"] = trials["correct"].mask(flipped, ~trials["correct"])
    own = trust_calibration_by_arm(trials)["estimate"]
    told = metric_contrasts("trust-calibration", trials, "map").loc["rules"]
    assert told["estimate"] == pytest.approx(own["rules"] - own["map"])
    assert told["low"] < told["estimate"] < told["high"]
