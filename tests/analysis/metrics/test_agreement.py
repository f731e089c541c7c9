"""Agreement with others and with oneself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.metrics.agreement import agreement_between_participants
from analysis.metrics.by_arm import metric_by_arm, metric_contrasts
from analysis.metrics.krippendorff import krippendorff_alpha
from analysis.metrics.self_agreement import agreement_with_self
from tests.analysis.metrics.test_krippendorff import FOUR, long

NAN = float("nan")


def rated(data, arm):
    """One row per person and item of a table of people × items."""
    people, items = np.nonzero(np.ones(data.shape))
    return pd.DataFrame(
        {
            "participant": [f"{arm}{n}" for n in people],
            "item": [f"i{n:02}" for n in items],
            "arm": arm,
            "answer": data.ravel(),
        }
    )


def test_alpha_by_arm_counts_people_items_and_what_has_no_pair():
    told = agreement_between_participants(rated(FOUR, "map"), draws=400).loc["map"]
    assert told["estimate"] == pytest.approx(0.743, abs=5e-4)
    assert told["low"] < told["estimate"] < told["high"]
    assert told[["people", "items", "trials", "undefined"]].tolist() == [4, 11, 40, 8]


def test_only_the_first_answer_to_an_item_counts():
    trials = rated(FOUR, "map")
    again = trials.assign(answer=9.0, repeats=trials["item"])
    kept = agreement_between_participants(pd.concat([trials, again], ignore_index=True), draws=50).loc["map"]
    assert kept["estimate"] == pytest.approx(0.743, abs=5e-4)
    assert kept["undefined"] == 8 + 48


def test_questions_of_one_item_are_units_of_their_own():
    trials = pd.concat([rated(FOUR, "map").assign(question=q) for q in "ab"], ignore_index=True)
    trials.loc[trials["question"] == "b", "answer"] = 10 - trials["answer"]
    told = agreement_between_participants(trials, scale="interval", draws=50).loc["map"]
    expected = krippendorff_alpha(*long(np.hstack([FOUR, 10 - FOUR])), "interval")[0]
    assert told["estimate"] == pytest.approx(expected)


def test_arms_are_compared_on_the_same_drawn_items():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, 20)
    noisy = np.where(rng.random((8, 20)) < 0.6, rng.integers(0, 4, (8, 20)), truth)
    close = np.where(rng.random((8, 20)) < 0.1, rng.integers(0, 4, (8, 20)), truth)
    trials = pd.concat([rated(noisy, "control"), rated(close, "map")], ignore_index=True)
    by_arm = metric_by_arm("agreement-between-participants", trials)
    told = metric_contrasts("agreement-between-participants", trials, "control", margin=0.9).loc["map"]
    assert told["estimate"] == pytest.approx(by_arm["estimate"]["map"] - by_arm["estimate"]["control"])
    assert 0 < told["low"] < told["estimate"] < told["high"]
    assert told["p"] < 0.05
    assert told["within_margin"]
    with pytest.raises(UnknownName, match="'none' is no arm"):
        metric_contrasts("agreement-between-participants", trials, "none")


def test_nothing_to_disagree_on_is_undefined():
    trials = pd.concat([rated(np.ones((3, 4)), "same"), rated(np.ones((1, 4)), "alone")], ignore_index=True)
    told = agreement_between_participants(trials, draws=20)
    assert told["estimate"].isna().all()
    assert told["undefined"].tolist() == [0, 4]


def test_a_repeated_item_is_held_against_the_first_answer():
    trials = pd.DataFrame(
        [
            ("a", "x", "cat", None),
            ("a", "y", "dog", None),
            ("a", "x-again", "cat", "x"),
            ("a", "y-again", "cat", "y"),
            ("b", "x", None, None),
            ("b", "x-again", "cat", "x"),
            ("b", "y-again", "dog", "y"),  # never answered before
        ],
        columns=["participant", "item", "answer", "repeats"],
        index=[10, 11, 12, 13, 14, 15, 16],
    )
    told = agreement_with_self(trials)
    assert told.index.equals(trials.index)
    assert told.tolist() == pytest.approx([NAN, NAN, 1, 0, NAN, NAN, NAN], nan_ok=True)


def test_repeats_of_another_model_are_another_item():
    trials = pd.DataFrame(
        [("a", "x", "m1", 1.0, None), ("a", "x", "m2", 2.0, None), ("a", "x", "m2", 2.0, "x")],
        columns=["participant", "item", "model", "answer", "repeats"],
    )
    assert agreement_with_self(trials).tolist() == pytest.approx([NAN, NAN, 1], nan_ok=True)
