"""What was answered, with everything that a row of the export says about it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from protocol.schema import Protocol
from protocol.schema import phases as ph
from protocol.schema.questions import Question
from studyapp.catalog import Catalog
from studyapp.participate.questions import asked_by
from studyapp.tasks.registry import get_task

ATTENTION = "attention-check"  # the task of an attention check: it is no trial
_STEP = (
    "position",
    "phase",
    "phase_number",
    "kind",
    "task",
    "item",
    "model",
    "compared_model",
    "target",
    "condition",
    "number",
    "detail",
)
_WHO = ("id", "public_id", "source", "arm", "version")
_OWN = ("question", "role", "answer", "onset_at", "response_ms", "hidden_ms", "timing", "answered_at")
COLUMNS = (*_OWN, *(f"step__{name}" for name in _STEP), *(f"step__participant__{name}" for name in _WHO))


@dataclass(frozen=True)
class Answered:
    """One response with its step and participant, as read from the database."""

    question: str
    role: str
    answer: str
    onset_at: datetime | None
    response_ms: int | None
    hidden_ms: int | None
    timing: str
    answered_at: datetime
    position: int
    phase: str
    phase_number: int
    kind: str
    task: str
    item: str
    model: str
    compared_model: str
    target: str
    condition: str
    number: int
    detail: Mapping[str, Any]
    participant_id: int
    participant: str
    source: str
    arm: str
    version: int


class Meaning:
    """What protocol and bundle say about an answer: the question behind it, its key, whether it is right."""

    def __init__(self, protocols: Mapping[int, Protocol], catalog: Catalog):
        self.protocols, self.catalog = protocols, catalog
        self._asked = functools.cache(self._ask)

    def question(self, row: Answered) -> Question:
        """Return the question that was answered."""
        instrument = row.detail.get("instrument")
        return self._asked(row.version, row.phase_number, row.kind, instrument, row.arm)[row.question]

    def phase(self, row: Answered) -> ph.Phase:
        return self.protocols[row.version].phases[row.phase_number]

    def task(self, row: Answered) -> str:
        """Return the task of the step; attention checks have their own."""
        return ATTENTION if row.kind == "attention" else row.task

    def key(self, row: Answered) -> str:
        """Return the answer that counts as correct; empty where none does."""
        if row.kind == "attention":
            return str(row.detail["wanted"].get(row.question, ""))
        if row.role == "check":
            question = self.question(row)
            return (question.right or "") if question.kind == "choice" else ""
        if row.kind == "trial":
            return get_task(row.task).key(row.question, self.catalog, row.item, row.model)
        return ""

    def correct(self, row: Answered) -> bool | None:
        """Return whether the answer equals its key; None for numbers, open answers and without a key."""
        key = self.key(row)
        if not key or not row.answer or self.question(row).kind == "number":
            return None
        return row.answer == key

    def output(self, row: Answered) -> str | None:
        return self.catalog.outputs.get((row.item, row.model))

    def truth(self, row: Answered) -> str | None:
        return self.catalog.truth(row.item) if row.item else None

    def model_correct(self, row: Answered) -> bool | None:
        output, truth = self.output(row), self.truth(row)
        return output == truth if output and truth else None

    def answer(self, row: Answered) -> str:
        """Return the answer as exported: a stated probability lies in [0, 1] and text stands elsewhere."""
        if row.role == "text":
            return ""
        if row.answer and self.confidence_scale(row) == "probability":
            return format(Decimal(row.answer) / 100, "f")
        return row.answer

    def confidence_scale(self, row: Answered) -> str | None:
        """Return what a confidence is; None for other answers."""
        if row.role != "confidence":
            return None
        return "probability" if self.question(row).kind == "probability" else "ordinal"

    def main_question(self, row: Answered) -> str:
        return get_task(row.task).main_question

    def explanation_shown(self, row: Answered) -> bool:
        """Return whether the arm's explanation stood on the page of a trial."""
        protocol = self.protocols[row.version]
        is_explained = protocol.arm(row.arm).explainer != "none"
        return row.phase == "test" and protocol.explanation_at_test == "shown" and is_explained

    def _ask(
        self, version: int, phase: int, kind: str, instrument: int | None, arm: str
    ) -> dict[str, Question]:
        step = _Step(phase, kind, {"instrument": instrument})
        return {
            question.name: question for question in asked_by(step, self.protocols[version], self.catalog, arm)
        }


@dataclass
class _Step:
    """As much of a step as its questions depend on."""

    phase_number: int
    kind: str
    detail: dict[str, Any]
