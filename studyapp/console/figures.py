"""Everything the monitor shows of one study and source, in a constant number of queries.

No outcome is read: nobody peeks before the study is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from studyapp.console.charts import RecruitmentChart, say_span
from studyapp.console.counts import HERE, ArmCount, count_arms, count_standings, people_of
from studyapp.console.flow import ArmBalance, Flow, Stage, balance, describe_balance, flow, stages, target
from studyapp.console.leaving import Leaving, where_people_leave
from studyapp.console.problems import Problem, pressing, worth_knowing
from studyapp.console.recruitment import (
    Duration,
    Forecast,
    draw_recruitment,
    forecast,
    median_duration,
    read_times,
)
from studyapp.models import Participant, Study


@dataclass(frozen=True)
class Figures:
    """The numbers of one study and source at one moment."""

    updated_at: datetime
    arrived: int
    target: int | None
    duration: Duration | None
    recruitment: RecruitmentChart | None
    forecast: Forecast | None
    stages: list[Stage]
    flow: Flow
    balance: list[ArmBalance]
    balance_note: str
    leaving: Leaving
    problems: list[Problem]
    silence_said: str
    in_study: int

    @property
    def pressing(self) -> int:
        """How many problems need a hand."""
        return sum(problem.needs_hand for problem in self.problems)


def gather(study: Study, source: str, now: datetime | None = None) -> Figures:
    """Return the figures of one source of a study, as of now."""
    now = now or timezone.now()
    protocol, people = study.protocol, people_of(study, source)
    has_quotas = source == Participant.Source.RECRUITED
    silence = timedelta(minutes=protocol.allocation.free_after_minutes)
    counts, standings = count_arms(people), count_standings(people, now, silence)
    wanted = target(protocol) if has_quotas else None
    by_arm, times = flow(protocol, counts, standings), read_times(people, source)
    return Figures(
        updated_at=now,
        arrived=sum(counts.values(), ArmCount()).arrived,
        target=wanted,
        duration=median_duration(times.durations),
        recruitment=draw_recruitment(study, times, wanted, now),
        forecast=forecast(study, times, wanted, now),
        stages=stages(protocol, counts, standings),
        flow=by_arm,
        balance=balance(protocol, counts, has_quotas),
        balance_note=describe_balance(protocol, counts, has_quotas),
        leaving=where_people_leave(protocol, people, standings),
        problems=pressing(study, people, by_arm, wanted) + worth_knowing(study, people, standings, silence),
        silence_said=say_span(silence),
        in_study=sum(group.people for group in standings if group.state == HERE),
    )


def count_pressing(study: Study, now: datetime | None = None) -> int:
    """Return how many problems of a study's recruited people need a hand."""
    protocol, people = study.protocol, people_of(study, Participant.Source.RECRUITED)
    silence = timedelta(minutes=protocol.allocation.free_after_minutes)
    standings = count_standings(people, now or timezone.now(), silence)
    return len(pressing(study, people, flow(protocol, count_arms(people), standings), target(protocol)))
