"""What needs a hand, and what is good to know, by rules on the stored data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from protocol.schema import Protocol
from protocol.schema import phases as ph
from studyapp.catalog import catalog_of
from studyapp.console.charts import say_span
from studyapp.console.counts import LEFT, Standing
from studyapp.console.flow import Flow
from studyapp.console.labels import counted
from studyapp.models import AllocationEntry, Participant, Response, Study
from studyapp.tasks.registry import get_task

Action = AllocationEntry.Action

_ENOUGH = 20  # allocated in an arm, before its attrition is compared
_APART = 0.05


@dataclass(frozen=True)
class Problem:
    """One line of the list."""

    text: str
    needs_hand: bool = False


def pressing(study: Study, people: QuerySet[Participant], flow: Flow, target: int | None) -> list[Problem]:
    """Return what needs the researcher: nothing, once a study is closed or still a draft."""
    if study.status not in (Study.Status.OPEN, Study.Status.PAUSED):
        return []
    found = [_unequal_attrition(flow), _shared_sessions(people), _target_reached(flow, target)]
    return [Problem(text, needs_hand=True) for text in found if text]


def worth_knowing(
    study: Study, people: QuerySet[Participant], standings: Iterable[Standing], silence: timedelta
) -> list[Problem]:
    """Return what explains the numbers but asks for nothing."""
    found = [
        _silent(people, standings, silence),
        _came_back(people),
        _known_persons(people),
        _failed_attention(study, people),
        _without_scripts(people),
    ]
    return [Problem(text) for text in found if text]


def _unequal_attrition(flow: Flow) -> str:
    """Arms that lose people unequally: those who stay are then no longer comparable."""
    compared = [arm for arm in flow.arms if arm.allocated >= _ENOUGH]
    if len(compared) < 2:
        return ""
    most = max(compared, key=lambda arm: arm.share_left or 0)
    least = min(compared, key=lambda arm: arm.share_left or 0)
    high, low = most.share_left or 0, least.share_left or 0
    if high - low <= _APART:
        return ""
    return (
        f"Arms lose people unequally: {most.label} {100 * high:.1f} % ({most.left} of {most.allocated}), "
        f"{least.label} {100 * low:.1f} % ({least.left} of {least.allocated})."
    )


def _shared_sessions(people: QuerySet[Participant]) -> str:
    sessions = people.exclude(recruiter_session="").values("recruiter_session").annotate(links=Count("pk"))
    shared = sessions.filter(links__gt=1).aggregate(number=Count("recruiter_session"))["number"]
    if not shared:
        return ""
    return f"{counted(shared, 'session')} at the recruiter came with several participants, maybe one person."


def _target_reached(flow: Flow, target: int | None) -> str:
    if target is None or flow.total.finished < target:
        return ""
    return f"The target is reached: {flow.total.finished} of {target} finished. The study can be closed."


def _silent(people: QuerySet[Participant], standings: Iterable[Standing], silence: timedelta) -> str:
    all_left = sum(group.people for group in standings if group.state == LEFT)
    said_so = people.filter(finished_at=None, withdrawn_at=None, declined_at=None, screened_out_at=None)
    silent = all_left - said_so.exclude(left_at=None).count()
    if silent <= 0:
        return ""
    return (
        f"{_people(silent)} gave no answer for more than {say_span(silence)}, taken as left; "
        "their places are given to others when every arm is full."
    )


def _came_back(people: QuerySet[Participant]) -> str:
    """People who finished although their place was given again: they count, beyond their arm's quota."""
    freed = {"allocation_entries__action": Action.FREED, "allocation_entries__reason": "silent"}
    back = people.filter(**freed, withdrawn_at=None).exclude(finished_at=None).count()
    if not back:
        return ""
    return (
        f"{_people(back)} came back after a long silence and finished, although the place was given again: "
        "an arm may have that many more than its quota."
    )


def _known_persons(people: QuerySet[Participant]) -> str:
    elsewhere = Participant.objects.filter(person=OuterRef("person"), source=Participant.Source.RECRUITED)
    again = people.filter(Exists(elsewhere.exclude(study=OuterRef("study")))).count()
    if not again:
        return ""
    return f"{_people(again)} took part in another study here too: the recruiter names them the same."


def _failed_attention(study: Study, people: QuerySet[Participant]) -> str:
    """People who followed none of the attention checks that they answered."""
    asked = _asked_in_checks(study)
    if not asked:
        return ""
    told = KeyTransform("wanted", "step__detail")
    wanted = Case(
        *(When(question=name, then=Cast(KeyTextTransform(name, told), CharField())) for name in asked),
        default=Value(None),
        output_field=CharField(),
    )
    by_person = (
        Response.objects.filter(step__kind="attention", step__participant__in=people)
        .annotate(wanted=wanted)
        .values("step__participant")
        .annotate(
            shown=Count("step", distinct=True),
            failed=Count("step", distinct=True, filter=Q(wanted__isnull=False) & ~Q(answer=F("wanted"))),
        )
    )
    counts = by_person.aggregate(
        asked=Count("step__participant"), none=Count("step__participant", filter=Q(failed=F("shown")))
    )
    if not counts["none"]:
        return ""
    failed = f"{counts['none']} of {counts['asked']} followed none of their attention checks."
    return f"{failed} {_plan_for_attention(study.protocol)}"


def _asked_in_checks(study: Study) -> list[str]:
    """Return the questions of the tests' tasks: an attention check tells the answer to some of them."""
    catalog = catalog_of(study)
    uses = [phase.task for phase in study.protocol.phases if isinstance(phase, ph.Test)]
    return sorted({asked.name for use in uses for asked in get_task(use.kind).questions(use, catalog)})


def _plan_for_attention(protocol: Protocol) -> str:
    rules = [rule for rule in protocol.analysis.exclusions if "attention" in rule.filter]
    if any(rule.use == "primary" for rule in rules):
        return "The plan excludes by attention in the primary analysis."
    if rules:
        return "The plan keeps them in the primary analysis and leaves them out in a sensitivity analysis."
    return "The plan keeps them in the analysis."


def _without_scripts(people: QuerySet[Participant]) -> str:
    """People whose browser ran no script at their first page."""
    first = Response.objects.filter(step__position=1, timing="none", step__participant__in=people)
    number = first.aggregate(n=Count("step__participant", distinct=True))["n"]
    if not number:
        return ""
    return f"{_people(number)} came without scripts: their times are missing and marked so."


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
