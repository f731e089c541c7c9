"""Simulation accuracy by task, and beyond chance: tables made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MissingColumns
from analysis.metrics.by_arm import metric_by_arm
from analysis.metrics.simulation import (
    chance_corrected_accuracy,
    counterfactual_accuracy,
    forward_accuracy,
    parameter_change_accuracy,
)

NAN = float("nan")
TRIALS = pd.DataFrame(
    [
        ("forward-simulation", "cat", True, None),
        ("forward-simulation", None, None, None),
        ("counterfactual-simulation", "dog", True, "cat"),
        ("counterfactual-simulation", "dog", False, "dog"),
        ("counterfactual-simulation", "dog", True, None),
        ("parameter-change-simulation", "cat", False, None),
        (None, "cat", True, None),
    ],
    columns=["task", "answer", "correct", "output_after"],
).astype({"correct": "boolean"})


def test_each_task_has_its_own_accuracy():
    assert forward_accuracy(TRIALS).tolist() == pytest.approx([1, *[NAN] * 6], nan_ok=True)
    assert parameter_change_accuracy(TRIALS).tolist() == pytest.approx([*[NAN] * 5, 0, NAN], nan_ok=True)


def test_counterfactual_answers_are_held_against_the_output_after_the_change():
    told = counterfactual_accuracy(TRIALS)
    assert told.tolist() == pytest.approx([NAN, NAN, 0, 1, NAN, NAN, NAN], nan_ok=True)
    without = counterfactual_accuracy(TRIALS.drop(columns="output_after"))
    assert without.tolist() == pytest.approx([NAN, NAN, 1, 0, 1, NAN, NAN], nan_ok=True)


def test_chance_is_taken_off_trial_by_trial():
    trials = pd.DataFrame(
        {"correct": [True, False, True, False, None], "chance": [0.5, 0.5, 0.1, 0.1, 0.1]}
    ).astype({"correct": "boolean"})
    told = chance_corrected_accuracy(trials)
    assert told.tolist() == pytest.approx([1, -1, 1, -0.1 / 0.9, NAN], nan_ok=True)


def test_with_one_chance_the_mean_is_kappa_with_fixed_chance():
    cells = [(f"p{person}", f"i{item}") for person in range(5) for item in range(4)]
    trials = pd.DataFrame(cells, columns=["participant", "item"]).assign(arm="map", chance=0.25)
    trials["correct"] = pd.array([n % 5 != 0 for n in range(20)], dtype="boolean")  # 80 %
    told = metric_by_arm("chance-corrected-accuracy", trials).loc["map"]
    assert told["estimate"] == pytest.approx((0.8 - 0.25) / (1 - 0.25))


def test_a_chance_of_one_or_none_is_undefined():
    trials = pd.DataFrame({"correct": [True] * 4, "chance": [1.0, None, -0.1, 0.0]})
    told = chance_corrected_accuracy(trials)
    assert np.isnan(told).tolist() == [True, True, True, False]


def test_missing_columns_are_named():
    with pytest.raises(MissingColumns, match="lacks chance"):
        chance_corrected_accuracy(TRIALS)
