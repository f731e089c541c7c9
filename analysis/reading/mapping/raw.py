"""A table of theirs, still as text under their names, and what is asked of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.errors import MappingError
from analysis.reading.mapping.schema import Bounds, Conditions, Value
from analysis.reading.text import as_field, by_value

SEPARATORS = (";", "\t", "|", ",")
CODES_FOR_MISSING = (-1, -9, -99, -999, -1000, -9999)


@dataclass(frozen=True)
class Raw:
    """Rows of categorical text; the index keeps each row's place in its file, from 0, when others leave.

    `ranges` holds the declared lowest and highest value of columns.
    """

    file: str
    rows: pd.DataFrame
    ranges: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def column(self, name: str, where: str) -> pd.Series:
        """Return a column; `MappingError`, which begins with `where`, lists the present ones if it is absent."""
        if name not in self.rows.columns:
            raise MappingError(
                f"{where} names {name!r}, which {self.file} has not. It has {', '.join(self.rows.columns)}."
                f"{self._on_separator()}"
            )
        return self.rows[name]

    def _on_separator(self) -> str:
        """Say which separator the file seems to have, where its whole header is one name."""
        names = list(self.rows.columns)
        found = [mark for mark in SEPARATORS if len(names) == 1 and mark in names[0]]
        if not found:
            return ""
        return f" It seems to be separated by {found[0]!r}: say so by `separator` under `tables`."

    def with_column(self, name: str, values: pd.Series) -> Raw:
        """Return the table with a column of text added or put in place of another."""
        return replace(self, rows=self.rows.assign(**{name: values}))

    def only(self, rows: np.ndarray) -> Raw:
        """Return the rows for which `rows` is true."""
        return replace(self, rows=self.rows[rows])

    def place(self, row: int, name: str) -> str:
        """Return where the row at position `row` stands, as messages say it."""
        return f'{self.file}, row {self.rows.index[row] + 1}, column "{name}"'

    def numbers(self, name: str, where: str) -> pd.Series:
        """Return a column as float64, empty as NaN.

        A text, a number outside the column's declared range, and where none is declared what looks like a
        code for a missing answer, are refused with their place; `where` says what needs the number.
        """
        raw = self.column(name, where)
        values = by_value(raw, lambda texts: pd.to_numeric(texts, errors="coerce").astype("float64"))
        self._refuse(
            name, (raw != "") & ~values.abs().lt(float("inf")), f"is not a number, which {where} needs"
        )
        if name in self.ranges:
            low, high = self.ranges[name]
            self._refuse(name, (values < low) | (values > high), f"is outside {low:g} to {high:g}")
        elif (code := undeclared_code(values)) is not None:
            self._refuse(name, values == code, "looks like a code for a missing answer: no other is below 0")
        return values

    def _refuse(self, name: str, bad: pd.Series, why: str) -> None:
        if bad.any():
            row = int(bad.to_numpy().argmax())
            raise MappingError(
                f"{self.place(row, name)}: {self.rows[name].iloc[row]!r} {why}. Declare codes for missing answers "
                "under the table's `missing`, and the lowest and highest value under its `ranges`."
            )


def is_among(texts: pd.Series, values: Iterable[Value]) -> pd.Series:
    """Say which texts are one of the values; numbers are compared as numbers, so that 6 is also 6.0."""
    values = list(values)
    numbers = {float(value) for value in values if not isinstance(value, (str, bool))}
    same = texts.isin({as_field(value) for value in values} | {str(value) for value in values})
    return same | pd.to_numeric(texts, errors="coerce").isin(numbers - {float("nan")})


def without(texts: pd.Series, codes: Iterable[Value]) -> pd.Series:
    """Return texts in which those that are one of the codes are empty."""
    return texts.mask(is_among(texts, codes), "")


def where_all(table: Raw, conditions: Conditions, where: str) -> np.ndarray:
    """Say for each row whether it meets all conditions; an empty field meets no bound."""
    met = np.ones(len(table.rows), dtype=bool)
    for name, condition in conditions.items():
        met &= _meets(table, name, condition, where).to_numpy(dtype=bool)
    return met


def _meets(table: Raw, name: str, condition: Value | Sequence[Value] | Bounds, where: str) -> pd.Series:
    raw = table.column(name, where)
    if not isinstance(condition, Bounds):
        values: list[Value] = list(condition) if isinstance(condition, list) else [condition]  # type: ignore[list-item]
        return by_value(raw, lambda texts: is_among(texts, values))
    met = pd.Series(True, index=raw.index)
    if condition.none_of is not None:
        excluded = condition.none_of
        met &= ~by_value(raw, lambda texts: is_among(texts, excluded))
    given = {key: value for key in _BOUNDS if (value := getattr(condition, key)) is not None}
    if given:
        numbers = table.numbers(name, where)
        for key, bound in given.items():
            met &= getattr(numbers, _BOUNDS[key])(bound)
    return met


_BOUNDS = {"below": "lt", "above": "gt", "at_least": "ge", "at_most": "le"}


def undeclared_code(values: pd.Series) -> float | None:
    """Return a number that looks like a code for a missing answer: the only negative one, and a usual one."""
    negative = values[values < 0].unique()
    if len(negative) == 1 and negative[0] in CODES_FOR_MISSING and bool((values >= 0).any()):
        return float(negative[0])
    return None
