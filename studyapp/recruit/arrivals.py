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
    if signed := _signed(study, parameters.get("as", "")):
        return Arrival(signed[0], recruiter_session=signed[1])
    parameters = {name: value.replace("\0", "") for name, value in parameters.items()}
    identity = parameters.get("PROLIFIC_PID", "").strip()
    if not identity or len(identity) > _LONGEST:
        return Arrival()
    return Arrival(
        recruiter="prolific",
        identity=identity,
        recruiter_study=parameters.get("STUDY_ID", ""),
        recruiter_session=parameters.get("SESSION_ID", ""),
    )


def sign_source(study: Study, source: str, session: str = "") -> str:
    """Return the `as` parameter that lets someone arrive as `source`; `session` is kept as their session's name."""
    return signing.dumps([study.slug, str(source), session], salt=_SALT)


def _signed(study: Study, signature: str) -> tuple[str, str] | None:
    """Return the source and session of a signature; None where it is not ours or for another study."""
    try:
        slug, source, session = signing.loads(signature, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (source, session) if slug == study.slug and source in Participant.Source.values else None
