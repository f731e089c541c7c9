"""The one transactional door between allocation and the database."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from protocol.schema import Protocol
from studyapp.allocation.blocks import ALLOCATOR, Place, Stream
from studyapp.errors import StudyFull, StudyNotOpen
from studyapp.models import AllocationEntry, Event, Participant, Response, Study

Action = AllocationEntry.Action


def stream_of(study: Study, protocol: Protocol, source: str) -> Stream:
    """Return the stream of places of one source of a study."""
    weights = {arm.name: arm.weight for arm in protocol.arms}
    return Stream(study.seed_for(source), source, weights, protocol.block_sizes)


def quotas(protocol: Protocol, source: str) -> dict[str, int]:
    """Return the places of each arm that has a limit; virtual participants and previews have none."""
    if source != Participant.Source.RECRUITED:
        return {}
    limits = {name: protocol.quota(name) for name in protocol.arm_names}
    return {name: limit for name, limit in limits.items() if limit is not None}


@transaction.atomic
def allocate(participant: Participant, protocol: Protocol) -> Place:
    """Give the participant the next place in the stream of their source.

    A participant who has a place keeps it, so a reload cannot randomize twice. The draw depends on nothing
    but the study's seed and the place's number: `verify` can replay it. Raises StudyFull when every arm has
    its quota, StudyNotOpen when the study is closed.
    """
    study = Study.objects.select_for_update().get(pk=participant.study_id)  # one at a time
    log = AllocationEntry.objects.filter(study=study, source=participant.source)
    if kept := log.filter(participant=participant, action=Action.ASSIGNED).first():
        return Place(kept.place, kept.block, kept.arm)
    if study.status == Study.Status.CLOSED and participant.source != Participant.Source.PREVIEW:
        raise StudyNotOpen(f"{study} is closed: its seed may be known, so nobody is allocated any more")
    place = _next_place(study, protocol, participant.source)
    if place is None:
        _free_silent_places(study, protocol, participant.source)
        place = _next_place(study, protocol, participant.source)
    if place is None:
        raise StudyFull(f"every arm of {study} has its quota")
    _append(study, participant, place, Action.ASSIGNED)
    return place


@transaction.atomic
def free_place(participant: Participant, reason: str) -> None:
    """Give a participant's place back, so that someone new can fill its arm. Does nothing without a place."""
    study = Study.objects.select_for_update().get(pk=participant.study_id)
    entries = list(AllocationEntry.objects.filter(study=study, participant=participant))
    if len(entries) == 1:  # assigned, not yet freed
        _append(
            study,
            participant,
            Place(entries[0].place, entries[0].block, entries[0].arm),
            Action.FREED,
            reason,
        )


def is_full(study: Study, protocol: Protocol, source: str) -> bool:
    """Whether nobody new can be allocated, silent participants' places counted as free."""
    limits = quotas(protocol, source)
    if len(limits) < len(protocol.arms):
        return False
    taken = places_taken(study, source)
    if any(taken[arm] < limit for arm, limit in limits.items()):
        return False
    silent = Counter(entry.arm for entry in _silent(study, protocol, source))
    return all(taken[arm] - silent[arm] >= limit for arm, limit in limits.items())


def places_taken(study: Study, source: str) -> Counter[str]:
    """Return by arm how many places are assigned and not freed."""
    taken: Counter[str] = Counter()
    rows = AllocationEntry.objects.filter(study=study, source=source).values_list("arm", "action")
    for (arm, action), count in Counter(rows).items():
        taken[arm] += count if action == Action.ASSIGNED else -count
    return taken


def _next_place(study: Study, protocol: Protocol, source: str) -> Place | None:
    log = AllocationEntry.objects.filter(study=study, source=source)
    last = log.filter(action=Action.ASSIGNED).aggregate(Max("place"))["place__max"] or 0
    limits, taken = quotas(protocol, source), places_taken(study, source)
    full = frozenset(arm for arm, limit in limits.items() if taken[arm] >= limit)
    return stream_of(study, protocol, source).next_place(last, full)


def _silent(study: Study, protocol: Protocol, source: str) -> list[AllocationEntry]:
    """Places of people who are neither finished nor gone and gave no answer for the protocol's time."""
    since = timezone.now() - timedelta(minutes=protocol.allocation.free_after_minutes)
    open_entries = (
        AllocationEntry.objects.filter(study=study, source=source, action=Action.ASSIGNED, at__lt=since)
        .filter(participant__finished_at=None)
        .exclude(participant__allocation_entries__action=Action.FREED)
        .select_related("participant")
    )
    return [entry for entry in open_entries if _last_answer(entry) < since]


def _last_answer(entry: AllocationEntry) -> datetime:
    last = Response.objects.filter(step__participant=entry.participant_id).aggregate(Max("answered_at"))
    return last["answered_at__max"] or entry.at


def _free_silent_places(study: Study, protocol: Protocol, source: str) -> None:
    for entry in _silent(study, protocol, source):
        _append(study, entry.participant, Place(entry.place, entry.block, entry.arm), Action.FREED, "silent")


def _append(study: Study, participant: Participant, place: Place, action: Action, reason: str = "") -> None:
    log = AllocationEntry.objects.filter(study=study, source=participant.source)
    last = log.aggregate(Max("sequence"))["sequence__max"] or 0
    now = timezone.now()
    AllocationEntry.objects.create(
        study=study,
        source=participant.source,
        sequence=last + 1,
        action=action,
        place=place.number,
        block=place.block,
        arm=place.arm,
        participant=participant,
        allocator=ALLOCATOR,
        reason=reason,
        at=now,
    )
    Event.objects.create(
        participant=participant,
        kind="allocated" if action == Action.ASSIGNED else "place-freed",
        detail={"place": place.number} | ({"reason": reason} if reason else {}),
        at=now,
    )
