"""Which protocol versions count: the one that was launched and its amendments, not the drafts before it."""

from __future__ import annotations

from django.db.models import QuerySet

from studyapp.models import ProtocolVersion, Study


def versions_that_count(study: Study, using: str = "default") -> QuerySet[ProtocolVersion]:
    """Return the launched version and those after it; of a draft, the version in force.

    Previews that walked an earlier draft are kept in the database, as nothing is ever deleted there, but they
    are no part of what is verified or exported: their arms and items may not exist any more.
    """
    versions = ProtocolVersion.objects.using(using).filter(study=study).order_by("number")
    if study.launched_at is None:
        return versions.filter(number=study.version)
    launched = versions.filter(created_at__lte=study.launched_at).latest("number")
    return versions.filter(number__gte=launched.number)
