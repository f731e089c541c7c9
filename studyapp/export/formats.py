"""How a table is written: one class for each format, and the registry of their names."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TextIO

from explainers.bundle import decimal_text
from protocol.doors.columns import as_cell
from protocol.freezing import canonical_json
from studyapp.errors import StudyError

Row = dict[str, Any]


class Format(Protocol):
    """Writes a table into an open file and returns the number of its rows."""

    suffix: str

    def write(self, file: TextIO, header: Sequence[str], rows: Iterable[Row]) -> int: ...


class Csv:
    """Comma-separated values as `docs/contracts.md` has them. What the analysis reads."""

    suffix = "csv"

    def write(self, file: TextIO, header: Sequence[str], rows: Iterable[Row]) -> int:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        count = 0
        for row in rows:
            writer.writerow([_cell(row.get(name)) for name in header])
            count += 1
        return count


class JsonLines:
    """One JSON object a line; what is empty is null."""

    suffix = "jsonl"

    def write(self, file: TextIO, header: Sequence[str], rows: Iterable[Row]) -> int:
        count = 0
        for row in rows:
            values = {name: row.get(name) for name in header}
            told = {name: None if value == "" else value for name, value in values.items()}
            file.write(json.dumps(told, ensure_ascii=False, default=as_cell) + "\n")
            count += 1
        return count


FORMATS: dict[str, Format] = {
    "csv": Csv(),
    "jsonl": JsonLines(),
}


def get_format(name: str) -> Format:
    """Return the format called `name`; StudyError names the known ones."""
    if name not in FORMATS:
        raise StudyError(f"No export format is called {name!r}. Known ones: {', '.join(sorted(FORMATS))}.")
    return FORMATS[name]


def _cell(value: Any) -> str:
    """Return a value as it stands in a bundle: decimal numbers, compact JSON, line ends of one kind."""
    if isinstance(value, float):
        return decimal_text(value)
    if isinstance(value, (list, dict)):
        return canonical_json(value).decode()
    return as_cell(value).replace("\r\n", "\n").replace("\r", "\n")  # csv leaves a lone \r unquoted
