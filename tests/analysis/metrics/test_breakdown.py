"""Accuracy by block, by size of the model, by pair of models."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MissingColumns
from analysis.inference.arms import mean_by_arm
from analysis.metrics.breakdown import accuracy_by_size, learning_curve, model_choice_accuracy

CELLS = [(f"p{person}", f"i{place}", place) for person in range(4) for place in range(8)]
TRIALS = pd.DataFrame(CELLS, columns=["participant", "item", "place"])
TRIALS["arm"] = np.where(TRIALS["participant"] < "p2", "control", "map")
TRIALS["position"] = 10 + 3 * TRIALS["place"]  # steps in between are no trials
TRIALS["correct"] = pd.array((TRIALS["place"] >= 4) | (TRIALS["arm"] == "map"), dtype="boolean")


def test_blocks_are_equal_parts_of_each_persons_trials():
    told = learning_curve(TRIALS.sample(frac=1, random_state=1), arms=["control", "map"], blocks=4)
    control = told[told["arm"] == "control"]
    assert control["block"].tolist() == [1, 2, 3, 4]
    assert control["estimate"].tolist() == [0, 0, 1, 1]
    assert control["trials"].tolist() == [4, 4, 4, 4]
    assert told[told["arm"] == "map"]["estimate"].tolist() == [1, 1, 1, 1]


def test_people_with_fewer_trials_have_the_same_number_of_blocks():
    short = TRIALS[(TRIALS["participant"] != "p0") | (TRIALS["place"] < 4)]
    told = learning_curve(short, blocks=2).set_index(["arm", "block"])
    assert told.loc[("control", 1), "trials"] == 4 + 2
    assert told.loc[("control", 2), "estimate"] == pytest.approx(4 / 6)


def test_missing_answers_are_counted_and_a_trial_without_a_place_is_in_no_block():
    trials = TRIALS.astype({"position": "Int64"})
    trials.loc[0, "correct"] = pd.NA
    trials.loc[1, "position"] = pd.NA
    told = learning_curve(trials, blocks=1)
    assert told.loc[told["arm"] == "control", ["trials", "undefined"]].to_numpy().tolist() == [[14, 1]]


def test_less_than_one_block_is_refused():
    with pytest.raises(ValueError, match="blocks is 0"):
        learning_curve(TRIALS, blocks=0)


def test_walk_throughs_are_told_by_size_with_two_way_intervals():
    rng = np.random.default_rng(1)
    trials = TRIALS.assign(size=TRIALS["place"] % 2 + 1, correct=rng.random(len(TRIALS)) < 0.6)
    told = accuracy_by_size(trials).set_index(["arm", "size"])
    assert list(told.index) == [("control", 1), ("control", 2), ("map", 1), ("map", 2)]
    expected = mean_by_arm(trials[trials["size"] == 2].astype({"correct": float}), "correct")
    assert told.loc[("map", 2), ["estimate", "low", "high"]].tolist() == pytest.approx(
        expected.loc["map", ["mean", "low", "high"]].tolist(), nan_ok=True
    )


def test_choices_of_models_are_told_by_pair_and_other_tasks_play_no_part():
    pair = TRIALS["place"].map({0: "cnn–tree", 1: "cnn–tree", 2: "cnn–linear"})
    told = model_choice_accuracy(TRIALS.assign(pair=pair))
    control = told[told["arm"] == "control"].set_index("pair")
    assert control["trials"].to_dict() == {"cnn–linear": 2, "cnn–tree": 4}
    assert told["trials"].sum() == 12


def test_a_combination_that_was_never_asked_is_left_out():
    size = TRIALS["place"].where(TRIALS["arm"] == "map")
    assert set(accuracy_by_size(TRIALS.assign(size=size))["arm"]) == {"map"}
    nothing = accuracy_by_size(TRIALS.assign(size=np.nan))
    assert nothing.empty
    assert "estimate" in nothing


def test_missing_columns_are_named():
    with pytest.raises(MissingColumns, match="lacks pair"):
        model_choice_accuracy(TRIALS)
