"""From a draft to an open study: frozen, seeded, ready for participants."""

from __future__ import annotations

import hashlib
import re

from django.db import transaction
from django.utils import timezone

from protocol import ready_to_launch
from studyapp.errors import StudyError
from studyapp.models import Study
from studyapp.models.study import new_key
from studyapp.studies.bundle_rows import read_whole
from studyapp.studies.checking import StudyFaults

_SEED = re.compile(r"[0-9a-f]{32}")


def launch(study: Study, seed: str | None = None) -> Study:
    """Freeze a draft and open it to participants.

    Its seed, 128 bits as 32 hex digits, is drawn from the operating system unless given; only its hash is
    told until the study is closed. Raises StudyError for a study that is no draft, and for one whose plan has
    no target n or no reason for it.
    """
    seed = new_key() if seed is None else checked_seed(seed)
    with transaction.atomic():
        locked = Study.objects.select_for_update().get(pk=study.pk)
        if locked.status != Study.Status.DRAFT:
            raise StudyError(f"{locked} is {locked.status}; only a draft can be launched.")
        if problems := ready_to_launch(locked.protocol):
            raise StudyFaults([f"{locked} cannot be launched. {problem}" for problem in problems])
        read_whole(locked.bundle.sha256)
        locked.seed, locked.seed_sha256 = seed, hash_of_seed(seed)
        locked.status, locked.launched_at = Study.Status.OPEN, timezone.now()
        locked.save(update_fields=["seed", "seed_sha256", "status", "launched_at"])
    return locked


def checked_seed(seed: str) -> str:
    """Return a seed in small letters; StudyError unless it is 32 hex digits."""
    if not _SEED.fullmatch(seed.lower()):
        raise StudyError(
            f"The seed is {seed!r}; 32 hex digits (128 bits) are allowed, such as {'0123456789abcdef' * 2}."
        )
    return seed.lower()


def hash_of_seed(seed: str) -> str:
    """Return the hash that is published at launch: SHA-256 of the seed's 32 small hex digits as ASCII text.

    Anyone can check it with `printf %s SEED | sha256sum`. It is the text that is hashed, as it is the text
    that every draw uses, not the 16 bytes it stands for.
    """
    return hashlib.sha256(seed.encode("ascii")).hexdigest()
