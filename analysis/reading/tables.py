"""One CSV file of an export as a typed table; a value that does not fit is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ExportError
from analysis.reading.text import read_text
from protocol.doors.columns import Column, Table

LARGEST = 2.0**53  # beyond, not every whole number is a float64
BOOLEANS = {"true": True, "false": False}


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """Read one table of an export.

    Parameters
    ----------
    path : where the CSV file lies
    table : its definition, from `protocol.doors.export`

    Returns
    -------
    DataFrame with the defined columns in order (and those that begin with the table's open prefix)
        text as `str`, whole numbers as `Int64`, numbers as `float64`, booleans as `boolean`, times as
        UTC timestamps, JSON as Python objects; an empty field is missing, never zero. Columns that the
        definition does not know are ignored.

    Raises
    ------
    ExportError : the message names file, row (1 is the first below the header) and column.
    """
    raw = read_text(path)
    absent = [name for name in table.header if name not in raw.columns]
    if absent:
        raise ExportError(
            f"{path.name} lacks the column{'s' * (len(absent) > 1)} {', '.join(absent)}; "
            f"it has {', '.join(raw.columns)}."
        )
    typed = {column.name: typed_column(raw[column.name], column, path.name) for column in table.columns}
    if table.open_prefix:
        extra = [name for name in raw.columns if name.startswith(table.open_prefix)]
        typed |= {name: typed_column(raw[name], Column(name, "text", ""), path.name) for name in extra}
    frame = pd.DataFrame(typed, index=raw.index)
    _refuse_repeats(frame, table, path.name)
    return frame


def typed_column(raw: pd.Series, column: Column, file: str) -> pd.Series:
    """Turn a column of categorical text into its kind, or say which row does not fit."""
    distinct = pd.Series(raw.cat.categories, dtype="str")
    values, faults = _typed(distinct, column)
    codes = raw.cat.codes.to_numpy()
    for bad, why in faults:
        _refuse(raw, bad.to_numpy(dtype=bool)[codes], column, file, why)
    return values.take(codes).set_axis(raw.index).rename(raw.name)


Fault = tuple[pd.Series, str]  # which values do not fit, and why
Typed = tuple[pd.Series, list[Fault]]


def _typed(distinct: pd.Series, column: Column) -> Typed:
    """Return the typed values of distinct texts, and what is wrong with some of them."""
    given = distinct != ""
    faults: list[Fault] = []
    if column.required:
        faults.append((~given, "is empty; a value is needed"))
    if column.levels:
        faults.append((given & ~distinct.isin(column.levels), f"is none of {', '.join(column.levels)}"))
    values, unfit = _KINDS[column.kind](distinct, given)
    faults += unfit
    if column.kind in ("integer", "number"):
        low = float("-inf") if column.minimum is None else column.minimum
        high = float("inf") if column.maximum is None else column.maximum
        outside = ((values < low) | (values > high)).fillna(False).astype(bool)
        faults.append((outside, _bounds(low, high)))
    return values, faults


def _bounds(low: float, high: float) -> str:
    if low == float("-inf"):
        return f"is above {high:g}"
    return f"is below {low:g}" if high == float("inf") else f"is outside {low:g} to {high:g}"


def _text(raw: pd.Series, given: pd.Series) -> Typed:
    return raw.where(given), []


def _number(raw: pd.Series, given: pd.Series) -> Typed:
    values = pd.to_numeric(raw.where(given), errors="coerce").astype("float64")
    return values, [(given & ~values.abs().lt(float("inf")), "is not a number")]


def _integer(raw: pd.Series, given: pd.Series) -> Typed:
    values, faults = _number(raw, given)
    finite = given & values.abs().lt(float("inf"))
    whole, small = values % 1 == 0, values.abs().lt(LARGEST)
    faults += [(finite & ~whole, "is not a whole number"), (finite & ~small, "is too large to be exact")]
    return values.where(whole & small).astype("Int64"), faults


def _boolean(raw: pd.Series, given: pd.Series) -> Typed:
    bad = given & ~raw.isin(BOOLEANS)
    return raw.map(BOOLEANS).astype("boolean"), [(bad, "is neither true nor false")]


def _time(raw: pd.Series, given: pd.Series) -> Typed:
    values = pd.to_datetime(raw.where(given), errors="coerce", utc=True, format="ISO8601").dt.as_unit("ms")
    return values, [(given & values.isna(), "is not a time like 2026-11-05T09:12:00.123Z")]


def _json(raw: pd.Series, given: pd.Series) -> Typed:
    values = raw.where(given, "null").map(_parsed).astype(object)
    return values, [(values.map(lambda value: value is _BAD).astype(bool), "is not JSON")]


_BAD = object()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return _BAD


_KINDS: dict[str, Callable[[pd.Series, pd.Series], Typed]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "time": _time,
    "json": _json,
}


def _refuse(raw: pd.Series, bad: np.ndarray, column: Column, file: str, why: str) -> None:
    if bad.any():
        place = int(bad.argmax())
        more = int(bad.sum()) - 1
        others = f" ({more:,} more row{'s' * (more > 1)} like it)" if more else ""
        at = f'{file}, row {raw.index[place] + 1}, column "{column.name}"'
        raise ExportError(f"{at}: {raw.iloc[place]!r} {why}{others}.")


def _refuse_repeats(frame: pd.DataFrame, table: Table, file: str) -> None:
    if table.unique and (again := frame.duplicated(list(table.unique))).any():
        row = int(again.to_numpy().argmax())
        values = ", ".join(f"{name} {frame[name].iloc[row]}" for name in table.unique)
        raise ExportError(f"{file}, row {row + 1}: a second row for {values}; there may be one.")
