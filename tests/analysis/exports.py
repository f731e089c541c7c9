"""Exports for the tests: any tables written as the contract says, and a whole study of made-up people."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from protocol.doors.columns import as_cell
from protocol.doors.export import DESCRIPTION_FILE, PROTOCOL_FILE, SCHEMA_VERSION, TABLES, describe
from protocol.freezing import fingerprint
from protocol.schema import Protocol

START = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
ARMS = {
    "control": "No explanation",
    "saliency": "Saliency map",
    "grad-cam": "Grad-CAM",
    "nearest": "Nearest examples",
    "placebo": "Placebo map",
}
SCALE = {
    "name": "satisfaction",
    "title": "Explanation satisfaction",
    "source": "Hoffman et al. (2018)",
    "intro": "How much do you agree?",
    "minimum": 1,
    "maximum": 5,
    "labels": ["not at all", "fully"],
    "items": [
        {"name": "understand", "text": "I understand it."},
        {"name": "confusing", "text": "It confuses me.", "reverse": True},
        {"name": "useful", "text": "It is useful."},
    ],
}
Rows = list[dict[str, Any]]


def make_protocol(arms: Mapping[str, str] = ARMS, *, trials: int = 32, **changes: Any) -> Protocol:
    """Return a small valid protocol; `changes` update its analysis plan, or its top level by `protocol_…`."""
    plan = {"reference": next(iter(arms)), "equivalence_margin": 0.1, "target_n_per_arm": 40}
    plan |= {"natural_error_rate": 0.03, "power_reason": "A test."}
    plan |= {key: value for key, value in changes.items() if not key.startswith("protocol_")}
    task = {"kind": "forward-simulation", "question": "Which digit will the model say?", "confidence": {}}
    yes = {"value": "yes", "label": "Yes"}
    check = {
        "kind": "choice",
        "name": "q1",
        "role": "check",
        "text": "Ready?",
        "choices": [yes],
        "right": "yes",
    }
    estimate = {"kind": "number", "name": "estimate", "role": "estimate", "text": "How many right?"}
    whole = {
        "study": "digits",
        "title": "Do explanations teach people to foretell a digit classifier?",
        "model": "cnn",
        "arms": [
            {"name": name, "label": label, "explainer": "none" if name == next(iter(arms)) else name}
            for name, label in arms.items()
        ],
        "displays": {name: {"heading": label} for name, label in list(arms.items())[1:]},
        "phases": [
            {"kind": "consent", "text": "Who asks.", "statements": ["I am 18 or older."]},
            {"kind": "instructions", "pages": [{"title": "What you do", "text": "Foretell."}]},
            {"kind": "gate", "questions": [check], "screen_out": "Thank you."},
            {"kind": "allocation"},
            {"kind": "test", "task": task, "items": {"strata": {"pool": "test"}, "count": trials}},
            {
                "kind": "ratings",
                "instruments": [{"name": "satisfaction", "instrument": SCALE}],
                "estimate": estimate,
            },
            {"kind": "debrief", "text": "What it was about."},
        ],
        "completion": {"code": "DONE"},
        "analysis": plan,
    }
    whole |= {
        key.removeprefix("protocol_"): value for key, value in changes.items() if key.startswith("protocol_")
    }
    return Protocol.model_validate(whole)


def write_export(
    folder: Path,
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    protocol: Protocol | None = None,
    versions: list[dict[str, Any]] | None = None,
) -> Path:
    """Write tables as an export; those of the contract that are not given have a header alone."""
    folder.mkdir(parents=True)
    for name, table in TABLES.items():
        rows = [{key: as_cell(value) for key, value in row.items()} for row in tables.get(name, [])]
        extra = [key for row in rows[:1] for key in row if key not in table.header]
        with (folder / table.file).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*table.header, *extra], restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    versions = versions or [version_of(protocol or make_protocol())]
    (folder / PROTOCOL_FILE).write_text(json.dumps({"versions": versions}), "utf-8")
    people = list(tables.get("participants", []))
    described = describe()
    facts = {
        "schema_version": SCHEMA_VERSION,
        "study": versions[-1]["protocol"]["study"],
        "title": versions[-1]["protocol"]["title"],
        "status": "closed",
        "protocol_version": versions[-1]["number"],
        "protocol_sha256": versions[-1]["sha256"],
        "bundle_sha256": "b" * 64,
        "sources": {s: sum(p["source"] == s for p in people) for s in ("recruited", "simulated", "preview")},
        "seed_sha256": "5" * 64,
        "exported_at": "2026-11-08T12:00:00.000Z",
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())
        },
        "tables": described["tables"],
    }
    description = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": facts["title"],
        "description": "An export.",
        "variableMeasured": described["variableMeasured"],
        "foretell": facts,
    }
    (folder / DESCRIPTION_FILE).write_text(json.dumps(description, indent=1), "utf-8")
    return folder


def version_of(protocol: Protocol, number: int = 1, reason: str = "launch") -> dict[str, Any]:
    """Return one entry of `protocol.json`."""
    dumped = protocol.model_dump(mode="json")
    at = as_cell(START + timedelta(days=number))
    return {
        "number": number,
        "sha256": fingerprint(protocol),
        "created_at": at,
        "reason": reason,
        "protocol": dumped,
    }


def build_export(folder: Path, *, versions: list[dict[str, Any]] | None = None, **parameters: Any) -> Path:
    """Write an export of made-up people; parameters as in `made_up_tables`, others go to `make_protocol`."""
    own = {key: parameters.pop(key) for key in list(parameters) if key in _PARAMETERS}
    items = own.get("items", 32)
    protocol = make_protocol(own.get("arms", ARMS), trials=items, **parameters)
    return write_export(folder, made_up_tables(**own), protocol, versions)


_PARAMETERS = (
    "arms",
    "people",
    "items",
    "effect",
    "seed",
    "source",
    "leave",
    "confidence",
    "ratings",
    "early",
    "times",
)


def made_up_tables(
    *,
    arms: Mapping[str, str] = ARMS,
    people: int = 40,
    items: int = 32,
    effect: Mapping[str, float] | None = None,
    seed: int = 1,
    source: str = "simulated",
    leave: float = 0.05,
    confidence: bool = True,
    ratings: bool = True,
    times: bool = True,
    early: int = 12,
) -> dict[str, Rows]:
    """Return the tables of a study of `people` per arm; `effect` is added on the logit scale."""
    rng = np.random.default_rng(seed)
    effect = effect or {}
    difficulty = rng.normal(0, 0.6, items)
    bundle = _bundle(items)
    tables: dict[str, Rows] = {name: [] for name in TABLES} | bundle
    tables["participants"] += [_early(number, source) for number in range(early)]
    for number in range(people * len(arms)):
        arm = list(arms)[number % len(arms)]
        name = f"p{number:04d}"
        who = {"participant": name, "source": source, "arm": arm}
        answered = int(rng.integers(0, items)) if rng.random() < leave else items
        ability = rng.normal(0.1, 0.5) + effect.get(arm, 0.0)
        right = 0
        for trial in range(answered):
            item, output = bundle["items"][trial], bundle["outputs"][trial]
            model_right = item["truth"] == output["output"]
            logit = ability - difficulty[trial] + (0.6 if model_right else -0.6)
            foretold = rng.random() < 1 / (1 + np.exp(-logit))
            right += foretold
            answer = (
                output["output"]
                if foretold
                else (item["truth"] if not model_right else str((trial + 5) % 10))
            )
            sure = float(np.clip(np.round(0.45 + 0.3 * foretold + rng.normal(0, 0.15), 1), 0.1, 1))
            tables["trials"].append(
                who
                | {"condition": arm, "phase": "test", "task": "forward-simulation", "position": 20 + trial}
                | {"trial": trial + 1, "item": item["item"], "model": "cnn", "answer": answer}
                | {"key": output["output"], "correct": answer == output["output"], "output": output["output"]}
                | {"truth": item["truth"], "model_correct": model_right}
                | ({"confidence": sure, "confidence_scale": "probability"} if confidence else {})
                | ({"response_ms": int(rng.lognormal(8.2, 0.5)), "hidden_ms": 0} if times else {})
                | {"timing": "script" if times else "none", "explanation_shown": False}
                | {"answered_at": START + timedelta(seconds=30 * trial)}
            )
        finished = answered == items
        tables["participants"].append(_allocated(who, answered, finished, number, rng))
        if finished and ratings:
            tables["ratings"] += _ratings(who, rng)
        if finished:
            step = {"phase": "ratings", "position": 90, "question": "estimate", "role": "estimate"}
            guess = {
                "answer": int(np.clip(right + rng.normal(2, 3), 0, items)),
                "timing": "none",
                "answered_at": START,
            }
            tables["responses"].append(who | step | guess)
    return tables


def _bundle(items: int) -> dict[str, Rows]:
    rows, outputs = [], []
    for number in range(items):
        truth = str(number % 10)
        output = truth if number % 2 == 0 else str((number + 3) % 10)
        rows.append(
            {"item": f"test-{number:03d}", "kind": "instance", "truth": truth, "stratum_pool": "test"}
        )
        outputs.append({"item": f"test-{number:03d}", "model": "cnn", "output": output, "probability": 0.9})
    return {"items": rows, "outputs": outputs}


def _early(number: int, source: str) -> dict[str, Any]:
    outcome = ("declined", "left", "left", "screened-out")[number % 4]
    consented = number % 4 >= 2
    return {
        "participant": f"e{number:04d}",
        "source": source,
        "outcome": outcome,
        "phase": "gate" if consented else "consent",
        "arrived_at": START,
        "consented_at": START if consented else None,
    }


def _allocated(
    who: Mapping[str, Any], answered: int, finished: bool, number: int, rng: Any
) -> dict[str, Any]:
    at = START + timedelta(minutes=number)
    return {
        **who,
        "outcome": "finished" if finished else "left",
        "phase": "ratings" if finished else "test" if answered else "tutorial",
        **dict.fromkeys(("arrived_at", "consented_at", "allocated_at"), at),
        "finished_at": at + timedelta(minutes=20) if finished else None,
        "left_at": None if finished else at + timedelta(minutes=90),
        "duration_ms": 1_200_000,
        "gate_attempts": 1,
        "attention_passed": int(rng.random() > 0.1) + 1 if finished else 0,
        "attention_shown": 2 if finished else 0,
        "scripts": True,
        "protocol_version": 1,
    }


def _ratings(who: Mapping[str, Any], rng: Any) -> Rows:
    return [
        {
            **who,
            "phase": "ratings",
            "position": 80,
            "instrument": "satisfaction",
            "question": item["name"],
            "answer": int(rng.integers(2, 6)),
            "minimum": 1,
            "maximum": 5,
            "answered_at": START,
            "reverse": item.get("reverse", False),
        }
        for item in SCALE["items"]
    ]
