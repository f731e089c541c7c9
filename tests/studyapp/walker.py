"""A participant who walks without a browser: each step goes through the service that the pages call."""

from __future__ import annotations

from collections.abc import Callable

from protocol.schema.questions import ChoiceQuestion, NumberQuestion, Question, TextQuestion
from studyapp.models import Participant, Step, Study
from studyapp.participate.answers import PREFIX, offered
from studyapp.participate.questions import asked_by
from studyapp.participate.services import arrive, find_position, take_answers
from studyapp.participate.tokens import step_token

SCRIPT = {"onset_at": "1767225600000", "response_ms": "1500", "hidden_ms": "20"}  # 2026-01-01T00:00:00Z


def never(step: Step) -> bool:
    """Walk to the end."""
    return False


def walk(
    study: Study,
    source: str = "recruited",
    stop: Callable[[Step], bool] = never,
    times: dict[str, str] | None = None,
    **answers: str,
) -> Participant:
    """Arrive and answer until the end, or until `stop` says so of the step that comes next.

    Checks are answered rightly and attention checks as they ask; `answers`, by question name, go before that.
    The prediction is `dot` and the confidence 60 unless given.
    """
    return go_on(arrive(study, source), stop, times, **answers)


def go_on(
    participant: Participant,
    stop: Callable[[Step], bool] = never,
    times: dict[str, str] | None = None,
    **answers: str,
) -> Participant:
    """Let a participant walk on."""
    position = find_position(participant.token)
    while position is not None and position.step is not None and not stop(position.step):
        step = position.step
        asked = asked_by(step, position.protocol, position.catalog, position.participant.arm)
        chosen = {"prediction": "dot", "confidence": "60"} | step.detail.get("wanted", {}) | answers
        sent = {PREFIX + question.name: chosen.get(question.name, _usual(question)) for question in asked}
        token = step_token(position.participant, step.position)
        before, position = (
            step.position,
            take_answers(participant.token, sent | {"step": token} | (times or {})),
        )
        if position is not None and position.step is not None and position.step.position == before:
            raise AssertionError(f"{step} took no answer: {position.faults}")
    return Participant.objects.get(pk=participant.pk)


def at(phase: str, kind: str = "") -> Callable[[Step], bool]:
    """Stop at the first step of a phase (and kind)."""
    return lambda step: step.phase == phase and kind in ("", step.kind)


def _usual(question: Question) -> str:
    match question:
        case ChoiceQuestion():
            return question.right or question.choices[0].value
        case NumberQuestion():
            return "3"
        case TextQuestion():
            return 'Fun, "wonderful"\r\nstudy'
    return next(iter(offered(question)), "seen")
