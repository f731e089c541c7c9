"""What a recruitment link says: who comes, from where, and whether they are real.

Prolific's links carry PROLIFIC_PID, STUDY_ID and SESSION_ID. Virtual participants and previews come with `as`, a
signature of ours, so that nobody can pass for one or mark real people as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core import signing

from studyapp.models import Participant, Study

_SALT = "studyapp.recruit.source"
_LONGEST = 100


@dataclass(frozen=True)
class Arrival:
    """Who comes through a recruitment link."""

    source: str = Participant.Source.RECRUITED
    recruiter: str = ""
    identity: str = ""
    recruiter_study: str = ""
    recruiter_session: str = ""


def read_arrival(study: Study, parameters: Mapping[str, str]) -> Arrival:
    """Read a recruitment link's parameters; a signature that is not ours counts as absent."""
    if source := _signed_source(study, parameters.get("as", "")):
        return Arrival(source)
    identity = parameters.get("PROLIFIC_PID", "").strip()
    if not identity or len(identity) > _LONGEST:
        return Arrival()
    return Arrival(
        recruiter="prolific",
        identity=identity,
        recruiter_study=parameters.get("STUDY_ID", ""),
        recruiter_session=parameters.get("SESSION_ID", ""),
    )


def sign_source(study: Study, source: str) -> str:
    """Return the `as` parameter that lets someone arrive as `source`."""
    return signing.dumps([study.slug, str(source)], salt=_SALT)


def _signed_source(study: Study, signature: str) -> str:
    try:
        slug, source = signing.loads(signature, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return source if slug == study.slug and source in Participant.Source.values else ""
