"""RAIR and RSR from hand-made trials, with third answers, and planted in simulated ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MissingColumns
from analysis.metrics.appropriate_reliance import (
    appropriate_reliance,
    relative_ai_reliance,
    relative_ai_reliance_per_person,
    relative_self_reliance,
    relative_self_reliance_per_person,
)
from tests.analysis.metrics.tables import crossed, table

NAN = float("nan")
TRIALS = table(
    participant=["a", "a", "a", "b", "b", "c", "c"],
    item=["x", "y", "z", "x", "y", "x", "y"],
    first=["dog", "dog", "dog", "cat", "cat", "cat", None],
    output=["cat", "cat", "cat", "dog", "dog", "cat", "cat"],
    final=["cat", "dog", "owl", "cat", "owl", "cat", "cat"],
    first_correct=[False, False, False, True, True, True, None],
    model_correct=[True, True, True, False, False, True, True],
    final_correct=[True, False, False, True, False, True, True],
)


def test_rair_is_about_wrong_own_answers_and_right_advice():
    told = relative_ai_reliance(TRIALS)
    assert told.tolist() == pytest.approx([1, 0, 0, NAN, NAN, NAN, NAN], nan_ok=True)


def test_rsr_is_about_right_own_answers_and_wrong_advice():
    told = relative_self_reliance(TRIALS)
    assert told.tolist() == pytest.approx([NAN, NAN, NAN, 1, 0, NAN, NAN], nan_ok=True)


def test_third_answer_counts_as_wrong_or_is_left_out_as_asked():
    assert relative_ai_reliance(TRIALS, "undefined").tolist()[:3] == pytest.approx([1, 0, NAN], nan_ok=True)
    assert relative_self_reliance(TRIALS, third="undefined").sum() == 1
    with pytest.raises(ValueError, match="'wrong' or 'undefined'"):
        relative_ai_reliance(TRIALS, third="right")


def test_person_whose_advice_was_never_needed_and_right_has_no_rair():
    told = relative_ai_reliance_per_person(TRIALS)
    assert told.to_dict() == pytest.approx({"a": 1 / 3, "b": NAN, "c": NAN}, nan_ok=True)
    assert relative_self_reliance_per_person(TRIALS).isna().tolist() == [True, False, True]


def test_table_counts_third_answers_and_everything_left_out():
    told = appropriate_reliance(TRIALS).set_index("measure")
    assert told.loc["rair", ["pooled", "per_person"]].tolist() == pytest.approx([1 / 3, 1 / 3])
    counts = ["trials", "people", "undefined_people", "not_selected", "missing", "third"]
    assert told.loc["rair", counts].tolist() == [3, 1, 2, 3, 1, 1]
    assert told.loc["rsr", counts].tolist() == [2, 1, 2, 4, 1, 1]


def test_third_answers_left_out_are_counted_all_the_same():
    told = appropriate_reliance(TRIALS, third="undefined").set_index("measure")
    assert told.loc["rair", ["trials", "third"]].tolist() == [2, 1]
    assert told.loc["rair", "pooled"] == pytest.approx(0.5)


def test_without_labels_third_answers_cannot_be_told():
    told = appropriate_reliance(TRIALS.drop(columns=["first", "output", "final"]))
    assert told["third"].isna().all()
    assert told["pooled"].tolist() == pytest.approx([1 / 3, 1 / 2])


def test_missing_column_is_named():
    with pytest.raises(MissingColumns, match="lacks first_correct"):
        relative_ai_reliance(TRIALS.drop(columns="first_correct"))


def test_planted_rair_and_rsr_come_back():
    rng = np.random.default_rng(11)
    trials = crossed(100, 30).assign(model_correct=lambda t: t["item"].str[1:].astype(int) % 3 > 0)
    first = rng.random(len(trials)) < 0.6
    advice = trials["model_correct"].to_numpy(dtype=bool)
    takes = rng.random(len(trials)) < np.where(first, 0.25, 0.7)  # RSR .75, RAIR .70
    trials["first_correct"] = pd.array(first, dtype="boolean")
    trials["final_correct"] = pd.array(np.where(takes, advice, first), dtype="boolean")
    told = appropriate_reliance(trials).set_index("measure")
    assert told["pooled"].to_dict() == pytest.approx({"rair": 0.7, "rsr": 0.75}, abs=0.04)
    assert told["per_person"].to_dict() == pytest.approx({"rair": 0.7, "rsr": 0.75}, abs=0.04)
    assert (told["pooled_low"] < told["pooled"]).all()
