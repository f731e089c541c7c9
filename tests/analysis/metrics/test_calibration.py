"""Calibration from four trials by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inference.two_way import fit
from analysis.metrics.calibration import (
    brier_score,
    calibration_by_arm,
    calibration_curve,
    overconfidence,
)
from tests.analysis.metrics.tables import crossed

TRIALS = pd.DataFrame(
    {
        "participant": ["a", "a", "b", "b", "b", "b"],
        "item": ["x", "y", "x", "y", "z", "z"],
        "arm": "map",
        "correct": pd.array([True, False, True, True, True, None], dtype="boolean"),
        "confidence": [0.9, 0.9, 0.6, 0.6, None, 0.6],
        "confidence_scale": "probability",
    }
)


def test_arms_stand_in_the_order_of_categories_or_as_asked():
    arms = pd.Categorical(["map", "map", "none", "none", "none", "none"], ["none", "map"])
    trials = TRIALS.assign(arm=arms)
    assert list(calibration_by_arm(trials).index) == ["none", "map"]
    told = calibration_by_arm(trials, arms=["map", "empty"])
    assert list(told.index) == ["map", "empty"]
    assert told.loc["empty", ["people", "trials", "undefined"]].to_list() == [0, 0, 0]
    assert np.isnan(told.loc["empty", "ece"])


def test_four_trials_by_hand():
    told = calibration_by_arm(TRIALS).loc["map"]
    assert (told["people"], told["trials"], told["undefined"]) == (2, 4, 2)
    assert told["confidence"] == pytest.approx(0.75)
    assert told["accuracy"] == pytest.approx(0.75)
    assert told["overconfidence"] == pytest.approx(0)
    assert told["brier"] == pytest.approx((0.01 + 0.81 + 0.16 + 0.16) / 4)
    assert told["ece"] == pytest.approx(0.5 * abs(0.9 - 0.5) + 0.5 * abs(0.6 - 1))


def test_value_on_an_edge_belongs_to_the_lower_bin():
    curve = calibration_curve(TRIALS)
    assert curve["bin"].tolist() == [6, 9]
    assert curve[["above", "up_to"]].iloc[0].tolist() == pytest.approx([0.5, 0.6])
    assert curve["accuracy"].tolist() == pytest.approx([1, 0.5])


def test_ordinal_confidence_is_not_calibrated():
    told = calibration_by_arm(TRIALS.assign(confidence_scale="ordinal")).loc["map"]
    assert (told["trials"], told["undefined"]) == (0, 6)


def test_always_one_half_has_a_brier_score_of_a_quarter():
    told = calibration_by_arm(TRIALS.assign(confidence=0.5)).loc["map"]
    assert told["brier"] == pytest.approx(0.25)


def test_over_confidence_and_brier_score_have_two_way_intervals():
    told, gap = calibration_by_arm(TRIALS).loc["map"], [-0.1, 0.9, -0.4, -0.4]
    used = {"who": ["a", "a", "b", "b"], "what": ["x", "y", "x", "y"]}
    for name, values in (("overconfidence", gap), ("brier", np.square(gap))):
        expected = fit(values, np.ones((4, 1)), used["who"], used["what"]).estimate([1])
        assert (told[f"{name}_low"], told[f"{name}_high"]) == pytest.approx((expected.low, expected.high))


def test_single_trials_have_brier_score_and_over_confidence_or_nothing():
    nan = float("nan")
    assert brier_score(TRIALS).tolist() == pytest.approx([0.01, 0.81, 0.16, 0.16, nan, nan], nan_ok=True)
    assert overconfidence(TRIALS).tolist() == pytest.approx([-0.1, 0.9, -0.4, -0.4, nan, nan], nan_ok=True)
    assert brier_score(TRIALS.assign(confidence_scale="ordinal")).isna().all()


def test_confidence_of_the_first_answer_can_be_taken():
    trials = TRIALS.assign(first_confidence=0.5, first_correct=True)
    told = calibration_by_arm(trials, confidence="first_confidence", correct="first_correct").loc["map"]
    assert told[["trials", "confidence", "accuracy", "brier"]].tolist() == pytest.approx([6, 0.5, 1, 0.25])


def test_confidence_below_a_guess_is_counted_and_kept():
    told = calibration_by_arm(TRIALS.assign(chance=[0.95, 0.9, 0.65, 0.5, 0.5, 0.5])).loc["map"]
    assert (told["below_floor"], told["trials"]) == (2, 4)


def test_without_chance_nobody_knows_what_is_below_it():
    assert calibration_by_arm(TRIALS)["below_floor"].isna().all()


def test_planted_calibration_comes_back():
    rng = np.random.default_rng(6)
    trials = crossed(80, 30, ("control", "map"))
    stated = rng.choice([0.5, 0.6, 0.7, 0.8, 0.9], len(trials))
    excess = trials["arm"].map({"control": 0.0, "map": 0.15})
    trials = trials.assign(confidence=stated, confidence_scale="probability")
    trials["correct"] = pd.array(rng.random(len(trials)) < stated - excess, dtype="boolean")
    told = calibration_by_arm(trials)
    assert told["overconfidence"].to_dict() == pytest.approx({"control": 0, "map": 0.15}, abs=0.04)
    assert told["ece"].to_dict() == pytest.approx({"control": 0, "map": 0.15}, abs=0.05)
    assert ((told["overconfidence_low"] < [0, 0.15]) & (told["overconfidence_high"] > [0, 0.15])).all()
