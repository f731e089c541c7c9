"""Reading the files: the mapping as what it may say, each table as text."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError
from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.error import MarkedYAMLError

from analysis.errors import ExportError, MappingError
from analysis.reading.faults import first_fault
from analysis.reading.mapping.raw import Raw
from analysis.reading.mapping.schema import FlatMapping, Mapping
from analysis.reading.text import map_text, read_text

VERSIONS: dict[object, type[FlatMapping] | type[Mapping]] = {1: FlatMapping, 2: Mapping}


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file of version 1 or 2; `MappingError` names the key that is wrong."""
    try:
        given = YAML(typ="safe").load(read_bytes(path, "mapping", "a YAML file").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MappingError(f"{path.name} is not in UTF-8: {error}.") from error
    except YAMLError as error:
        raise MappingError(f"{path.name} is not YAML: {_yaml_fault(error)}.") from error
    return parse_mapping(given, path.name)


def _yaml_fault(error: YAMLError) -> str:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


def parse_mapping(given: Any, name: str) -> Mapping:
    """Check what a mapping file holds; `name` is what messages call it."""
    model = _model(given, name)
    try:
        read = model.model_validate(given)
    except ValidationError as error:
        raise MappingError(f"{name}: {first_fault(error, model)}.") from error
    if isinstance(read, Mapping):
        return read
    if not ("correct" in read.columns or {"answer", "key"} <= read.columns.keys()):
        raise MappingError(f"{name}: columns needs `correct`, or `answer` and `key`.")
    return read.as_version_2()


def _model(given: Any, name: str) -> type[FlatMapping] | type[Mapping]:
    if not isinstance(given, dict):
        keys = ", ".join(Mapping.model_fields)
        raise MappingError(f"{name} holds {_kind(given)}; a mapping with the keys {keys} is needed.")
    version = given.get("schema_version", 1)
    if type(version) is not int or version not in VERSIONS:
        known = ", ".join(map(str, VERSIONS))
        raise MappingError(
            f"{name}: schema_version: {version!r} cannot be read. Versions that can be: {known}."
        )
    return VERSIONS[version]


def open_tables(data: Path, mapping: Mapping, name: str) -> tuple[dict[str, Raw], str]:
    """Read the mapping's tables as stripped text, and return them with a hash.

    The hash is the SHA-256 of the one file, or of the SHA-256 of several, one after the other.

    Parameters
    ----------
    data : the CSV file, or the folder that the mapping's `tables` lie in
    mapping : the mapping
    name : what messages call the mapping file
    """
    hashes, tables = [], {}
    for table, told in mapping.tables.items():
        path = _place(data, told.file, f"{name}: tables.{table}")
        hashes.append(_sha256(path))
        try:
            raw = read_text(path, encoding="utf-8-sig", separator=told.separator)
        except ExportError as error:
            raise MappingError(str(error)) from error
        tables[table] = Raw(path.name, _stripped(raw, path.name), told.ranges)
    whole = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    return tables, whole


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MappingError(f"{path} cannot be read: {error.strerror}.") from error


def _place(data: Path, file: str, where: str) -> Path:
    if not file:
        if not data.exists():
            raise MappingError(f"There is no table at {data}; a CSV file is needed.")
        if data.is_dir():
            raise MappingError(f"{data} is a folder; the table must be a CSV file.")
        return data
    folder = data if data.is_dir() else data.parent
    if not (folder / file).is_file():
        raise MappingError(f"{where} names {file!r}, which is not in {folder}.")
    return folder / file


def _stripped(raw: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return names and fields without the spaces around them."""
    names = [name.strip() for name in raw.columns]
    if twice := [name for name in names if name and names.count(name) > 1]:
        raise MappingError(f"{file}: the column {twice[0]!r} stands twice in the header.")
    stripped = {
        name: map_text(raw[theirs], lambda texts: texts.str.strip())
        for name, theirs in zip(names, raw.columns, strict=True)
    }
    return pd.DataFrame(stripped, index=raw.index)


def read_bytes(path: Path, what: str, allowed: str) -> bytes:
    """Read a file, or say that there is none, that it is a folder, or why it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MappingError(f"There is no {what} at {path}; {allowed} is needed.") from None
    except IsADirectoryError:
        raise MappingError(f"{path} is a folder; the {what} must be {allowed}.") from None
    except OSError as error:
        raise MappingError(f"{path} cannot be read: {error.strerror}.") from error


def _kind(given: Any) -> str:
    return {type(None): "nothing", list: "a list"}.get(type(given), f"the single value {given!r}")
