"""One row of `participants.csv`: how far someone came, from their answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from studyapp.export.answered import Answered, Meaning
from studyapp.models import Participant

Row = dict[str, Any]


def participant_row(
    who: Participant, answers: Sequence[Answered], freed_at: datetime | None, meaning: Meaning
) -> Row:
    """Return the row of a participant.

    Parameters
    ----------
    who : the participant
    answers : all their responses, ordered by position
    freed_at : when their place was given again because they were silent, if it was
    """
    row: Row = {
        "participant": who.public_id,
        "source": who.source,
        "arm": who.arm,
        "outcome": who.outcome,
        "arrived_at": who.arrived_at,
    }
    if row["outcome"] == "withdrawn":
        return row  # and nothing else of them
    left_at = who.left_at
    if row["outcome"] == "allocated" and freed_at is not None:
        row["outcome"], left_at = "left", freed_at
    checks = _steps(answers, "attention")
    return row | {
        "phase": answers[-1].phase if answers else "",
        "consented_at": who.consented_at,
        "allocated_at": who.allocated_at,
        "finished_at": who.finished_at,
        "left_at": left_at,
        "duration_ms": _duration(who, answers),
        "gate_attempts": len(_steps(answers, "gate")),
        "attention_passed": sum(all(meaning.correct(one) for one in check) for check in checks),
        "attention_shown": len(checks),
        "scripts": any(one.timing == "script" for one in answers) if answers else None,
        "protocol_version": who.version,
    }


def _steps(answers: Sequence[Answered], kind: str) -> list[list[Answered]]:
    """Return the answers to each step of a kind."""
    steps: dict[int, list[Answered]] = {}
    for one in answers:
        if one.kind == kind:
            steps.setdefault(one.position, []).append(one)
    return list(steps.values())


def _duration(who: Participant, answers: Sequence[Answered]) -> int | None:
    """Return the milliseconds from consent to the last answer before the debrief."""
    before = [one.answered_at for one in answers if one.phase != "debrief"]
    if who.consented_at is None or not before:
        return None
    return max(0, round((max(before) - who.consented_at).total_seconds() * 1000))
