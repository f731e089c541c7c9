"""One row of `participants.csv`: how far someone came, from their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studyapp.export.answered import Answered, Meaning
from studyapp.models import Participant

Row = dict[str, Any]
TURNED_AWAY = ("study-full", "study-closed")  # why the study let someone go; the detail of the event `left`
ON_THE_WAY = ("arrived", "consented", "allocated")


@dataclass(frozen=True)
class Silence:
    """Who left without a word: nobody says so by closing the tab.

    `since` : who gave their last answer before this moment has left. A virtual participant never waits, so
    one who did not finish has left whenever that was.
    """

    since: datetime

    def has_taken(self, who: Participant, last: datetime) -> bool:
        """Say whether someone on the way, with their last answer (or arrival) at `last`, has left."""
        return who.source == Participant.Source.SIMULATED or last < self.since


def participant_row(
    who: Participant, answers: Sequence[Answered], let_go: str, silence: Silence, meaning: Meaning
) -> Row:
    """Return the row of a participant.

    Parameters
    ----------
    who : the participant
    answers : all their responses, ordered by position
    let_go : the reason that the study gave for letting them go; empty for none
    silence : how long someone may be silent before they count as having left
    """
    row: Row = {
        "participant": who.public_id,
        "source": who.source,
        "arm": who.arm,
        "outcome": who.outcome,
        "arrived_at": who.arrived_at,
        "consented_at": who.consented_at,
        "allocated_at": who.allocated_at,
    }
    if row["outcome"] == "withdrawn":
        return row  # how far they came is no answer; nothing else of them
    left_at, last = who.left_at, max((one.answered_at for one in answers), default=who.arrived_at)
    if row["outcome"] in ON_THE_WAY and silence.has_taken(who, last):
        row["outcome"], left_at = "left", last
    if row["outcome"] == "left" and let_go in TURNED_AWAY and not who.arm:
        row["outcome"] = "turned-away"
    checks = _steps(answers, "attention")
    return row | {
        "phase": answers[-1].phase if answers else "",
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
