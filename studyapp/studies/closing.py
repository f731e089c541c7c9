"""Pausing, resuming and closing a study.

Pausing keeps new people out; whoever is inside goes on as before. Closing cannot be undone, and publishes the
seed: whoever was allocated may finish, but nobody is allocated any more, as the draws could now be foretold.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from studyapp.errors import StudyError
from studyapp.models import Study

Status = Study.Status


def pause(study: Study) -> Study:
    """Let nobody new in for now. Pausing a paused study changes nothing."""
    return _change(study, Status.PAUSED, from_=(Status.OPEN,))


def resume(study: Study) -> Study:
    """Let new people in again. Resuming an open study changes nothing."""
    return _change(study, Status.OPEN, from_=(Status.PAUSED,))


def close(study: Study) -> Study:
    """End recruitment for good. Closing a closed study changes nothing."""
    return _change(study, Status.CLOSED, from_=(Status.OPEN, Status.PAUSED))


@transaction.atomic
def _change(study: Study, to: Status, from_: tuple[Status, ...]) -> Study:
    locked = Study.objects.select_for_update().get(pk=study.pk)
    if locked.status == to:
        return locked
    if locked.status not in from_:
        allowed = " or ".join(from_)
        raise StudyError(f"{locked} is {locked.status}; only a study that is {allowed} can become {to}.")
    locked.status = to
    if to == Status.CLOSED:
        locked.closed_at = timezone.now()
    locked.save(update_fields=["status", "closed_at"])
    return locked
