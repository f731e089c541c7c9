"""Complementarity by hand, and planted in simulated trials."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MissingColumns, UnknownName
from analysis.metrics.complementarity import complementarity, complementarity_contrasts
from tests.analysis.metrics.tables import crossed, table

TRIALS = table(
    participant=["a", "a", "b", "b", "c", "c", "d", "d"],
    item=["x", "y"] * 4,
    arm=["alone"] * 4 + ["team"] * 4,
    model_correct=[None, None, None, None, True, False, True, False],
    correct=[True, True, True, False, True, True, True, None],
)


def test_team_is_held_against_the_better_of_people_and_model():
    told = complementarity(TRIALS, human_only="alone", draws=100).loc["team"]
    assert told[["team", "human", "model"]].tolist() == pytest.approx([1, 3 / 4, 2 / 3])
    assert told["estimate"] == pytest.approx(1 / 4)
    assert (told["better"], told["trials"], told["undefined"]) == ("human", 3, 1)


def test_people_alone_can_be_the_own_first_answers():
    trials = TRIALS.iloc[4:].assign(first_correct=pd.array([False, True, False, True], dtype="boolean"))
    told = complementarity(trials, draws=100).loc["team"]
    assert told[["human", "model"]].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert told["estimate"] == pytest.approx(1 - 2 / 3)
    assert told["better"] == "model"


def test_arm_of_people_alone_must_exist():
    with pytest.raises(UnknownName, match="'nobody'"):
        complementarity(TRIALS, human_only="nobody")
    with pytest.raises(MissingColumns, match="first_correct"):
        complementarity(TRIALS)


def test_nothing_known_gives_no_number():
    trials = TRIALS.assign(model_correct=pd.array([None] * 8, dtype="boolean"))
    told = complementarity(trials[trials["arm"] == "team"], human_only="team")
    assert told.empty
    told = complementarity(trials, human_only="alone", draws=20).loc["team"]
    assert np.isnan(told["estimate"])
    assert told[["trials", "undefined"]].tolist() == [0, 4]


def test_planted_complementarity_comes_back():
    rng = np.random.default_rng(8)
    trials = crossed(120, 40, ("alone", "team"))
    trials["model_correct"] = trials["item"].str[1:].astype(int) % 10 < 7  # .70
    right = rng.random(len(trials)) < np.where(trials["arm"] == "team", 0.8, 0.6)
    trials["correct"] = pd.array(right, dtype="boolean")
    told = complementarity(trials, human_only="alone", draws=500, seed=1).loc["team"]
    assert told["estimate"] == pytest.approx(0.1, abs=0.02)
    assert told["low"] < 0.1 < told["high"]


def test_arms_are_compared_in_their_gain():
    rng = np.random.default_rng(8)
    trials = crossed(120, 40, ("alone", "team", "rules")).assign(model_correct=True)
    trials["model_correct"] = trials["item"].str[1:].astype(int) % 10 < 7
    right = rng.random(len(trials)) < trials["arm"].map({"alone": 0.5, "team": 0.75, "rules": 0.9})
    trials["correct"] = pd.array(right, dtype="boolean")
    told = complementarity_contrasts(trials, "team", human_only="alone", draws=300, margin=0.3)
    assert told.index.tolist() == ["rules"]
    assert told.loc["rules", "low"] < 0.15 < told.loc["rules", "high"]
    assert told.loc["rules", "p_adjusted"] < 0.05
    assert told.loc["rules", "within_margin"]
    with pytest.raises(UnknownName, match="'alone' is no arm with the model"):
        complementarity_contrasts(trials, "alone", human_only="alone")
