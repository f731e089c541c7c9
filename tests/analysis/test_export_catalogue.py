"""One hand-written export for each task of the catalogue, written and read back: the door holds them all.

The rows follow 'How the tasks are told in an export' in `docs/contracts.md`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import read_export
from analysis.errors import ExportError
from protocol.doors.columns import Table
from protocol.doors.export import TABLES, describe
from tests.analysis.exports import START, make_protocol, write_export

WHO = {"participant": "p1", "source": "recruited", "arm": "map"}
ARMS = {"control": "No explanation", "map": "Map"}
PEOPLE = [
    {**WHO, "outcome": "finished", "phase": "test", "consented_at": START, "allocated_at": START}
    | {
        "arrived_at": START,
        "finished_at": START,
        "scripts": True,
        "attention_passed": 2,
        "attention_shown": 2,
    }
]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """A task: its items and outputs, one trial, and the questions of that trial."""

    task: str
    trial: dict[str, Any]
    questions: Rows
    items: Rows
    outputs: Rows = field(default_factory=list)
    stimuli: Rows = field(default_factory=list)
    texts: Rows = field(default_factory=list)
    ratings: Rows = field(default_factory=list)

    @property
    def tables(self) -> dict[str, Rows]:
        at = {**WHO, "condition": "map", "phase": "test", "task": self.task, "position": 7}
        told = {"timing": "script", "answered_at": START}
        trials = (
            [{**at, "trial": 1, "explanation_shown": True, "response_ms": 4321, **told, **self.trial}]
            if self.trial
            else []
        )
        about = {
            key: self.trial[key]
            for key in ("item", "model", "compared_model", "output", "truth")
            if key in self.trial
        }
        responses = [
            {**at, **about, "onset_at": START, "response_ms": 4321, **told, **row} for row in self.questions
        ]
        return {
            "participants": PEOPLE, "trials": trials, "responses": responses, "items": self.items,
            "outputs": self.outputs, "stimuli": self.stimuli, "texts": self.texts, "ratings": self.ratings,
        }  # fmt: skip


def instance(name: str = "i1", truth: str | None = "7") -> dict[str, Any]:
    return {"item": name, "kind": "instance", "truth": truth, "stratum_pool": "test"}


def said(item: str, output: str, model: str = "cnn", **more: Any) -> dict[str, Any]:
    return {"item": item, "model": model, "output": output, **more}


def question(name: str, role: str, answer: Any, **more: Any) -> dict[str, Any]:
    return {"question": name, "role": role, "answer": answer, **more}


SURE = question("confidence", "confidence", "0.8", confidence_scale="probability")
STATED = {"confidence": 0.8, "confidence_scale": "probability"}
FORWARD = {"item": "i1", "model": "cnn", "output": "1", "truth": "7", "model_correct": False}

TRUST = [("t1", "trust", 6, False), ("t2", "distrust", 2, True), ("t3", None, None, False)]
CHANGED = {"item": "i1-changed", "kind": "pair", "parent": "i1", "change": {"erased": [3, 4]}, "truth": "7"}

CASES = [
    Case(
        "forward-simulation",
        {**FORWARD, **STATED, "answer": "1", "key": "1", "correct": True},
        [question("prediction", "prediction", "1", key="1", correct=True), SURE],
        [instance()],
        [said("i1", "1", probability=0.61, probabilities=[0.2, 0.61, 0.19])],
    ),
    Case(
        "counterfactual-simulation",
        {"item": "i1-changed", "model": "cnn", "output": "3", "truth": "7", "model_correct": False}
        | {**STATED, "answer": "7", "key": "3", "correct": False},
        [question("prediction", "prediction", "7", key="3", correct=False), SURE],
        [instance(), CHANGED],
        [said("i1", "7"), said("i1-changed", "3")],
    ),
    Case(
        "parameter-change-simulation",
        {"item": "i1", "model": "cnn", "compared_model": "cnn-pruned", "output": "9", "truth": "7"}
        | {"model_correct": False, "answer": "9", "key": "9", "correct": True},
        [question("prediction", "prediction", "9", key="9", correct=True)],
        [instance()],
        [said("i1", "7"), said("i1", "9", model="cnn-pruned")],
    ),
    Case(
        "error-detection",
        {**FORWARD, "answer": "right", "key": "wrong", "correct": False}
        | {"confidence": 3, "confidence_scale": "ordinal"},
        [
            question("judgement", "judgement", "right", key="wrong", correct=False),
            question("confidence", "confidence", "3", confidence_scale="ordinal"),
        ],
        [instance()],
        [said("i1", "1")],
    ),
    Case(
        "advice",
        {**FORWARD, **STATED, "answer": "1", "key": "7", "correct": False},
        [
            question("own", "first", "7", key="7", correct=True),
            SURE,
            question("final", "final", "1", key="7", correct=False),
        ],
        [instance()],
        [said("i1", "1")],
    ),
    Case(
        "distinction",
        {**FORWARD, **STATED, "answer": "7", "key": "1", "correct": False},
        [
            question("choice", "choice", "7", key="1", correct=False),
            question("judgement-1", "judgement", "4", target="class:1"),
            question("judgement-4", "judgement", "2", target="class:4"),
            question("judgement-7", "judgement", "5", target="class:7"),
            SURE,
        ],
        [instance()],
        [said("i1", "1")],
        [
            {"item": "i1", "model": "cnn", "explainer": "saliency", "target": f"class:{label}", "part": "map"}
            | {"file": f"{label * 64}.png", "media_type": "image/png", "width": 28, "height": 28}
            | {"checks": {"randomisation": 0.12}}
            for label in "147"
        ],
    ),
    Case(
        "two-alternative-forced-choice",
        {"item": "unit-12", "model": "cnn", "truth": "query-b", "answer": "query-b", "key": "query-b"}
        | {"correct": True, **STATED},
        [question("choice", "choice", "query-b", key="query-b", correct=True), SURE],
        [{"item": "unit-12", "kind": "unit", "truth": "query-b"}],
        [],
        [
            {"item": "unit-12", "target": "none", "part": part, "file": f"{number:064x}.webp"}
            | {"media_type": "image/webp", "width": 224, "height": 224, "source_item": f"train:{number}"}
            for number, part in enumerate(["reference-1", "reference-2", "query-a", "query-b"], start=1)
        ],
    ),
    Case(
        "model-choice",
        {"item": "bag", "model": "cnn", "compared_model": "mlp", "answer": "mlp"}
        | {"key": "cnn", "correct": False},
        [question("choice", "choice", "mlp", key="cnn", correct=False)],
        [instance("i1"), instance("i2", "4"), {"item": "bag", "kind": "set", "members": ["i1", "i2"]}],
        [said(item, "7", model=model) for item in ("i1", "i2") for model in ("cnn", "mlp")],
    ),
    Case(
        "walk-through",
        {"item": "house-3", "model": "linear", "output": "218000.5", "truth": "231000", "answer": "210000"}
        | {"key": "218000.5", "correct": None},
        [question("prediction", "prediction", "210000", key="218000.5")],
        [instance("house-3", "231000")],
        [said("house-3", "218000.5", model="linear")],
    ),
    Case(
        "feature-naming",
        {"item": "review-1", "model": "bow", "truth": '["snow", "dog"]', "output": "positive"}
        | {"answer": '["snow"]', "key": '["snow", "dog"]', "correct": False},
        [
            question("marked", "mark", '["snow"]', key='["snow", "dog"]', correct=False),
            question("why", "text", None),
        ],
        [instance("review-1", '["snow", "dog"]')],
        [said("review-1", "positive", model="bow")],
        texts=[
            {"participant": "p1", "source": "recruited", "phase": "test", "position": 7, "question": "why"}
            | {"text": 'It said "snow",\nthen nothing, I think; ümlaut', "answered_at": START}
        ],
    ),
    Case(
        "debugging",
        {"item": "bag", "model": "bow", "truth": '["a", "b"]', "answer": '["b", "a"]'}
        | {"key": '["a", "b"]', "correct": True},
        [
            question("marked", "mark", '["b", "a"]', key='["a", "b"]', correct=True),
            question("why", "text", None),
            question("label-i1", "relabel", "4"),
        ],
        [instance("i1"), {"item": "bag", "kind": "set", "members": ["i1"], "truth": '["a", "b"]'}],
        [said("i1", "7", model="bow")],
        texts=[
            {"participant": "p1", "source": "recruited", "phase": "test", "position": 7, "question": "why"}
            | {"text": "Both words are leaks.", "answered_at": START}
        ],
    ),
    Case(
        "ratings",
        {},
        [
            question("easy", "rating", "4", task=None, phase="ratings"),
            question("useful", "rating", None, phase="ratings"),
        ],
        [],
        ratings=[
            {**WHO, "phase": "ratings", "position": 9, "instrument": "trust", "question": name}
            | {"subscale": scale, "answer": answer, "minimum": 1, "maximum": 7, "reverse": reverse}
            | {"answered_at": START}
            for name, scale, answer, reverse in TRUST
        ],
    ),
]  # fmt: skip


def export(case: Case, folder: Path) -> Path:
    protocol = make_protocol(ARMS, protocol_title=f"One trial of {case.task}")
    return write_export(folder / "export", case.tables, protocol)


def told(value: Any) -> Any:
    """Return a written value as it is expected to be read."""
    return pd.Timestamp(value) if isinstance(value, datetime) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.task)
def test_what_is_written_is_read(case: Case, tmp_path: Path):
    study = read_export(export(case, tmp_path))
    for name, rows in case.tables.items():
        read = getattr(study, name)
        assert len(read) == len(rows)
        for number, row in enumerate(rows):
            for column in {*TABLES[name].header, *row}:
                expected, found = told(row.get(column)), read[column].iloc[number]
                if expected is None:
                    assert found is None or pd.isna(found), (name, column)
                else:
                    assert found == expected, (name, column)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.task)
def test_every_column_has_its_kind(case: Case, tmp_path: Path):
    kinds = {
        "text": {"str"}, "integer": {"Int64"}, "number": {"float64"}, "boolean": {"boolean"},
        "time": {"datetime64[ms, UTC]"}, "json": {"object"},
    }  # fmt: skip
    study = read_export(export(case, tmp_path))
    for name in case.tables:
        table: Table = TABLES[name]
        for column in table.columns:
            dtype = str(getattr(study, name)[column.name].dtype)
            assert dtype in kinds[column.kind], (name, column.name, dtype)


BAD = {
    "forward-simulation": ("trials", "confidence_scale", "percent", "is none of probability, ordinal"),
    "counterfactual-simulation": ("items", "kind", "twin", "is none of instance, pair, unit, set"),
    "parameter-change-simulation": ("outputs", "model", "", "is empty; a value is needed"),
    "error-detection": ("trials", "confidence", "rather", "is not a number"),
    "advice": ("responses", "role", "second", "is none of prediction, first, final"),
    "distinction": ("stimuli", "width", "28px", "is not a number"),
    "two-alternative-forced-choice": ("trials", "correct", "1", "is neither true nor false"),
    "model-choice": ("items", "members", "[i1, i2]", "is not JSON"),
    "walk-through": ("trials", "response_ms", "-5", "is below 0"),
    "feature-naming": ("texts", "answered_at", "5 Nov", "is not a time"),
    "debugging": ("responses", "position", "7.5", "is not a whole number"),
    "ratings": ("ratings", "reverse", "no", "is neither true nor false"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.task)
def test_bad_row_is_refused_with_file_row_and_column(case: Case, tmp_path: Path):
    name, column, value, why = BAD[case.task]
    tables = case.tables
    last = len(tables[name]) - 1
    tables[name] = [*tables[name][:last], tables[name][last] | {column: value}]
    folder = write_export(tmp_path / "export", tables, make_protocol(ARMS))
    with pytest.raises(ExportError) as error:
        read_export(folder)
    assert f'{name}.csv, row {last + 1}, column "{column}": {value!r} {why}' in str(error.value)


def test_description_tells_every_column_of_every_table():
    described = describe()
    assert [table.removesuffix(".csv") for table in described["tables"]] == list(TABLES)
    names = {variable["name"] for variable in described["variableMeasured"]}
    for table in TABLES.values():
        entries = described["tables"][table.file]["columns"]
        assert [entry["name"] for entry in entries] == table.header
        assert all(entry["meaning"].endswith(".") for entry in entries)
        assert names.issuperset(table.header)
    json.dumps(described)


def test_contract_in_prose_names_every_column():
    prose = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text("utf-8")
    absent = {
        f"{table.name}.{name}"
        for table in TABLES.values()
        for name in table.header
        if f"`{name}`" not in prose
    }
    assert not absent
