"""What was planted in simulated exports comes back: accuracy, weight of advice, RAIR and RSR, d′, calibration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis import Study, metric_by_arm, read_export, run_plan
from tests.analysis.exports import START, make_protocol, write_export

ARMS = {"control": "Advice alone", "map": "Advice with a map"}
PEOPLE, ITEMS, CLASSES = 60, 40, 4
ACCURACY = {"control": 0.55, "map": 0.70}
WEIGHT = {"control": 0.30, "map": 0.60}
RAIR = {"control": 0.40, "map": 0.75}
RSR = {"control": 0.80, "map": 0.55}
DPRIME = {"control": 0.8, "map": 1.6}
OVERCONFIDENCE = {"control": 0.15, "map": 0.0}


class Export:
    """An export that grows trial by trial."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {"participants": [], "trials": [], "responses": []}
        self.tables |= {
            "items": [{"item": f"i{n:02d}", "kind": "instance"} for n in range(ITEMS)],
            "outputs": [],
        }

    def person(self, number: int, arm: str) -> dict[str, Any]:
        who = {"participant": f"p{number:03d}", "source": "simulated", "arm": arm}
        times = dict.fromkeys(("arrived_at", "consented_at", "allocated_at", "finished_at"), START)
        self.tables["participants"].append({**who, "outcome": "finished", "phase": "test", **times})
        return {**who, "condition": arm, "phase": "test"}

    def trial(self, who: dict[str, Any], item: int, task: str, roles: dict[str, Any], **told: Any) -> None:
        """Add a trial; `roles` are its answers by role, each of which also becomes a response."""
        about = {**who, "position": item + 1, "item": f"i{item:02d}", "model": "net", "task": task}
        shared = {name: told[name] for name in ("output", "truth") if name in told}
        stamp = {"timing": "none", "answered_at": START}
        self.tables["trials"].append({**about, "trial": item + 1, **stamp, **told})
        for role, answer in roles.items():
            self.tables["responses"].append(
                {**about, "question": role, "role": role, "answer": answer, **shared, **stamp}
            )

    def read(self, folder: Path) -> Study:
        write_export(folder, self.tables, make_protocol(ARMS, trials=ITEMS, target_n_per_arm=PEOPLE))
        return read_export(folder)


def everyone(export: Export) -> list[tuple[dict[str, Any], str]]:
    arms = list(ARMS)
    return [(export.person(n, arms[n % 2]), arms[n % 2]) for n in range(len(arms) * PEOPLE)]


def inside(table: Any, planted: dict[str, float]) -> None:
    """Every arm's interval holds what was planted, and is narrow enough to tell the two arms apart."""
    for arm, value in planted.items():
        assert table.loc[arm, "low"] <= value <= table.loc[arm, "high"], arm
    assert (table["high"] - table["low"]).max() < 1.2 * abs(planted["map"] - planted["control"]) + 0.05


def test_accuracy_and_its_difference(tmp_path):
    export, rng = Export(), np.random.default_rng(1)
    for who, arm in everyone(export):
        for item in range(ITEMS):
            said = "yes" if rng.random() < ACCURACY[arm] else "no"
            right = {"answer": said, "key": "yes", "correct": said == "yes", "output": "yes", "truth": "no"}
            export.trial(who, item, "forward-simulation", {"prediction": said}, **right, model_correct=False)
    study = export.read(tmp_path / "export")
    inside(metric_by_arm("simulation-accuracy", study.trials), ACCURACY)
    contrast = run_plan(study, draws=200).contrasts.loc["map"]
    assert contrast["low"] <= ACCURACY["map"] - ACCURACY["control"] <= contrast["high"]
    assert contrast["differs"]


def test_weight_of_advice(tmp_path):
    export, rng = Export(), np.random.default_rng(2)
    for who, arm in everyone(export):
        for item in range(ITEMS):
            advice, first = 100 + 10 * item, round(float(rng.normal(100 + 10 * item, 20)), 1)
            weight = float(rng.normal(WEIGHT[arm], 0.2))
            final = round(first + weight * (advice - first), 3)
            numbers = {"answer": final, "key": advice, "output": advice, "truth": advice + 5}
            export.trial(who, item, "advice", {"first": first, "final": final}, **numbers)
    study = export.read(tmp_path / "export")
    inside(metric_by_arm("weight-of-advice", study.trials), WEIGHT)


def test_appropriate_reliance(tmp_path):
    export, rng = Export(), np.random.default_rng(3)
    for who, arm in everyone(export):
        for item in range(ITEMS):
            truth, model_right, own_right = "a", item % 2 == 0, rng.random() < 0.5
            advice, first = ("a" if model_right else "b"), ("a" if own_right else "c")
            follows = rng.random() < (RAIR[arm] if model_right and not own_right else 0.5)
            if own_right and not model_right:
                follows = rng.random() >= RSR[arm]
            final = advice if follows else first
            labels = {
                "answer": final,
                "key": truth,
                "correct": final == truth,
                "output": advice,
                "truth": truth,
            }
            roles = {"first": first, "final": final}
            export.trial(who, item, "advice", roles, **labels, model_correct=model_right)
    study = export.read(tmp_path / "export")
    inside(metric_by_arm("rair", study.trials), RAIR)
    inside(metric_by_arm("rsr", study.trials), RSR)


def test_sensitivity_to_the_models_errors(tmp_path):
    export, rng = Export(), np.random.default_rng(4)
    for who, arm in everyone(export):
        for item in range(ITEMS):
            model_right = item % 2 == 0
            evidence = rng.normal(0 if model_right else DPRIME[arm], 1)
            rejects = evidence > DPRIME[arm] / 2  # an unbiased criterion
            said, key = ("wrong" if rejects else "right"), ("right" if model_right else "wrong")
            labels = {"answer": said, "key": key, "correct": said == key}
            export.trial(
                who, item, "error-detection", {"prediction": said}, **labels, model_correct=model_right
            )
    study = export.read(tmp_path / "export")
    inside(metric_by_arm("d-prime-pooled", study.trials), DPRIME)
    hits = {arm: stats.norm.cdf(value / 2) for arm, value in DPRIME.items()}
    inside(metric_by_arm("simulation-accuracy", study.trials), hits)


def test_calibration(tmp_path):
    export, rng = Export(), np.random.default_rng(5)
    for who, arm in everyone(export):
        for item in range(ITEMS):
            stated = round(float(rng.choice([0.4, 0.6, 0.8])), 1)
            said = "yes" if rng.random() < stated - OVERCONFIDENCE[arm] else "no"
            told = {"answer": said, "key": "yes", "correct": said == "yes", "confidence": stated}
            told |= {
                "confidence_scale": "probability",
                "output": "yes",
                "truth": "yes",
                "model_correct": True,
            }
            export.trial(who, item, "forward-simulation", {"prediction": said}, **told)
    study = export.read(tmp_path / "export")
    inside(metric_by_arm("overconfidence", study.trials), OVERCONFIDENCE)
    brier = {
        arm: np.mean([(p - gap) * (1 - p) ** 2 + (1 - p + gap) * p**2 for p in (0.4, 0.6, 0.8)])
        for arm, gap in OVERCONFIDENCE.items()
    }
    table = metric_by_arm("brier", study.trials)
    assert table["estimate"].to_dict() == pytest.approx(brier, abs=0.02)
