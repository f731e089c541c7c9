"""Reports that were written for a study: files under MEDIA_ROOT, shown as they are but without any power."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from studyapp.models import Participant, Study

_SOURCE = re.compile(r'<html\b[^>]*\bdata-source="([a-z]+)"')
_START = 2000  # bytes in which the mark stands
_SHOWN_EARLY = (Participant.Source.SIMULATED, Participant.Source.PREVIEW)

# A report is one file with its styles and pictures inside; it may show itself, and nothing else.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "font-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)


@dataclass(frozen=True)
class Report:
    """A report on disk."""

    path: Path
    written_at: datetime
    source: str
    """Whose data it is made from, as its `<html data-source="…">` says; `recruited` where it does not."""


def find_report(study: Study) -> Report | None:
    """Return the study's report; None when there is none yet."""
    path = report_folder(study) / "report.html"
    try:
        written = path.stat().st_mtime
    except FileNotFoundError:
        return None
    return Report(path, datetime.fromtimestamp(written, UTC), _source_of(path))


def is_hidden(report: Report, study: Study) -> bool:
    """Whether a report would show outcomes of real people while more can still come."""
    return study.status != Study.Status.CLOSED and report.source not in _SHOWN_EARLY


def _source_of(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(_START).decode("utf-8", errors="replace")
    found = _SOURCE.search(start)
    return found[1] if found else Participant.Source.RECRUITED


def report_folder(study: Study) -> Path:
    """Where a study's report is looked for."""
    return Path(settings.MEDIA_ROOT) / "reports" / study.slug
