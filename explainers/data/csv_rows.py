"""Rows of a CSV file that can say where they stand."""

import csv
import gzip
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import DataError


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, and its line in the file."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """The cell, without the spaces around it."""
        return self.cells[column].strip()

    def number(self, column: str) -> float:
        """The cell as a finite number."""
        try:
            value = float(self.text(column))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.wrong(column, "a number")
        return value

    def one_of(self, column: str, allowed: Sequence[str]) -> str:
        """The cell, which must be one of these."""
        if self.text(column) not in allowed:
            raise self.wrong(column, ", ".join(one or "empty" for one in allowed))
        return self.text(column)

    def wrong(self, column: str, allowed: str) -> DataError:
        """The error that says what stands here and what may."""
        found = f'"{self.text(column)}"' if self.text(column) else "empty"
        return DataError(f'{self.path}, line {self.line}, column "{column}": is {found}. Allowed: {allowed}.')


def rows_of(path: Path, needed: Sequence[str], delimiter: str = ",") -> list[Row]:
    """The rows of a CSV file in UTF-8, gzipped where its name ends in .gz; it must have the needed columns."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(
            path, "rt", encoding="utf-8-sig", newline=""
        ) as stream:
            reader = csv.reader(stream, strict=True, delimiter=delimiter)
            header = next(reader, [])
            _require_columns(path, header, needed)
            return [_row(path, reader.line_num, header, cells) for cells in reader]
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as CSV: {error}") from error


def _require_columns(path: Path, header: Sequence[str], needed: Sequence[str]) -> None:
    for column in needed:
        if header.count(column) != 1:
            fault = "has no column" if column not in header else "has more than one column"
            raise DataError(f'{path} {fault} "{column}". Its columns: {", ".join(header) or "none"}.')


def _row(path: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(header):
        raise DataError(
            f"{path}, line {line}: has {len(cells)} cells. Allowed: {len(header)}, as the header."
        )
    return Row(path, line, dict(zip(header, cells, strict=True)))
