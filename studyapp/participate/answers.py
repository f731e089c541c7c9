"""Reading what a participant sent: answers that fit their questions, and times that a script measured."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from protocol.schema.questions import (
    ChoiceQuestion,
    NumberQuestion,
    ProbabilityQuestion,
    Question,
    ScaleQuestion,
    TextQuestion,
)

PREFIX = "q-"
SEEN = "seen"
_DAY_MS = 24 * 60 * 60 * 1000
_EVENT_KINDS = frozenset({"hidden", "offline", "paste"})
_MOST_EVENTS = 50
_NUMBER = re.compile(r"-?[0-9]{1,15}([.][0-9]{1,15})?")


@dataclass(frozen=True)
class Times:
    """When a page was seen and how long it took, as the browser measured it; None without scripts."""

    onset_at: datetime | None = None
    response_ms: int | None = None
    hidden_ms: int | None = None

    @property
    def timing(self) -> str:
        return "none" if self.response_ms is None else "script"


@dataclass(frozen=True)
class Answers:
    """What was sent: values by question, and what is missing or wrong by question."""

    values: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)


def read_answers(questions: Sequence[Question], sent: Mapping[str, str]) -> Answers:
    """Read the answer to each question; an open optional question is the empty answer."""
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for question in questions:
        value = (
            sent.get(PREFIX + question.name, "").replace("\0", "").strip()
        )  # PostgreSQL's texts hold no NUL
        values[question.name] = value
        if question.kind == "seen":
            values[question.name] = SEEN
        elif not value:
            if question.required:
                faults[question.name] = _missing(question)
        elif fault := _fault(question, value):
            faults[question.name] = fault
        elif isinstance(question, NumberQuestion):
            values[question.name] = format(Decimal(value).normalize(), "f")  # 07 and 7.0 are 7
    return Answers(values, faults)


def offered(question: Question) -> list[str]:
    """Return the values that can be chosen; none where the answer is typed."""
    match question:
        case ChoiceQuestion():
            return [choice.value for choice in question.choices]
        case ScaleQuestion():
            return [str(point) for point in range(question.minimum, question.maximum + 1)]
        case ProbabilityQuestion():
            return [str(step) for step in question.steps]
    return []


def read_times(sent: Mapping[str, str]) -> Times:
    """Read the hidden time fields; anything that cannot be true counts as not measured."""
    response_ms = _milliseconds(sent.get("response_ms"))
    if response_ms is None:
        return Times()
    hidden_ms = _milliseconds(sent.get("hidden_ms"))
    return Times(_moment(sent.get("onset_at")), response_ms, hidden_ms)


def read_events(sent: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """Read what the page noticed, e.g. that it was hidden: known kinds only, whole numbers only."""
    try:
        raw = json.loads(sent.get("events") or "[]")
    except (ValueError, RecursionError):
        return []
    if not isinstance(raw, list):
        return []
    known = [entry for entry in raw if isinstance(entry, dict) and str(entry.get("kind")) in _EVENT_KINDS]
    return [(entry["kind"], _numbers(entry)) for entry in known[:_MOST_EVENTS]]


def _numbers(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("after_ms", "for_ms") if isinstance(entry.get(name), int)}


def _missing(question: Question) -> str:
    match question:
        case ChoiceQuestion(role="consent"):
            return "Please tick this, or choose not to take part."
        case ChoiceQuestion() | ScaleQuestion() | ProbabilityQuestion():
            return "Choose an answer, then continue."
    return "Please answer this, then continue."


def _fault(question: Question, value: str) -> str:
    match question:
        case TextQuestion():
            return (
                ""
                if len(value) <= question.max_length
                else f"Please use at most {question.max_length} characters."
            )
        case NumberQuestion():
            return _number_fault(question, value)
    return "" if value in offered(question) else _missing(question)


def _number_fault(question: NumberQuestion, value: str) -> str:
    fault = f"Please type a {'' if question.decimal else 'whole '}number{_range(question)}."
    if not _NUMBER.fullmatch(value):
        return fault
    number = float(value)
    whole = question.decimal or number.is_integer()
    above = question.minimum is None or number >= question.minimum
    below = question.maximum is None or number <= question.maximum
    return "" if whole and above and below else fault


def _range(question: NumberQuestion) -> str:
    match question.minimum, question.maximum:
        case None, None:
            return ""
        case low, None:
            return f" of at least {low:g}"
        case None, high:
            return f" of at most {high:g}"
        case low, high:
            return f" from {low:g} to {high:g}"


def _milliseconds(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 9:
        return None
    return int(text) if int(text) <= _DAY_MS else None


def _moment(text: str | None) -> datetime | None:
    """Read milliseconds since 1970."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 14:
        return None
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
