"""Every metric of reliance and confidence on tables with too little in them: no error, no warning, no number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.metrics.by_arm import metric_by_arm, metric_contrasts
from analysis.metrics.registry import describe_metric, get_metric
from tests.analysis.metrics.tables import crossed

NAMES = [
    *("deviation", "prediction-error", "weight-of-advice", "absolute-weight-of-advice"),
    *("weight-of-advice-by-arm", "agreement", "switch", "over-reliance", "under-reliance"),
    *("rair", "rsr", "rair-per-person", "rsr-per-person", "appropriate-reliance"),
    *("selection-on-own-answer", "performance-gain", "complementarity", "trust-calibration"),
    *("trust-calibration-per-person", "d-prime", "criterion", "d-prime-pooled", "criterion-pooled"),
    *("signal-detection", "auroc2", "auroc2-pooled", "meta-d-prime", "brier", "overconfidence"),
    *("calibration", "calibration-curve", "brier-parts"),
]


def advised() -> pd.DataFrame:
    """Return advice trials with every column that a metric may need, drawn at random."""
    rng = np.random.default_rng(0)
    trials = crossed(6, 5, ("control", "map"))
    n = len(trials)
    flags = {name: rng.random(n) < 0.6 for name in ("model_correct", "first_correct", "final_correct")}
    flags["correct"] = flags["final_correct"]
    labels = {"output": "model_correct", "first": "first_correct", "final": "final_correct"}
    trials = trials.assign(**{name: np.where(flags[of], "yes", "no") for name, of in labels.items()})
    trials = trials.assign(**{name: pd.array(values, dtype="boolean") for name, values in flags.items()})
    numbers = ("first_number", "final_number", "output_number", "answer_number", "truth_number")
    trials = trials.assign(**{name: rng.normal(size=n) for name in numbers}, task="advice", chance=0.5)
    return trials.assign(confidence=rng.choice([0.5, 0.75, 1], n), confidence_scale="probability")


def missing(trials: pd.DataFrame) -> pd.DataFrame:
    kept = trials[["participant", "item", "arm", "task", "confidence_scale"]]
    return kept.reindex(columns=trials.columns).astype(trials.dtypes)


THIN = {
    "one row": lambda trials: trials.iloc[:1],
    "one item": lambda trials: trials[trials["item"] == "i0"],
    "nothing filled": missing,
    "labels as categories": lambda trials: trials.astype(
        dict.fromkeys(("participant", "item", "arm", "output", "first", "final"), "category")
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("thin", THIN)
@pytest.mark.parametrize("name", NAMES)
def test_metric_stays_calm_on_a_thin_table(name, thin):
    trials = THIN[thin](advised())
    if describe_metric(name).level == "table":
        assert isinstance(get_metric(name)(trials), pd.DataFrame)
        return
    told = metric_by_arm(name, trials)
    assert told[["people", "trials", "undefined"]].notna().all(axis=None)
    if thin == "nothing filled":
        assert told["estimate"].isna().all()


@pytest.mark.parametrize("name", ["complementarity", "d-prime-pooled", "auroc2-pooled", "trust-calibration"])
def test_arms_of_one_person_have_no_interval(name):
    trials = advised().query("participant in ['p0', 'p1']")
    assert metric_by_arm(name, trials)[["low", "high"]].isna().all(axis=None)
    gap = metric_contrasts(name, trials, "control")
    assert gap[["low", "high", "p"]].isna().all(axis=None)


@pytest.mark.parametrize("name", ["complementarity", "d-prime-pooled", "auroc2-pooled", "trust-calibration"])
def test_nothing_filled_has_no_difference(name):
    gap = metric_contrasts(name, missing(advised()), "control").loc["map"]
    assert gap[["estimate", "low", "high", "p"]].isna().all()
