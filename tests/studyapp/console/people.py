"""People who stand anywhere in the small study, written down without walking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from studyapp.catalog import catalog_of
from studyapp.models import Participant, Response, Step, Study
from studyapp.participate.planning import Draws, plan_arm, plan_common

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
COMMON = 4  # consent, two pages, gate
LAUNCH = NOW - timedelta(days=4)


def launched_early(study: Study) -> Study:
    """Set the study's launch before NOW, as the people below come before it."""
    row = Study.objects.filter(pk=study.pk)
    row.update(status=Study.Status.DRAFT)  # a launched study's versions are guarded
    study.versions.update(created_at=LAUNCH)
    row.update(launched_at=LAUNCH, status=study.status)
    study.launched_at = LAUNCH
    return study


def add_person(
    study: Study,
    answered: int = 0,
    arm: str = "",
    minutes_ago: float = 5,
    took: float = 20,
    source: str = "recruited",
    wanted: bool = True,
    timing: str = "script",
    **fields: object,
) -> Participant:
    """Add someone who answered the first `answered` steps, the last of them `minutes_ago`.

    With an arm they are allocated; `answered=-1` is everything up to the debrief. `took` is the time in
    minutes from arrival to the last answer. `wanted` says whether they follow the attention checks.
    """
    last = NOW - timedelta(minutes=minutes_ago)
    protocol, catalog = study.protocol, catalog_of(study)
    plan = plan_common(protocol, catalog)
    place = Participant.objects.filter(study=study).count() + 1
    if arm:
        plan += plan_arm(protocol, catalog, arm, Draws("0", source, place), COMMON + 1)
    count = len(plan) - 1 if answered == -1 else answered
    person = Participant.objects.create(study=study, source=source, version=1, arm=arm, **fields)
    person.arrived_at = last - timedelta(minutes=took)
    person.consented_at = person.consented_at or (last if count else None)
    if arm:
        person.place, person.allocated_at = place, last
    if answered == -1:
        person.finished_at = last
    person.save()
    steps = Step.objects.bulk_create(Step(participant=person, **vars(step)) for step in plan)
    Response.objects.bulk_create(
        Response(
            step=step,
            question=name,
            role=role,
            answer=step.detail["wanted"][name] if step.kind == "attention" and wanted else "x",
            timing=timing,
            answered_at=last - timedelta(seconds=count - step.position),
        )
        for step in steps[:count]
        for name, role in step.questions
    )
    return person
