"""Selection on the own answer: counts by hand, and a planted difference found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inference.arms import compare_arms
from analysis.metrics.own_answer import selection_on_own_answer
from tests.analysis.metrics.tables import crossed, table

TRIALS = table(
    participant=["a", "a", "b", "b", "c", "c", "d", "d"],
    item=["x", "y"] * 4,
    arm=["control"] * 4 + ["map"] * 4,
    first_correct=[False, True, True, None, False, False, True, False],
    model_correct=[True, False, True, True, True, True, False, False],
)


def test_selected_trials_are_counted_by_arm():
    told = selection_on_own_answer(TRIALS)
    assert told["trials"].tolist() == [3, 4]
    assert told["undefined"].tolist() == [1, 0]
    assert told["selected_rair"].tolist() == [1, 2]
    assert told["selected_rsr"].tolist() == [1, 1]
    assert told["share_rair"].tolist() == pytest.approx([1 / 3, 1 / 2])
    assert told["own_accuracy"].tolist() == pytest.approx([2 / 3, 1 / 4])
    assert told["difference"].tolist() == pytest.approx([float("nan"), 1 / 4 - 2 / 3], nan_ok=True)


def test_own_accuracy_is_tested_as_any_other_outcome():
    rng = np.random.default_rng(2)
    trials = crossed(60, 20, ("control", "map")).assign(model_correct=True)
    right = rng.random(len(trials)) < np.where(trials["arm"] == "map", 0.75, 0.5)
    trials["first_correct"] = pd.array(right, dtype="boolean")
    told = selection_on_own_answer(trials, "control").loc["map"]
    expected = compare_arms(trials, "first_correct", reference="control").loc["map"]
    assert told[["difference", "p"]].tolist() == pytest.approx(expected[["estimate", "p"]].tolist())
    assert told["p"] < 0.001
