"""meta-d′ of people and arms on labelled trials."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.metrics.meta_d import fit_meta_d
from analysis.metrics.metacognition import meta_d_prime, metacognition
from tests.analysis.metrics.tables import crossed


def ideal_observers(people: int, items: int, seed: int) -> pd.DataFrame:
    """Return trials of people with d′ 1.5 whose confidence (1 to 4) is their distance to the criterion."""
    rng = np.random.default_rng(seed)
    trials = crossed(people, items)
    wrong = trials["item"].str[1:].astype(int).to_numpy() % 2 == 0
    evidence = rng.normal(np.where(wrong, 0.75, -0.75), 1)
    sure = 1.0 + np.digitize(np.abs(evidence), [0.4, 0.9, 1.5])
    right = (evidence > 0) == wrong
    return trials.assign(
        model_correct=pd.array(~wrong, dtype="boolean"), correct=pd.array(right, dtype="boolean")
    ).assign(confidence=sure, evidence=evidence)


def test_persons_counts_are_the_fits():
    trials = ideal_observers(1, 400, 1)
    wrong, says = ~trials["model_correct"].astype(bool), trials["evidence"] > 0
    place = np.where(says, 3 + trials["confidence"], 4 - trials["confidence"]).astype(int)
    expected = fit_meta_d(*(np.bincount(place[wrong == there], minlength=8) for there in (False, True)))
    assert meta_d_prime(trials)["p0"] == pytest.approx(expected.meta_d)


def test_person_without_wrong_advice_has_no_meta_d():
    trials = ideal_observers(2, 60, 2)
    kept = (trials["participant"] == "p0") | trials["model_correct"].astype(bool)
    told = meta_d_prime(trials[kept])
    assert told.notna().to_dict() == {"p0": True, "p1": False}


def test_arm_of_ideal_observers_has_a_meta_d_of_d():
    trials = ideal_observers(40, 100, 3)
    trials.loc[0, "confidence"] = np.nan
    told = metacognition(trials, draws=40).loc["map"]
    assert told["dprime"] == pytest.approx(1.5, abs=0.1)
    assert told["meta_d_low"] < 1.5 < told["meta_d_high"]
    assert told["ratio"] == pytest.approx(1, abs=0.1)
    assert told["auroc2_low"] > 0.6
    assert told[["people", "trials", "undefined", "undefined_people"]].tolist() == [40, 3999, 1, 0]


def test_arm_without_confidence_has_no_number():
    told = metacognition(ideal_observers(3, 10, 4).assign(confidence=np.nan)).loc["map"]
    assert told[["auroc2", "dprime", "meta_d"]].isna().all()
    assert told[["trials", "undefined", "undefined_people"]].tolist() == [0, 30, 3]
