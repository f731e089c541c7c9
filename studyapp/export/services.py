"""Writing an export: a folder that is there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from protocol.doors.export import DESCRIPTION_FILE, PROTOCOL_FILE, TABLES
from studyapp.errors import StudyError
from studyapp.export.description import describe, protocol_versions
from studyapp.export.formats import Format, get_format
from studyapp.export.rows import Row, Rows
from studyapp.models import Study
from studyapp.studies.snapshot import SNAPSHOT, snapshot

Progress = Callable[[Iterable[Row], str], Iterable[Row]]


def export_study(
    study: Study, out: Path, formats: Sequence[str] = ("csv",), progress: Progress = lambda rows, table: rows
) -> dict[str, int]:
    """Write the tables of a study, as of one moment, into the new folder `out`; return their numbers of rows.

    Two exports of the same database differ in `exported_at`, and in who has been silent for so long by then
    that they count as having left. Raises StudyError for a folder that exists
    and for a format that is not known.
    """
    writers = [get_format(name) for name in dict.fromkeys(formats)]
    if out.exists():
        raise StudyError(
            f"{out} exists. An export is never written over; choose another folder or remove it."
        )
    partial = out.with_name(f".{out.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.mkdir(parents=True)
        with snapshot():
            counts = _write(
                Study.objects.using(SNAPSHOT).select_related("bundle").get(pk=study.pk),
                partial,
                writers,
                progress,
            )
        partial.rename(out)
    except OSError as error:
        raise StudyError(f"{out} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return counts


def _write(study: Study, folder: Path, writers: Sequence[Format], progress: Progress) -> dict[str, int]:
    rows = Rows(study)
    strata = sorted(
        {f"stratum_{name}" for item in rows.meaning.catalog.items.values() for name in item.strata}
    )
    counts: dict[str, int] = {}
    for name, table in TABLES.items():
        header = table.header + (strata if table.open_prefix else [])
        for writer in writers:
            path = folder / f"{name}.{writer.suffix}"
            with path.open("w", encoding="utf-8", newline="") as file:
                counts[name] = writer.write(file, header, progress(rows.tables[name](), name))
    _write_json(folder / PROTOCOL_FILE, protocol_versions(rows.versions))
    files = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    _write_json(folder / DESCRIPTION_FILE, describe(study, rows.versions, strata, files))
    return counts


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
