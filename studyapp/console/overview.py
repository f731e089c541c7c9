"""The list of studies: how far each one is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from studyapp.console.charts import Bar, bar
from studyapp.console.figures import count_pressing
from studyapp.console.flow import target
from studyapp.models import Participant, Study

_OTHERS = {Participant.Source.SIMULATED: "simulated", Participant.Source.PREVIEW: "in preview"}
_RUNNING = (Study.Status.OPEN, Study.Status.PAUSED)


@dataclass(frozen=True)
class StudyRow:
    """One study of the list. `others` are counts of simulated and preview people."""

    study: Study
    tasks: str
    arms: int
    recruited: int
    finished: int
    target: int | None
    bar: Bar | None
    pressing: int
    others: dict[str, int] = field(default_factory=dict)


def all_studies() -> list[Study]:
    """Every study, those that run first, then the newest."""
    ranks = {status: rank for rank, status in enumerate(["open", "paused", "draft", "closed"])}
    studies = Study.objects.order_by("-created_at", "slug")
    return sorted(studies, key=lambda study: ranks[study.status])


def study_rows(studies: Iterable[Study]) -> list[StudyRow]:
    """Return the list's rows."""
    rows = Participant.objects.values("study", "source").annotate(
        arrived=Count("pk"), finished=Count("finished_at", filter=Q(withdrawn_at=None))
    )
    counts = {(row["study"], row["source"]): (row["arrived"], row["finished"]) for row in rows}
    return [_row(study, counts) for study in studies]


def _row(study: Study, counts: dict[tuple[int, str], tuple[int, int]]) -> StudyRow:
    protocol = study.protocol
    recruited, finished = counts.get((study.pk, Participant.Source.RECRUITED), (0, 0))
    others = {
        _OTHERS[source]: counts[study.pk, source][0] for source in _OTHERS if (study.pk, source) in counts
    }
    wanted = target(protocol)
    kinds = [phase.task.kind for phase in protocol.phases if phase.kind == "test"]
    return StudyRow(
        study=study,
        tasks=" and ".join(kind.replace("-", " ") for kind in kinds),
        arms=len(protocol.arms),
        recruited=recruited,
        finished=finished,
        target=wanted,
        bar=bar(finished, wanted) if wanted and recruited else None,
        pressing=count_pressing(study) if recruited and study.status in _RUNNING else 0,
        others=others,
    )
