"""From a study folder to a draft in the database."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from os import O_RDONLY, close, fsync
from os import open as open_descriptor
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from explainers import bundle as bundles
from protocol import Protocol, fingerprint, resolve
from protocol.comparing import Change, changes
from studyapp.catalog import bundle_folder
from studyapp.errors import StudyError
from studyapp.models import Bundle, Event, Participant, ProtocolVersion, Study
from studyapp.studies.bundle_rows import read_whole, stored_bundle
from studyapp.studies.checking import accuracy_of, read_folder

HASHED = (
    "manifest.json",
    "items.csv",
    "outputs.csv",
    "stimuli.csv",
)  # what a bundle's hash covers, beside stimuli/


def load(folder: Path, report: Callable[[str], None] = lambda line: None) -> Study:
    """Load a study folder as a draft, and tell `report` what was done.

    Everything is checked before anything is written, and all is written or nothing. A draft that is loaded
    again gets its protocol under the next number, so that no server process can hold an older one for it;
    previews under way are ended. Raises StudyError, whose message lists every fault.
    """
    read = read_folder(folder)
    protocol = completed(read.protocol, read.bundle)
    _refuse_launched(Study.objects.filter(slug=protocol.study).first())
    copied = _copy(read.bundle)
    try:
        with transaction.atomic():
            return _store(protocol, read.bundle, report)
    except BaseException:
        if copied and not Bundle.objects.filter(sha256=read.bundle.sha256).exists():
            shutil.rmtree(bundle_folder(read.bundle.sha256))
        raise


def completed(protocol: Protocol, bundle: bundles.Bundle) -> Protocol:
    """Resolve a protocol, with the natural error rate from the model's card where none is given."""
    accuracy = accuracy_of(bundle, protocol.model)
    if protocol.analysis.natural_error_rate is None and accuracy is not None:
        plan = protocol.analysis.model_copy(update={"natural_error_rate": round(1 - accuracy, 10)})
        protocol = protocol.model_copy(update={"analysis": plan})
    return resolve(protocol)


def _refuse_launched(study: Study | None) -> None:
    if study is not None and study.status != Study.Status.DRAFT:
        raise StudyError(
            f"{study} is {study.status}: launched studies are frozen; a changed one is a new study. "
            "Give the folder and its `study:` a new name (`manage.py newstudy` does both); where only texts or "
            "quotas change, `manage.py amend` makes a new version."
        )


def _store(protocol: Protocol, bundle: bundles.Bundle, report: Callable[[str], None]) -> Study:
    row = stored_bundle(bundle)
    study, is_new = Study.objects.get_or_create(
        slug=protocol.study, defaults={"title": protocol.title, "bundle": row}
    )
    study = Study.objects.select_for_update().get(pk=study.pk)
    _refuse_launched(study)
    resolved, sha256 = protocol.model_dump(mode="json"), fingerprint(protocol)
    if is_new:
        ProtocolVersion.objects.create(study=study, number=study.version, sha256=sha256, resolved=resolved)
        report(f"{study} is a new draft with {row}.")
        return study
    version = ProtocolVersion.objects.get(study=study, number=study.version)
    if (version.sha256, study.bundle_id) == (sha256, row.pk):
        report(f"{study} is loaded already; nothing changed.")
        return study
    _end_previews(study)
    for change in [
        *map(_told, changes(version.resolved, resolved)),
        *([f"bundle: now {row}"] if study.bundle_id != row.pk else []),
    ]:
        report(change)
    study.title, study.bundle, study.version = protocol.title, row, study.version + 1
    study.save(update_fields=["title", "bundle", "version"])
    ProtocolVersion.objects.create(
        study=study, number=study.version, sha256=sha256, resolved=resolved, reason="draft loaded again"
    )
    walked = Participant.objects.filter(study=study).values("version")
    ProtocolVersion.objects.filter(study=study, number__lt=study.version).exclude(number__in=walked).delete()
    return study


def _end_previews(study: Study) -> None:
    """End the previews that are under way: their pages are of the protocol that was replaced."""
    now = timezone.now()
    open_previews = Participant.objects.filter(study=study, finished_at=None, left_at=None)
    ended = list(open_previews)
    open_previews.update(left_at=now)
    Event.objects.bulk_create(
        Event(participant=preview, kind="left", detail={"reason": "loaded again"}, at=now)
        for preview in ended
    )


def _told(change: Change) -> str:
    """Return one value of a protocol that differs as a line; places in a list count from 1."""
    path = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in change.path)
    return f"{path.removeprefix('.')}: {_shortened(change.before)} → {_shortened(change.after)}"


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _copy(bundle: bundles.Bundle) -> bool:
    """Copy a bundle's files to where they are served from; False where they stand there already, whole."""
    target = bundle_folder(bundle.sha256)
    if target.exists():
        read_whole(bundle.sha256)
        return False
    partial = target.with_name(f".{bundle.sha256[:16]}.{secrets.token_hex(4)}.partial")
    try:
        (partial / "stimuli").mkdir(parents=True)
        names = [*HASHED, *sorted({f"stimuli/{stimulus.file}" for stimulus in bundle.stimuli})]
        for name in names:
            shutil.copyfile(bundle.folder / name, partial / name)
            _to_disk(partial / name)
        _to_disk(partial / "stimuli")
        _to_disk(partial)
        partial.rename(target)
        _to_disk(target.parent)
    except OSError as error:
        if target.exists():  # another process was faster
            read_whole(bundle.sha256)
            return False
        raise StudyError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return True


def _to_disk(path: Path) -> None:
    descriptor = open_descriptor(path, O_RDONLY)
    try:
        fsync(descriptor)
    finally:
        close(descriptor)
