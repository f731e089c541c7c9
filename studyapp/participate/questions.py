"""Which questions a step asks: one place for planning, showing, reading and exporting."""

from __future__ import annotations

from typing import Any
from typing import Protocol as Shape

from protocol.schema import Protocol
from protocol.schema import phases as ph
from protocol.schema.questions import Choice, ChoiceQuestion, Question, ScaleQuestion, SeenQuestion
from studyapp.catalog import Catalog
from studyapp.tasks.registry import get_task


class StepLike(Shape):
    """A stored or a planned step."""

    @property
    def phase_number(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def detail(self) -> dict[str, Any]: ...


AGREED = "agreed"


def asked_by(step: StepLike, protocol: Protocol, catalog: Catalog, arm: str) -> list[Question]:
    """Return the questions of a step, never none: a page that only is read asks whether it was seen."""
    phase = protocol.phases[step.phase_number]
    match step.kind, phase:
        case "consent", ph.Consent():
            return [_statement(n, text) for n, text in enumerate(phase.statements, start=1)]
        case "gate", ph.Gate():
            return list(phase.questions)
        case "check", ph.Tutorial():
            check = phase.arms[arm].check
            return [check] if check is not None else [SeenQuestion()]
        case "trial", ph.Practice() | ph.Test():
            return get_task(phase.task.kind).questions(phase.task, catalog)
        case "attention", ph.Test():
            asked = get_task(phase.task.kind).questions(phase.task, catalog)
            return [question.model_copy(update={"role": "attention"}) for question in asked]
        case "estimate", ph.Ratings() if phase.estimate is not None:
            return [phase.estimate]
        case "scale", ph.Ratings():
            return scale_questions(phase, step.detail["instrument"])
        case "demographics", ph.Demographics():
            return list(phase.questions)
    return [SeenQuestion()]


def _statement(n: int, text: str) -> ChoiceQuestion:
    return ChoiceQuestion(
        name=f"statement-{n}", role="consent", text=text, choices=[Choice(value=AGREED, label=text)]
    )


def scale_questions(phase: ph.Ratings, number: int) -> list[Question]:
    """Return one question for each item of an instrument, as published."""
    instrument = phase.instruments[number].instrument
    if instrument is None:
        raise ValueError(f"instrument {phase.instruments[number].name} is not resolved")
    return [
        ScaleQuestion(
            name=f"{instrument.name}.{item.name}", role="rating", text=item.text, minimum=instrument.minimum,
            maximum=instrument.maximum, labels=instrument.labels, reverse=item.reverse, subscale=item.subscale,
        )
        for item in instrument.items
    ]  # fmt: skip
