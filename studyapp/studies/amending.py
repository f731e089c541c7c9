"""What may still change of a launched study: texts and quotas, as a new numbered version with its reason."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from protocol import fingerprint, may_amend
from protocol.comparing import changes
from studyapp.errors import StudyError
from studyapp.models import ProtocolVersion, Study
from studyapp.studies.checking import StudyFaults, StudyFolder, read_folder
from studyapp.studies.loading import completed

_RUNNING = (Study.Status.OPEN, Study.Status.PAUSED)


def amend(study: Study, folder: Path, reason: str) -> Study:
    """Put a changed protocol in force as the study's next version.

    Whoever has arrived keeps the version they walk, its texts and quotas included. Raises StudyError where
    no reason is given, the study is not running, the folder has faults or another bundle, nothing differs, or
    anything differs that makes it a new study; the message lists every such change with its line.
    """
    if not reason.strip():
        raise StudyError("An amendment needs a reason: it stands in the export beside the new version.")
    read = read_folder(folder)
    protocol = completed(read.protocol, read.bundle)
    with transaction.atomic():
        locked = Study.objects.select_for_update().get(pk=study.pk)
        _refuse(locked, read)
        before = locked.protocol
        if problems := may_amend(before, protocol, read.lines):
            raise StudyFaults([str(problem) for problem in problems])
        resolved = protocol.model_dump(mode="json")
        if not any(changes(before.model_dump(mode="json"), resolved)):
            raise StudyError(f"Nothing differs from version {locked.version} of {locked}, which is in force.")
        locked.version, locked.title = locked.version + 1, protocol.title
        ProtocolVersion.objects.create(
            study=locked, number=locked.version, sha256=fingerprint(protocol), resolved=resolved,
            reason=reason.strip(),
        )  # fmt: skip
        locked.save(update_fields=["version", "title"])
    return locked


def _refuse(study: Study, read: StudyFolder) -> None:
    if study.status not in _RUNNING:
        advice = "load its folder again" if study.status == Study.Status.DRAFT else "it has ended"
        raise StudyError(f"{study} is {study.status}; only an open or paused study is amended: {advice}.")
    if read.protocol.study != study.slug:
        raise StudyError(f"The folder holds the study {read.protocol.study!r}; {study} is to be amended.")
    if read.bundle.sha256 != study.bundle.sha256:
        raise StudyError(
            f"The folder holds another bundle ({read.bundle.sha256[:8]}) than {study} was launched with "
            f"({study.bundle.sha256[:8]}): what is shown stays; anything else is a new study."
        )
