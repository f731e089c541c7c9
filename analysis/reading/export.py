"""The door from the trial: a folder of an export, checked, as a `Study`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from analysis.errors import ExportError
from analysis.reading.faults import first_fault
from analysis.reading.roles import with_standard_columns
from analysis.reading.study import Arm, Study, choose_source
from analysis.reading.tables import read_table
from protocol.doors.columns import Table
from protocol.doors.export import DESCRIPTION_FILE, PROTOCOL_FILE, SCHEMA_VERSION, TABLES
from protocol.freezing import canonical_json
from protocol.schema import Protocol

JSON_KINDS: dict[str, dict[str, type]] = {
    "items": {"change": dict, "members": list},
    "outputs": {"probabilities": list},
    "stimuli": {"checks": dict},
    "events": {"detail": dict},
}
MAY_BE_ABSENT = ("texts",)  # kept apart because it may identify people, so a shared export leaves it out


def read_export(folder: str | Path, source: str | None = None) -> Study:
    """Read an export and return the rows of one source.

    Parameters
    ----------
    folder : the export, as `docs/contracts.md` describes it
    source : `recruited`, `simulated` or `preview`; by default recruited participants as soon as one was
        allocated, else simulated ones, else previews

    Raises
    ------
    ExportError : a file, column or value is missing or wrong; the message says where.
    UnknownName : there is no such source.
    """
    folder = Path(folder)
    if folder.is_file():
        raise ExportError(f"{folder} is a file; an export is a folder. A CSV table needs a mapping as well.")
    if not folder.is_dir():
        raise ExportError(f"There is no export at {folder}: no such folder.")
    description = _read_description(folder)
    hashes = _checked_hashes(folder, description["foretell"]["files"])
    versions = _read_versions(folder)
    protocol = _read_protocol(versions[-1])
    tables = {name: _read(folder, table) for name, table in TABLES.items()}
    _refuse_other_json(tables)
    _refuse_impossible_confidence(tables["trials"])
    tables["trials"] = with_standard_columns(
        tables["trials"], tables["responses"], tables["outputs"], tables["stimuli"], protocol
    )
    study = Study(
        title=protocol.title,
        plan=protocol.analysis,
        arms=tuple(Arm(arm.name, arm.label) for arm in protocol.arms),
        source="",
        data_sha256=hashlib.sha256(canonical_json(hashes)).hexdigest(),
        protocol=protocol,
        versions=tuple(versions),
        description=description,
        **tables,
    )
    _refuse_unknown_arms(study)
    return study.only(choose_source(study.participants, source))


def _read_description(folder: Path) -> dict[str, Any]:
    description = _read_object(folder / DESCRIPTION_FILE)
    facts = description.get("foretell")
    if not isinstance(facts, Mapping) or "schema_version" not in facts:
        raise ExportError(f"{DESCRIPTION_FILE} lacks `foretell.schema_version`; is {folder} an export?")
    if type(facts["schema_version"]) is not int or facts["schema_version"] != SCHEMA_VERSION:
        raise ExportError(
            f"{DESCRIPTION_FILE}: this export has schema version {facts['schema_version']!r}; "
            f"{SCHEMA_VERSION} is the one that can be read."
        )
    if not isinstance(facts.get("files"), Mapping):
        raise ExportError(f"{DESCRIPTION_FILE} lacks `foretell.files`, an object of SHA-256 by file name.")
    return description


def _read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object that a file holds."""
    try:
        value = json.loads(_read_bytes(path).decode("utf-8"))
    except ValueError as error:  # what is not UTF-8, too
        raise ExportError(f"{path.name} is not JSON in UTF-8: {error}") from error
    if not isinstance(value, dict):
        raise ExportError(f"{path.name} holds a {type(value).__name__}; a JSON object is needed.")
    return value


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ExportError(f"{path.parent} lacks {path.name}.") from None
    except OSError as error:
        raise ExportError(f"{path.name} cannot be read: {error.strerror}.") from error


