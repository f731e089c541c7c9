"""Where the people of a study stand, counted by the database in the same few queries for few and many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from studyapp.models import Participant, Response, Step, Study
from studyapp.studies.versions import versions_that_count

HERE_FOR = timedelta(minutes=15)
HERE, AWAY, LEFT = "here", "away", "left"
WITHDRAWN, DECLINED, SCREENED_OUT = "withdrawn", "declined", "screened-out"


@dataclass(frozen=True)
class ArmCount:
    """How far the people of one arm came; the arm is empty before allocation."""

    arrived: int = 0
    consented: int = 0
    declined: int = 0
    screened_out: int = 0
    allocated: int = 0
    walked: int = 0  # to the end, whether or not they withdrew afterwards
    finished: int = 0

    def __add__(self, other: ArmCount) -> ArmCount:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return ArmCount(*(one + two for one, two in pairs))


@dataclass(frozen=True, order=True)
class PageKey:
    """One page of the walk, the same for everyone who sees it."""

    phase_number: int
    kind: str
    number: int  # of the trial in its phase
    part: str  # page, instrument or attempt


@dataclass(frozen=True)
class Standing:
    """How many unfinished people of an arm are at a page, and in which state."""

    arm: str
    state: str
    page: PageKey
    people: int


def people_of(study: Study, source: str) -> QuerySet[Participant]:
    """Everyone who ever arrived from a source."""
    return _arrived(study).filter(source=source)


def count_sources(study: Study) -> dict[str, int]:
    """Return how many people came from each source, zeros included."""
    rows = _arrived(study).values_list("source").annotate(Count("pk"))
    return dict.fromkeys(Participant.Source.values, 0) | dict(rows)


def count_arms(people: QuerySet[Participant]) -> dict[str, ArmCount]:
    """Return the counts of each arm that has people."""
    rows = people.values_list("arm").annotate(  # in the order of ArmCount
        arrived=Count("pk"),
        consented=Count("consented_at"),
        declined=Count("declined_at"),
        screened_out=Count("screened_out_at"),
        allocated=Count("allocated_at"),
        walked=Count("finished_at"),
        finished=Count("finished_at", filter=Q(withdrawn_at=None)),
    )
    return {arm: ArmCount(*numbers) for arm, *numbers in rows}


def count_standings(people: QuerySet[Participant], now: datetime, silence: timedelta) -> list[Standing]:
    """Return where everyone stands who did not finish: at their first unanswered step.

    Someone is `here` for 15 minutes after an answer or their arrival, `away` after that, and has `left`
    when they said so or were silent for longer than `silence`.
    """
    last_answer = Response.objects.filter(step__participant=OuterRef("participant")).order_by("-answered_at")
    rows = (
        Step.objects.filter(pk__in=_current_steps(people))
        .annotate(
            seen_at=Coalesce(
                Subquery(last_answer.values("answered_at")[:1]),
                "participant__arrived_at",
                output_field=DateTimeField(),
            ),
            state=_state(now, silence),
            part=part_of_step(),
        )
        .values_list("participant__arm", "state", "phase_number", "kind", "number", "part")
        .annotate(Count("pk"))
    )
    return [
        Standing(arm, state, PageKey(phase_number, kind, number, str(part)), people)
        for arm, state, phase_number, kind, number, part, people in rows
    ]


def count_readers(people: QuerySet[Participant], pages: Iterable[PageKey]) -> dict[PageKey, int]:
    """Return how many people saw each of the pages: they answered it or stand at it."""
    wanted = Q(pk=None)  # no step
    for page in pages:
        wanted |= Q(phase_number=page.phase_number, kind=page.kind, number=page.number)
    is_answered = Exists(Response.objects.filter(step=OuterRef("pk")))
    rows = (
        Step.objects.filter(wanted, participant__in=people)
        .filter(is_answered | Q(pk__in=_current_steps(people)))
        .annotate(part=part_of_step())
        .values_list("phase_number", "kind", "number", "part")
        .annotate(Count("participant", distinct=True))
    )
    return {PageKey(phase, kind, number, str(part)): readers for phase, kind, number, part, readers in rows}


def part_of_step() -> Coalesce:
    """Which page, instrument or attempt a step is, as text; empty where it has none."""
    parts = [Cast(KT(f"detail__{name}"), CharField()) for name in ("page", "instrument", "attempt")]
    return Coalesce(*parts, Value(""), output_field=CharField())


def _arrived(study: Study) -> QuerySet[Participant]:
    """The people of a study, without previews of drafts that it has outgrown."""
    return Participant.objects.filter(study=study, version__in=versions_that_count(study).values("number"))


def _current_steps(people: QuerySet[Participant]) -> QuerySet[Participant, int | None]:
    """The first unanswered step of everyone who did not finish."""
    first = Step.objects.unanswered().filter(participant=OuterRef("pk"))
    return people.filter(finished_at=None).values_list(Subquery(first.values("pk")[:1]), flat=True)


def _state(now: datetime, silence: timedelta) -> Case:
    return Case(
        When(participant__withdrawn_at__isnull=False, then=Value(WITHDRAWN)),
        When(participant__declined_at__isnull=False, then=Value(DECLINED)),
        When(participant__screened_out_at__isnull=False, then=Value(SCREENED_OUT)),
        When(participant__left_at__isnull=False, then=Value(LEFT)),
        When(seen_at__gte=now - HERE_FOR, then=Value(HERE)),
        When(seen_at__lt=now - silence, then=Value(LEFT)),
        default=Value(AWAY),
        output_field=CharField(),
    )
