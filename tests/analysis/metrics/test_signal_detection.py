"""d′ and criterion: closed forms of hand-made counts, undefined people, and planted values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.metrics.detection_by_arm import (
    criterion_by_arm,
    dprime_by_arm,
    dprime_contrasts,
    signal_detection,
)
from analysis.metrics.signal_detection import criterion, dprime, dprime_of, signal_and_response
from tests.analysis.metrics.tables import crossed, table

# a: 2 of 2 wrong outputs rejected, 1 of 2 right ones; b: saw no wrong output; c: one trial unanswered
TRIALS = table(
    participant=list("aaaabbccc"),
    item=list("wxyzyzwyz"),
    model_correct=[False, False, True, True, True, True, False, True, True],
    correct=[True, True, False, True, True, True, False, True, None],
)


def test_signal_is_that_the_model_is_wrong_and_response_to_reject_it():
    told = signal_and_response(TRIALS)
    assert told["signal"].tolist()[:4] == [1, 1, 0, 0]
    assert told["response"].tolist()[:4] == [1, 1, 1, 0]
    assert told.iloc[-1].isna().all()


def test_person_has_dprime_and_criterion_by_the_log_linear_rule():
    hit, false = norm.ppf(2.5 / 3), norm.ppf(1.5 / 3)
    assert dprime(TRIALS)["a"] == pytest.approx(hit - false)
    assert criterion(TRIALS)["a"] == pytest.approx(-(hit + false) / 2)


def test_person_without_signal_trials_has_no_dprime():
    assert dprime(TRIALS).isna().to_dict() == {"a": False, "b": True, "c": False}


def test_no_discrimination_is_zero():
    assert dprime_of(5, 10, 5, 10) == pytest.approx(0)


def test_signal_and_response_can_be_named():
    trials = TRIALS.assign(there=[1, 0] * 4 + [1], said=[1, 0] * 4 + [1])
    told = dprime(trials, signal="there", response="said")
    assert told["a"] == pytest.approx(2 * norm.ppf(2.5 / 3))


def test_table_counts_hits_and_all_that_is_undefined():
    told = signal_detection(TRIALS, draws=50).loc["map"]
    counts = told[["hits", "misses", "false_alarms", "correct_rejections"]]
    assert counts.tolist() == [2, 1, 1, 4]
    assert told[["people", "undefined_people", "trials", "undefined"]].tolist() == [2, 1, 8, 1]
    assert told["dprime_pooled"] == pytest.approx(norm.ppf(2.5 / 4) - norm.ppf(1.5 / 6))


def test_arm_without_any_answer_has_no_number():
    trials = TRIALS.assign(correct=pd.array([None] * 9, dtype="boolean"))
    told = dprime_by_arm(trials, draws=20).loc["map"]
    assert np.isnan(told["estimate"])
    assert told[["people", "trials", "undefined"]].tolist() == [0, 0, 9]


def test_planted_dprime_and_criterion_come_back():
    rng = np.random.default_rng(4)
    trials = crossed(60, 40, ("control", "map"))
    wrong = trials["item"].str[1:].astype(int) % 2 == 0
    planted = trials["arm"].map({"control": 0.5, "map": 1.5})
    evidence = rng.normal(0, 1, len(trials)) + planted * (wrong - 0.5)
    rejects = evidence > 0.3  # the criterion
    trials["model_correct"] = pd.array(~wrong, dtype="boolean")
    trials["correct"] = pd.array(rejects == wrong, dtype="boolean")
    pooled = dprime_by_arm(trials, draws=500, seed=1)
    assert pooled["estimate"].to_dict() == pytest.approx({"control": 0.5, "map": 1.5}, abs=0.15)
    assert ((pooled["low"] < [0.5, 1.5]) & (pooled["high"] > [0.5, 1.5])).all()
    assert criterion_by_arm(trials, draws=50)["estimate"].tolist() == pytest.approx([0.3, 0.3], abs=0.08)
    people = dprime(trials).groupby(trials.drop_duplicates("participant").set_index("participant")["arm"])
    assert people.mean().tolist() == pytest.approx([0.5, 1.5], abs=0.15)
    gap = dprime_contrasts(trials, "control", draws=500).loc["map"]
    assert gap["low"] < 1 < gap["high"]
    assert gap["p_adjusted"] < 0.05