def _checked_hashes(folder: Path, stated: Mapping[str, str]) -> dict[str, str]:
    """Return the SHA-256 of each file that is read; one that differs from the stated one is refused."""
    hashes = {}
    for name in [table.file for table in TABLES.values()] + [PROTOCOL_FILE]:
        if not (folder / name).exists():
            continue
        hashes[name] = _sha256(folder / name)
        if name not in stated:
            raise ExportError(f"{DESCRIPTION_FILE}: `foretell.files` states no SHA-256 of {name}.")
        if stated[name] != hashes[name]:
            raise ExportError(
                f"{name} was changed after it was exported: its SHA-256 is {hashes[name]}, "
                f"{DESCRIPTION_FILE} says {stated[name]}."
            )
    return hashes


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ExportError(f"{path.name} cannot be read: {error.strerror}.") from error


def _read_versions(folder: Path) -> list[dict[str, Any]]:
    versions = _read_object(folder / PROTOCOL_FILE).get("versions")
    if not isinstance(versions, list) or not versions:
        raise ExportError(f"{PROTOCOL_FILE} holds no version of the protocol.")
    for place, version in enumerate(versions, start=1):
        for key, kind in _VERSION.items():
            if not isinstance(version, Mapping) or not isinstance(version.get(key), kind):
                needed = ", ".join(_VERSION)
                raise ExportError(
                    f"{PROTOCOL_FILE}: entry {place} of `versions` has no {key!r} that can be read; "
                    f"{needed} are needed."
                )
    return sorted(versions, key=lambda version: version["number"])


_VERSION = {"number": int, "sha256": str, "protocol": dict}


def _read_protocol(version: Mapping[str, Any]) -> Protocol:
    found = hashlib.sha256(canonical_json(version["protocol"])).hexdigest()
    if found != version["sha256"]:
        raise ExportError(
            f"{PROTOCOL_FILE}: version {version['number']} was changed: its SHA-256 is {found}, "
            f"the file says {version['sha256']}."
        )
    try:
        return Protocol.model_validate(version["protocol"])
    except ValidationError as error:
        fault = first_fault(error, Protocol)
        raise ExportError(f"{PROTOCOL_FILE}: version {version['number']} is no protocol: {fault}.") from error


def _read(folder: Path, table: Table) -> pd.DataFrame:
    path = folder / table.file
    if path.exists():
        return read_table(path, table)
    if table.name in MAY_BE_ABSENT:
        return pd.DataFrame(columns=table.header)
    present = ", ".join(sorted(file.name for file in folder.iterdir()))
    raise ExportError(f"{folder} lacks the table {table.file}; it holds {present}.")


def _refuse_other_json(tables: Mapping[str, pd.DataFrame]) -> None:
    for name, kinds in JSON_KINDS.items():
        for column, kind in kinds.items():
            values = tables[name][column]
            bad = values.notna() & ~values.map(lambda value, kind=kind: isinstance(value, kind)).astype(bool)
            if bad.any():
                row = int(bad.to_numpy().argmax())
                wanted = "list" if kind is list else "object"
                raise ExportError(
                    f'{TABLES[name].file}, row {row + 1}, column "{column}": {values.iloc[row]!r} is no JSON {wanted}.'
                )


def _refuse_impossible_confidence(trials: pd.DataFrame) -> None:
    sure = trials["confidence"]
    bad = ((trials["confidence_scale"] == "probability") & ((sure < 0) | (sure > 1))).to_numpy(dtype=bool)
    if bad.any():
        row = int(bad.argmax())
        raise ExportError(
            f'trials.csv, row {row + 1}, column "confidence": {sure.iloc[row]:g} is outside 0 to 1, '
            "which a probability cannot be."
        )


def _refuse_unknown_arms(study: Study) -> None:
    for name in ("participants", "trials"):
        arms = getattr(study, name)["arm"]
        unknown = arms.notna() & ~arms.isin(study.arm_names)
        if unknown.any():
            row = int(unknown.to_numpy().argmax())
            raise ExportError(
                f'{name}.csv, row {row + 1}, column "arm": {arms.iloc[row]!r} is no arm of the protocol. '
                f"Arms: {', '.join(study.arm_names)}."
            )
