"""Replaying a study: is everything that was drawn what the seed says?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from itertools import groupby
from typing import Any

from protocol import fingerprint, load_resolved
from protocol.schema import Protocol
from studyapp.allocation.blocks import ALLOCATOR, Place
from studyapp.allocation.services import quotas, stream_of
from studyapp.catalog import Catalog, catalog_of
from studyapp.models import AllocationEntry, Participant, Response, Step, Study
from studyapp.participate.planning import Draws, PlannedStep, plan_arm, plan_common, plan_gate_attempt
from studyapp.studies.bundle_rows import differences
from studyapp.studies.grouped import Grouped
from studyapp.studies.launching import hash_of_seed
from studyapp.studies.snapshot import SNAPSHOT, snapshot
from studyapp.studies.versions import versions_that_count

_PLANNED = [column.name for column in fields(PlannedStep)]
Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass
class Verification:
    """What was replayed, how much of it is as planned, and each thing that is not."""

    allocations: int = 0
    allocations_as_planned: int = 0
    sessions: int = 0
    sessions_as_planned: int = 0
    responses: int = 0
    discrepancies: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.discrepancies

    def describe(self) -> str:
        """Return the counts as a sentence."""
        return (
            f"{self.allocations_as_planned} of {self.allocations} allocations and {self.sessions_as_planned} "
            f"of {self.sessions} sessions as planned, with {self.responses} responses."
        )


def verify(study: Study, progress: Progress = lambda sessions: sessions) -> Verification:
    """Replay the allocation log of every source and the planned steps of every participant.

    The protocol versions must have their hashes, and the bundle's files and rows must be those of its hash.
    Each place must be the next one of the seed's stream whose arm was not full, given the places that were
    assigned and freed before it; each session must be what protocol, bundle, seed and place give; responses
    must answer the planned questions, without a step left out.
    """
    with snapshot():
        replay = _Replay(study)
        replay.check_seed()
        replay.check_frozen()
        replay.check_log()
        replay.check_sessions(progress)
    return replay.found


class _Replay:
    """The study that is replayed, and what was found so far."""

    def __init__(self, study: Study):
        self.study = study
        self.versions = list(versions_that_count(study, SNAPSHOT))
        self.protocols: Mapping[int, Protocol] = {v.number: load_resolved(v.resolved) for v in self.versions}
        self.catalog: Catalog = catalog_of(study)
        self.found = Verification()
        self.places: dict[int, AllocationEntry] = {}  # participant → the place they were given

    def tell(self, message: str) -> None:
        self.found.discrepancies.append(message)

    def check_seed(self) -> None:
        if self.study.launched_at and hash_of_seed(self.study.seed) != self.study.seed_sha256:
            self.tell("the seed is not the one whose hash was published at launch")

    def check_frozen(self) -> None:
        for version in self.versions:
            if fingerprint(self.protocols[version.number]) != version.sha256:
                self.tell(f"protocol version {version.number} is not the one whose hash was frozen")
        for difference in differences(self.study.bundle, SNAPSHOT):
            self.tell(difference)

    def check_log(self) -> None:
        log = AllocationEntry.objects.using(SNAPSHOT).filter(study=self.study).select_related("participant")
        for (source, stratum), entries in groupby(
            log.order_by("source", "stratum", "sequence").iterator(),
            lambda entry: (entry.source, entry.stratum),
        ):
            self._check_stream(source, stratum, entries)

    def _check_stream(self, source: str, stratum: str, entries: Iterable[AllocationEntry]) -> None:
        any_protocol = next(iter(self.protocols.values()))  # arms, weights and block sizes are never amended
        stream = stream_of(self.study, any_protocol, source)
        coming = stream.places()
        taken: Counter[str] = Counter()
        for number, entry in enumerate(entries, start=1):
            where = f"allocation log, {source}{f' {stratum}' if stratum else ''}, entry {entry.sequence}"
            if entry.sequence != number:
                self.tell(
                    f"{where}: expected sequence number {number}; an entry is missing or was renumbered"
                )
            if entry.action == AllocationEntry.Action.FREED:
                taken[entry.arm] -= 1
                self._check_freed(entry, where)
                continue
            full = self._full(entry, taken)
            taken[entry.arm] += 1
            if full is None:  # a preview of an earlier draft
                coming = stream.places(after=entry.place)
                continue
            self.found.allocations += 1
            expected = (
                next((place for place in coming if place.arm not in full), None)
                if full < set(stream.weights)
                else None
            )
            if fault := self._assigned_wrongly(entry, expected):
                self.tell(f"{where}: {fault}")
                coming = stream.places(after=entry.place)
            else:
                self.found.allocations_as_planned += 1
            self.places.setdefault(entry.participant_id, entry)

    def _full(self, entry: AllocationEntry, taken: Counter[str]) -> frozenset[str] | None:
        """Return the arms that had no place left, by the protocol version that the participant walks."""
        protocol = self.protocols.get(entry.participant.version)
        if protocol is None:
            return None
        return frozenset(arm for arm, limit in quotas(protocol, entry.source).items() if taken[arm] >= limit)

    def _assigned_wrongly(self, entry: AllocationEntry, expected: Place | None) -> str:
        got = Place(entry.place, entry.block, entry.arm)
        if expected is None:
            return f"{_told(got)} was assigned, but every arm was full"
        if got != expected:
            return f"{_told(got)} was assigned; the seed says {_told(expected)}"
        if entry.participant_id in self.places:
            return f"participant {entry.participant} was allocated before"
        if (entry.participant.arm, entry.participant.place) != (entry.arm, entry.place):
            return (
                f"participant {entry.participant} stands in arm {entry.participant.arm!r} with place "
                f"{entry.participant.place}; the log says {_told(got)}"
            )
        if entry.participant.source != entry.source or entry.participant.study_id != entry.study_id:
            return f"participant {entry.participant} does not belong to this stream"
        return (
            ""
            if entry.allocator == ALLOCATOR
            else f"allocator {entry.allocator} is unknown; {ALLOCATOR} can be replayed"
        )

    def _check_freed(self, entry: AllocationEntry, where: str) -> None:
        given = self.places.get(entry.participant_id)
        if entry.participant.version not in self.protocols:
            return
        if given is None or (given.place, given.arm) != (entry.place, entry.arm):
            self.tell(
                f"{where}: place {entry.place} was freed for {entry.participant}, who was not assigned it"
            )

    def check_sessions(self, progress: Progress) -> None:
        walked = (
            Participant.objects.using(SNAPSHOT)
            .filter(study=self.study, version__in=self.protocols)
            .order_by("pk")
        )
        of_study = {"participant__study": self.study, "participant__version__in": self.protocols}
        steps = Step.objects.using(SNAPSHOT).filter(**of_study).order_by("participant_id", "position")
        answers = Response.objects.using(SNAPSHOT).filter(
            **{f"step__{name}": value for name, value in of_study.items()}
        )
        rows = answers.order_by("step__participant_id", "step__position", "pk").values_list(
            "step__participant_id", "step__position", "question", "role"
        )
        steps_of = Grouped(steps.iterator(), lambda step: step.participant_id)
        answers_of = Grouped(rows.iterator(), lambda row: row[0])
        for participant in progress(walked.iterator()):
            self.found.sessions += 1
            stored, given = steps_of.take(participant.pk), answers_of.take(participant.pk)
            self.found.responses += len(given)
            if fault := self._session_wrong(participant, stored) or _answers_wrong(stored, given):
                self.tell(f"participant {participant}: {fault}")
            else:
                self.found.sessions_as_planned += 1

    def _session_wrong(self, participant: Participant, stored: list[Step]) -> str:
        if bool(participant.arm) != (participant.pk in self.places):
            in_log = "has one" if participant.pk in self.places else "has no place for them"
            return f"their arm is {participant.arm!r}, but the allocation log {in_log}"
        expected = self._plan(participant, sum(step.kind == "gate" for step in stored))
        for step, planned in zip(stored, expected, strict=False):
            for name in _PLANNED:
                got, right = getattr(step, name), getattr(planned, name)
                if got != right:
                    return f"step {step.position} has {name} {got!r}; planned is {right!r}"
        return "" if len(stored) == len(expected) else f"{len(stored)} steps; planned are {len(expected)}"

    def _plan(self, participant: Participant, gate_attempts: int) -> list[PlannedStep]:
        protocol = self.protocols[participant.version]
        planned = plan_common(protocol, self.catalog)
        for attempt in range(2, gate_attempts + 1):
            planned.append(plan_gate_attempt(protocol, self.catalog, attempt, len(planned) + 1))
        if entry := self.places.get(participant.pk):
            draws = Draws(self.study.seed_for(participant.source), participant.source, entry.place)
            planned += plan_arm(protocol, self.catalog, entry.arm, draws, len(planned) + 1)
        return planned


def _answers_wrong(stored: list[Step], given: list[tuple[int, int, str, str]]) -> str:
    """Compare responses, ordered by position, to the questions of the planned steps."""
    answered = {
        position: [list(row[2:]) for row in rows] for position, rows in groupby(given, lambda row: row[1])
    }
    for step in stored[: len(answered)]:
        if step.position not in answered:
            return f"step {step.position} has no response, although a later one has"
        if sorted(answered[step.position]) != sorted(map(list, step.questions)):
            return (
                f"step {step.position} was answered with {answered[step.position]}; it asks {step.questions}"
            )
    return "" if len(answered) <= len(stored) else "there are responses to steps that were not planned"


def _told(place: Place) -> str:
    return f"place {place.number} (block {place.block}, {place.arm})"
