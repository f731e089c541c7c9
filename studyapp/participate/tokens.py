"""One-time tokens of steps: they say which step a form belongs to, and that we made the form.

A token is `<position>.<HMAC>`, keyed with the study's key over the personal link and the position. A step takes
an answer once, so its token works once. It also stands in for a CSRF token: nobody else can know it.
"""

from __future__ import annotations

import hashlib
import hmac

from studyapp.models import Participant


def step_token(participant: Participant, position: int) -> str:
    """Return the token of the participant's step at `position`."""
    message = f"{participant.token}|{position}".encode()
    digest = hmac.new(participant.study.key.encode(), message, hashlib.sha256).hexdigest()[:32]
    return f"{position}.{digest}"


def position_of(participant: Participant, token: str) -> int | None:
    """Return the position a token is for; None when it is missing, altered or somebody else's."""
    position, _, _ = token.partition(".")
    if not (position.isascii() and position.isdecimal() and len(position) < 7):
        return None
    genuine = step_token(participant, int(position))
    return int(position) if hmac.compare_digest(genuine, token) else None
