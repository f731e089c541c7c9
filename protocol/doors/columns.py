"""The words in which a door describes its tables: column, table, and a value in a CSV cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["text", "integer", "number", "boolean", "time", "json"]


@dataclass(frozen=True)
class Column:
    """One column: what it is called, what it means, what may stand in it.

    An empty cell means *not applicable or not known* and is refused only where `required`.
    `levels` lists every allowed value with its meaning; none means that any value of `kind` is allowed.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    levels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Table:
    """One table of a door: a CSV file, what a row is, its columns in order, and what makes a row unique."""

    name: str
    row: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()
    open_prefix: str = ""  # any further column that begins so is allowed, and is text

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Return the column called `name`; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def as_cell(value: Any) -> str:
    """Return `value` as it stands in a CSV cell: empty for None, `true`/`false`, UTC times, JSON lists."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
