"""What a participant's requests do to the database. The server owns the state: the next step is the first
planned step that lacks a response, and there is no second pointer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from protocol.schema import Protocol
from protocol.schema import phases as ph
from studyapp.allocation.services import allocate, free_place, is_full
from studyapp.catalog import Catalog, catalog_of
from studyapp.errors import StudyFull, StudyNotOpen
from studyapp.models import Event, Participant, Person, Response, Step, Study, Withdrawal
from studyapp.models.study import protocol_version
from studyapp.participate.answers import Answers, read_answers, read_events, read_times
from studyapp.participate.planning import Draws, PlannedStep, plan_arm, plan_common, plan_gate_attempt
from studyapp.participate.questions import asked_by
from studyapp.participate.tokens import position_of

_VISITS = ("shown", "reloaded", "resumed")
_PAUSE = timedelta(minutes=15)  # longer than this between two looks at a page is a return, not a reload
_AHEAD = 3  # the step that is answered, the one shown after it, the one whose pictures are loaded ahead


@dataclass(frozen=True)
class Position:
    """Where a participant stands: the step to show, or none when the walk is over."""

    participant: Participant
    step: Step | None
    upcoming: Step | None = None
    following: Step | None = None
    faults: dict[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)
    is_foreign: bool = False  # the form carried no token of ours
    turned_away: str = ""  # the reason, where the last place went or the study closed while they were reading

    @property
    def protocol(self) -> Protocol:
        return protocol_version(self.participant.study_id, self.participant.version).protocol

    @property
    def protocol_sha256(self) -> str:
        return protocol_version(self.participant.study_id, self.participant.version).sha256

    @property
    def catalog(self) -> Catalog:
        return catalog_of(self.participant.study)


def arrive(
    study: Study, source: str, person: Person | None = None, study_id: str = "", session_id: str = ""
) -> Participant:
    """Return the participant behind an arrival, new with the common steps planned unless the person came before.

    Raises StudyNotOpen, StudyFull.
    """
    known = Participant.objects.filter(study=study, source=source, person=person)
    if person is not None and (before := known.first()):
        return before
    try:
        return _arrive(study, source, person, study_id, session_id)
    except IntegrityError:  # the same person's other tab was faster
        return known.get()


@transaction.atomic
def _arrive(study: Study, source: str, person: Person | None, study_id: str, session_id: str) -> Participant:
    if source != Participant.Source.PREVIEW and study.status != Study.Status.OPEN:
        raise StudyNotOpen(f"{study} is {study.get_status_display().lower()}")
    protocol = study.protocol
    if is_full(study, protocol, source):
        raise StudyFull(f"every arm of {study} has its quota")
    participant = Participant.objects.create(
        study=study, source=source, person=person, recruiter_study=study_id[:100],
        recruiter_session=session_id[:100], version=study.version,
    )  # fmt: skip
    store_steps(participant, plan_common(protocol, catalog_of(study)))
    log(participant, "arrived")
    return participant


def find_position(token: str) -> Position | None:
    """Return where the participant with this personal link stands; None when no one has it."""
    return _position(token, list(Step.objects.of(token).unanswered()[:_AHEAD]))


def _position(token: str, steps: list[Step]) -> Position | None:
    if steps:
        participant = steps[0].participant
        if participant.is_gone:
            return Position(participant, None)
        shown, upcoming, following = (*steps, None, None)[:_AHEAD]
        return Position(participant, shown, upcoming, following)
    found = Participant.objects.select_related("study").filter(token=token).first()
    return None if found is None else Position(found, None)


def take_answers(token: str, sent: Mapping[str, str]) -> Position | None:
    """Store the answers to the participant's next step and return where they stand then.

    A form that was sent before changes nothing. Answers that do not fit come back as `faults`, a form without a
    token of ours as `is_foreign`; in both cases nothing is stored.
    """
    try:
        return _take_answers(token, sent)
    except IntegrityError:  # a second request was faster: its answers stand
        position = find_position(token)
        if position is not None and position.step is not None and not _is_past(position, sent):
            raise
        return position
    except StudyFull:
        return _turn_away(token, "study-full")
    except StudyNotOpen:
        return _turn_away(token, "study-closed")


@transaction.atomic
def _take_answers(token: str, sent: Mapping[str, str]) -> Position | None:
    locked = (
        Step.objects.of(token).unanswered().select_for_update(of=("participant",))
    )  # the one locking read
    position = _position(token, list(locked[:_AHEAD]))
    if position is None or position.step is None:
        return position
    participant, step = position.participant, position.step
    posted = position_of(participant, sent.get("step", ""))
    if posted is None:
        return replace(position, is_foreign=True)
    if posted != step.position:  # an earlier page, sent again
        return position
    if step.kind == "consent" and "decline" in sent:
        return _decline(participant)
    answers = read_answers(asked_by(step, position.protocol, position.catalog, participant.arm), sent)
    if answers.faults:
        return replace(position, faults=answers.faults, sent=sent)
    now = timezone.now()
    _store(step, answers, sent, now)  # the one write
    return _go_on(position, answers, now)


def _is_past(position: Position, sent: Mapping[str, str]) -> bool:
    posted = position_of(position.participant, sent.get("step", ""))
    return posted is not None and position.step is not None and posted < position.step.position


def _store(step: Step, answers: Answers, sent: Mapping[str, str], now: datetime) -> None:
    times = read_times(sent)
    Response.objects.bulk_create(
        Response(
            step=step, question=name, role=role, answer=answers.values[name], onset_at=times.onset_at,
            response_ms=times.response_ms, hidden_ms=times.hidden_ms, timing=times.timing, answered_at=now,
        )
        for name, role in step.questions
    )  # fmt: skip
    if noticed := read_events(sent):
        Event.objects.bulk_create(
            Event(participant=step.participant, position=step.position, kind=kind, detail=detail, at=now)
            for kind, detail in noticed
        )


def _go_on(position: Position, answers: Answers, now: datetime) -> Position:
    """Return the next position, after what the answered step brings about."""
    participant, step = position.participant, position.step
    if step is None:
        return position
    if step.kind == "consent":
        _mark(participant, "consented_at", now, "consented")
    if position.upcoming is not None:
        if position.upcoming.phase == "debrief":
            _mark(participant, "finished_at", now, "finished")
        return Position(participant, position.upcoming, position.following)
    if participant.arm:
        return Position(participant, None)  # the debrief was the last
    return _pass_gate(position, answers, now)


def _pass_gate(position: Position, answers: Answers, now: datetime) -> Position:
    """Decide what follows the last common step: another attempt, the screen-out or the allocation."""
    participant, step, protocol = position.participant, position.step, position.protocol
    if step is None:
        return position
    phase = protocol.phases[step.phase_number]
    if isinstance(phase, ph.Gate) and any(answers.values[q.name] != q.right for q in phase.questions):
        attempt = step.detail["attempt"]
        if attempt >= phase.attempts:
            _mark(participant, "screened_out_at", now, "screened-out")
            return Position(participant, None)
        again = plan_gate_attempt(protocol, position.catalog, attempt + 1, step.position + 1)
        return Position(participant, store_steps(participant, [again])[0])
    steps = _enter_arm(participant, protocol, position.catalog, step.position + 1, now)
    return Position(participant, steps[0], steps[1])


def _enter_arm(
    participant: Participant, protocol: Protocol, catalog: Catalog, first: int, now: datetime
) -> list[Step]:
    """Allocate the participant and plan the rest of their session, in the same transaction."""
    place = allocate(participant, protocol)
    participant.arm, participant.place, participant.allocated_at = place.arm, place.number, now
    participant.save(update_fields=["arm", "place", "allocated_at"])
    draws = Draws(participant.study.seed_for(participant.source), participant.source, place.number)
    return store_steps(participant, plan_arm(protocol, catalog, place.arm, draws, first))


def store_steps(participant: Participant, planned: Iterable[PlannedStep]) -> list[Step]:
    """Write planned steps down and return them."""
    return Step.objects.bulk_create(Step(participant=participant, **vars(step)) for step in planned)


@transaction.atomic
def _turn_away(token: str, reason: str) -> Position | None:
    """Note that no place was left for the participant after the gate; their answers to it are not kept."""
    participant = Participant.objects.select_related("study").select_for_update(of=("self",)).get(token=token)
    if not participant.is_gone:
        _mark(participant, "left_at", timezone.now(), "left", {"reason": reason})
    return Position(participant, None, turned_away=reason)


def reason_for_leaving(participant: Participant) -> str:
    """Return why someone was turned away; empty where they left by their own will."""
    details = Event.objects.filter(participant=participant, kind="left").values_list("detail", flat=True)
    return next((detail["reason"] for detail in details if "reason" in detail), "")


def _decline(participant: Participant) -> Position:
    _mark(participant, "declined_at", timezone.now(), "declined")
    return Position(participant, None)


@transaction.atomic
def leave(participant: Participant) -> None:
    """Stop taking part: what was answered stays, the place is given back. A second time changes nothing."""
    participant = _locked(participant)
    if participant.is_gone or participant.finished_at is not None:
        return
    _mark(participant, "left_at", timezone.now(), "left")
    free_place(participant, "left")


@transaction.atomic
def withdraw(participant: Participant) -> None:
    """Erase a participant's answers at their wish; the place is given back. A second time changes nothing."""
    participant = _locked(participant)
    if participant.withdrawn_at is not None:
        return
    Withdrawal.objects.create(participant=participant, kind=Withdrawal.Kind.WITHDRAWAL)
    Response.objects.filter(step__participant=participant).delete()
    Event.objects.filter(participant=participant).delete()
    _mark(participant, "withdrawn_at", timezone.now(), "withdrawn")
    free_place(participant, "withdrawn")


