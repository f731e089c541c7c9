"""Calibration from four trials by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inference.two_way import fit
from analysis.metrics.calibration import calibration_by_arm, calibration_curve

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
