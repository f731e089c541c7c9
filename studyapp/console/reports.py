"""Reports that were written for a study: files under MEDIA_ROOT, shown as they are but without any power."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from studyapp.models import Study

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


def find_report(study: Study) -> Report | None:
    """Return the study's report; None when there is none yet."""
    path = report_folder(study) / "report.html"
    try:
        written = path.stat().st_mtime
    except FileNotFoundError:
        return None
    return Report(path, datetime.fromtimestamp(written, UTC))


def report_folder(study: Study) -> Path:
    """Where a study's report is looked for."""
    return Path(settings.MEDIA_ROOT) / "reports" / study.slug