def note_visit(position: Position) -> None:
    """Log that a page was asked for as a whole: at first, on a reload, or when someone comes back."""
    if position.step is not None:
        log(position.participant, _kind_of_visit(position.step), position=position.step.position)


def _kind_of_visit(step: Step) -> str:
    """Tell a first look from a reload and a return: with scripts, a page follows the one before without a visit."""
    visits = Event.objects.filter(participant=step.participant, position=step.position, kind__in=_VISITS)
    answers = Response.objects.filter(step__participant=step.participant, timing="script")
    before = [
        visits.aggregate(last=Max("at"))["last"],
        answers.aggregate(last=Max("answered_at"))["last"],
    ]
    seen = [at for at in before if at is not None]
    if not seen:
        return "shown"
    return "resumed" if timezone.now() - max(seen) > _PAUSE else "reloaded"


def log(
    participant: Participant, kind: str, detail: dict[str, Any] | None = None, position: int | None = None
) -> None:
    """Append an event."""
    Event.objects.create(
        participant=participant, kind=kind, detail=detail or {}, position=position, at=timezone.now()
    )


def _locked(participant: Participant) -> Participant:
    return Participant.objects.select_related("study").select_for_update(of=("self",)).get(pk=participant.pk)


def _mark(
    participant: Participant, when: str, now: datetime, kind: str, detail: dict[str, Any] | None = None
) -> None:
    """Set one of a participant's times and log it."""
    setattr(participant, when, now)
    participant.save(update_fields=[when])
    log(participant, kind, detail)
