"""How recruitment goes over time."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from studyapp.console.charts import RecruitmentChart, recruitment_chart
from studyapp.models import Participant, Response, Step, Study

_DAY = timedelta(days=1)
_ENOUGH = 10  # finished in a day, for a forecast


@dataclass(frozen=True)
class Times:
    """When people were allocated and finished, each rising, and how long those who finished took.

    Virtual participants walk in no time at all, so that theirs is the time they say to have spent on the pages.
    """

    allocated: list[datetime]
    finished: list[datetime]
    durations: list[timedelta]


@dataclass(frozen=True)
class Duration:
    """Minutes from arrival to the debrief, or on the pages before it: median and quartiles."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """When the target is reached at the last day's pace; the interval takes arrivals as Poisson."""

    finished: int
    target: int
    at: datetime
    early: datetime
    late: datetime

    @property
    def said(self) -> list[str]:
        """The three times in words, with the hour where the days alone would not tell them apart."""
        hour = " %H:%M" if self.late - self.early < 2 * _DAY else ""
        return [f"{at:%A} {at.day} {at:%b}{at.strftime(hour)}" for at in (self.at, self.early, self.late)]


def read_times(people: QuerySet[Participant], source: str = Participant.Source.RECRUITED) -> Times:
    """Read the times of everyone who was allocated; all of them are of one source."""
    rows = people.exclude(allocated_at=None).values_list(
        "arrived_at", "allocated_at", "finished_at", "withdrawn_at"
    )
    allocated, finished, durations = [], [], []
    for arrived_at, allocated_at, finished_at, withdrawn_at in rows.order_by():
        if allocated_at is not None:
            allocated.append(allocated_at)
        if finished_at is not None and withdrawn_at is None:
            finished.append(finished_at)
            durations.append(finished_at - arrived_at)
    if source == Participant.Source.SIMULATED:
        durations = _times_on_pages(people)
    return Times(sorted(allocated), sorted(finished), durations)


def _times_on_pages(people: QuerySet[Participant]) -> list[timedelta]:
    """Return the summed response times up to the debrief of each who finished."""
    finished = people.exclude(finished_at=None).filter(withdrawn_at=None)
    own = Response.objects.filter(step=OuterRef("pk")).values("response_ms")  # one page, one time
    steps = Step.objects.filter(participant__in=finished).exclude(phase="debrief")
    totals = steps.annotate(ms=Subquery(own[:1])).values("participant").annotate(total=Sum("ms"))
    return [timedelta(milliseconds=row["total"]) for row in totals if row["total"] is not None]


def median_duration(durations: list[timedelta]) -> Duration | None:
    """Return median and quartiles in minutes (quartiles as numpy's default); None without anyone."""
    minutes = [duration / timedelta(minutes=1) for duration in durations]
    if not minutes:
        return None
    if len(minutes) == 1:
        return Duration(minutes[0], minutes[0], minutes[0])
    low, median, high = statistics.quantiles(minutes, n=4, method="inclusive")
    return Duration(median, low, high)


def draw_recruitment(
    study: Study, times: Times, target: int | None, now: datetime
) -> RecruitmentChart | None:
    """Draw recruitment from its beginning to now or to the closing; None before anyone is allocated."""
    if not times.allocated:
        return None
    last = max(times.allocated[-1], times.finished[-1] if times.finished else times.allocated[-1])
    start = times.allocated[0]
    end = max(study.closed_at, last) if study.closed_at else max(now, last)
    start -= max((end - start) * 0.02, timedelta(seconds=30))
    return recruitment_chart(times.allocated, times.finished, target, start, end)


def forecast(study: Study, times: Times, target: int | None, now: datetime) -> Forecast | None:
    """Return when the target is reached at the pace of the last 24 hours, where that can be said."""
    lacking = (target or 0) - len(times.finished)
    if study.status != Study.Status.OPEN or target is None or lacking <= 0:
        return None
    if not times.allocated or times.allocated[0] > now - _DAY:
        return None
    recent = sum(now - _DAY < at <= now for at in times.finished)
    if recent < _ENOUGH:
        return None
    reach = 1.96 * math.sqrt(recent)
    at, early, late = (now + _DAY * lacking / pace for pace in (recent, recent + reach, recent - reach))
    return Forecast(recent, target, at, early, late)
