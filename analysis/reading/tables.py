"""One CSV file of an export as a typed table; a value that does not fit is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import ExportError
from protocol.doors.columns import Column, Table

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
        typed |= {name: raw[name].replace("", None) for name in extra}
    frame = pd.DataFrame(typed, index=raw.index)
    _refuse_repeats(frame, table, path.name)
    return frame


def read_text(path: Path) -> pd.DataFrame:
    """Read a CSV file with every field as text; an empty field is the empty string."""
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8")
    except pd.errors.EmptyDataError:
        raise ExportError(f"{path.name} is empty; a header line is needed.") from None
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise ExportError(f"{path.name} is not a CSV file in UTF-8: {error}") from error
    except OSError as error:
        raise ExportError(f"{path.name} cannot be read: {error.strerror}.") from error


def typed_column(raw: pd.Series, column: Column, file: str) -> pd.Series:
    """Turn a column of text into its kind, or say which row does not fit."""
    given = raw != ""
    if column.required and not given.all():
        _refuse(raw, ~given, column, file, "is empty; a value is needed")
    if column.levels:
        _refuse(raw, given & ~raw.isin(column.levels), column, file, f"is none of {', '.join(column.levels)}")
    values = _KINDS[column.kind](raw, given, column, file)
    if column.kind in ("integer", "number"):
        _refuse_outside(values, raw, column, file)
    return values


def _text(raw: pd.Series, given: pd.Series, column: Column, file: str) -> pd.Series:
    return raw.where(given)


def _number(raw: pd.Series, given: pd.Series, column: Column, file: str) -> pd.Series:
    values = pd.to_numeric(raw.where(given), errors="coerce").astype("float64")
    _refuse(raw, given & ~values.abs().lt(float("inf")), column, file, "is not a number")
    return values


def _integer(raw: pd.Series, given: pd.Series, column: Column, file: str) -> pd.Series:
    values = _number(raw, given, column, file)
    _refuse(raw, given & (values % 1 != 0), column, file, "is not a whole number")
    return values.astype("Int64")


def _boolean(raw: pd.Series, given: pd.Series, column: Column, file: str) -> pd.Series:
    _refuse(raw, given & ~raw.isin(BOOLEANS), column, file, "is neither true nor false")
    return raw.map(BOOLEANS).astype("boolean")


def _time(raw: pd.Series, given: pd.Series, column: Column, file: str) -> pd.Series:
    values = pd.to_datetime(raw.where(given), errors="coerce", utc=True, format="ISO8601").dt.as_unit("ms")
    _refuse(raw, given & values.isna(), column, file, "is not a time like 2026-11-05T09:12:00.123Z")
    return values


def _json(raw: pd.Series, given: pd.Series, column: Column, file: str) -> pd.Series:
    values = raw.where(given, "null").map(_parsed).astype(object)
    _refuse(raw, values.map(lambda value: value is _BAD), column, file, "is not JSON")
    return values


_BAD = object()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return _BAD


_KINDS: dict[str, Callable[[pd.Series, pd.Series, Column, str], pd.Series]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "time": _time,
    "json": _json,
}


def _refuse(raw: pd.Series, bad: pd.Series, column: Column, file: str, why: str) -> None:
    if bad.any():
        row = int(bad.to_numpy().argmax())
        more = int(bad.sum()) - 1
        others = f" ({more} more row{'s' * (more > 1)} like it)" if more else ""
        raise ExportError(f'{file}, row {row + 1}, column "{column.name}": {raw.iloc[row]!r} {why}{others}.')


def _refuse_outside(values: pd.Series, raw: pd.Series, column: Column, file: str) -> None:
    low = float("-inf") if column.minimum is None else column.minimum
    high = float("inf") if column.maximum is None else column.maximum
    outside = ((values < low) | (values > high)).fillna(False).astype(bool)
    _refuse(raw, outside, column, file, f"is outside {low:g} to {high:g}")


def _refuse_repeats(frame: pd.DataFrame, table: Table, file: str) -> None:
    if table.unique and (again := frame.duplicated(list(table.unique))).any():
        row = int(again.to_numpy().argmax())
        values = ", ".join(f"{name} {frame[name].iloc[row]}" for name in table.unique)
        raise ExportError(f"{file}, row {row + 1}: a second row for {values}; there may be one.")
