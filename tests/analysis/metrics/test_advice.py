"""Weight of advice, deviation and error from five trials by hand, and planted in simulated ones."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import MissingColumns
from analysis.metrics.advice import (
    absolute_weight_of_advice,
    deviation,
    prediction_error,
    weight_of_advice,
    weight_of_advice_by_arm,
)
from tests.analysis.metrics.tables import crossed, table

NAN = float("nan")
TRIALS = table(
    participant=["a", "a", "a", "b", "b", "b"],
    item=["x", "y", "z", "x", "y", "z"],
    first_number=[10.0, 10.0, 10.0, 10.0, 10.0, NAN],
    output_number=[20.0, 20.0, 20.0, 10.0, 0.0, 5.0],
    final_number=[15.0, 5.0, 25.0, 12.0, 10.0, 5.0],
    truth_number=[18.0, 18.0, NAN, 10.0, 1.0, 5.0],
    answer_number=[15.0, 5.0, 25.0, 12.0, 10.0, 5.0],
)


def test_weight_is_the_share_of_the_way_to_the_advice():
    assert weight_of_advice(TRIALS).tolist() == pytest.approx([0.5, -0.5, 1.5, NAN, 0, NAN], nan_ok=True)


def test_absolute_weight_cannot_tell_towards_from_away():
    told = absolute_weight_of_advice(TRIALS)
    assert told.tolist() == pytest.approx([0.5, 0.5, 1.5, NAN, 0, NAN], nan_ok=True)


def test_clipping_is_done_only_when_asked_for():
    told = weight_of_advice(TRIALS, clip=True)
    assert told.tolist() == pytest.approx([0.5, 0, 1, NAN, 0, NAN], nan_ok=True)


def test_every_undefined_or_outside_weight_is_counted_by_arm():
    told = weight_of_advice_by_arm(TRIALS).loc["map"]
    counts = told[["trials", "people", "undefined", "missing", "below_zero", "above_one"]]
    assert counts.tolist() == [4, 2, 1, 1, 1, 1]
    assert told[["estimate", "median", "absolute"]].tolist() == pytest.approx([0.375, 0.25, 0.625])


def test_clipped_table_still_counts_what_was_outside():
    told = weight_of_advice_by_arm(TRIALS, clip=True).loc["map"]
    assert told[["estimate", "below_zero", "above_one"]].tolist() == pytest.approx([0.375, 1, 1])


def test_arm_without_trials_has_no_weight_and_zero_counts():
    told = weight_of_advice_by_arm(TRIALS, arms=["map", "nobody"]).loc["nobody"]
    assert np.isnan(told["estimate"])
    assert told[["trials", "undefined", "missing"]].tolist() == [0, 0, 0]


def test_deviation_is_the_distance_of_the_first_answer_from_the_advice():
    assert deviation(TRIALS).tolist() == pytest.approx([10, 10, 10, 0, 10, NAN], nan_ok=True)
    assert deviation(TRIALS, "final_number").tolist() == [5, 15, 5, 2, 10, 0]


def test_prediction_error_is_the_distance_of_the_answer_from_the_truth():
    assert prediction_error(TRIALS).tolist() == pytest.approx([3, 13, NAN, 2, 9, 0], nan_ok=True)


def test_missing_column_is_named():
    with pytest.raises(MissingColumns, match="lacks output_number"):
        weight_of_advice(TRIALS.drop(columns="output_number"))


def test_planted_weight_comes_back():
    rng = np.random.default_rng(5)
    trials = crossed(60, 24, ("control", "map"))
    planted = trials["arm"].map({"control": 0.3, "map": 0.6})
    first, advice = rng.normal(50, 10, (2, len(trials)))
    moved = planted + rng.normal(0, 0.15, len(trials))
    trials = trials.assign(
        first_number=first, output_number=advice, final_number=first + moved * (advice - first)
    )
    told = weight_of_advice_by_arm(trials)
    assert told["estimate"].to_dict() == pytest.approx({"control": 0.3, "map": 0.6}, abs=0.02)
    assert (told["low"] < [0.3, 0.6]).all()
    assert (told["high"] > [0.3, 0.6]).all()
