"""Rows of theirs under our names: what to keep, columns into rows, names, constants, kinds, ranges, sentinels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from analysis.errors import ExportError, MappingError
from analysis.reading.mapping.raw import Raw, undeclared_code, where_all, without
from analysis.reading.mapping.schema import Melt, Section
from analysis.reading.tables import BOOLEANS, typed_column
from analysis.reading.text import as_text, map_text
from protocol.doors.columns import Column

NUMBERS = ("integer", "number")
DECLARE = "Missing values must be declared under `missing`."
HINTS = {
    "boolean": f"Allowed are true, false, 1 and 0; a table's `recode` turns others into these. {DECLARE}"
}
TRUE_OR_FALSE = {"1": "true", "0": "false", "1.0": "true", "0.0": "false"}
Definition = Callable[[str], Column]


def chosen(tables: Mapping[str, Raw], section: Section, where: str) -> Raw:
    """Return the table that a section is about, the first unless it names one, with the rows that it keeps."""
    name = section.table or next(iter(tables))
    if name not in tables:
        raise MappingError(f"{where}table: no table is called {name!r}. Tables: {', '.join(tables)}.")
    table = tables[name]
    kept = where_all(table, section.keep, f"{where}keep")
    if not kept.any() and len(table.rows):
        raise MappingError(f"{where}keep leaves no row of {table.file}.")
    return table.only(kept) if section.keep else table


def renamed(table: Raw, section: Section, where: str) -> Raw:
    """Return the section's columns under our names, as text, with constants and with columns made into rows."""
    for ours, theirs in section.columns.items():
        table.column(theirs, f"{where}columns.{ours}")
    rows = pd.DataFrame(
        {ours: table.rows[theirs] for ours, theirs in section.columns.items()}, index=table.rows.index
    )
    if section.melt is not None:
        rows = _melted(table, rows, section.melt, f"{where}melt.")
    for name, value in section.values.items():
        rows[name] = as_text(pd.Series([value] * len(rows), index=rows.index, dtype=object))
    return Raw(table.file, rows)


def _melted(table: Raw, rows: pd.DataFrame, melt: Melt, where: str) -> pd.DataFrame:
    names = list(next(iter(melt.columns.values())))
    for ours, theirs in melt.columns.items():
        if list(theirs) != names:
            raise MappingError(
                f"{where}columns.{ours} has {', '.join(theirs)}; each column needs {', '.join(names)}."
            )
    parts = []
    for name in names:
        part = rows.assign(**{melt.into: as_text(pd.Series(name, index=rows.index))})
        for ours, theirs in melt.columns.items():
            part[ours] = table.column(theirs[name], f"{where}columns.{ours}.{name}")
        parts.append(part)
    order = np.tile(np.arange(len(rows)), len(names)).argsort(kind="stable")  # questions of a row together
    whole = pd.concat([part.astype("str") for part in parts]).iloc[order]
    return whole.astype("category")


def typed(table: Raw, section: Section, definition: Definition, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the columns in their kinds, and a sentence about each declared sentinel that was found.

    Raises
    ------
    MappingError : a value does not fit its column or looks like an undeclared code for a missing one; the
        message names file, row and column, and how to declare it.
    """
    for name in (*section.missing, *section.ranges):
        if name not in table.rows.columns:
            raise MappingError(f"{where}{name!r} has a rule but stands not under `columns`.")
    told, notes = {}, []
    for name in table.rows.columns:
        raw, found = _without_sentinels(table.rows[name], section, name)
        notes += found
        told[name] = _typed(table, raw, name, section, definition(name), where)
    return pd.DataFrame(told, index=table.rows.index), notes


def _without_sentinels(raw: pd.Series, section: Section, name: str) -> tuple[pd.Series, list[str]]:
    sentinels = section.missing.get(name)
    if not sentinels:
        return raw, []
    kept = map_text(raw, partial(without, codes=sentinels))
    found = int((kept == "").sum() - (raw == "").sum())
    codes = ", ".join(map(str, sentinels))
    return kept, [
        f"{section.theirs(name)}: {found:,} values {codes} are no answer, as declared."
    ] if found else []


def _true_or_false(texts: pd.Series) -> pd.Series:
    read = texts.str.lower().replace(TRUE_OR_FALSE)
    return read.where(read.isin(BOOLEANS), texts)


def _typed(table: Raw, raw: pd.Series, name: str, section: Section, column: Column, where: str) -> pd.Series:
    theirs = section.theirs(name)
    if column.kind == "boolean":
        raw = map_text(raw, _true_or_false)
    if name in section.ranges and column.kind not in NUMBERS:
        raise MappingError(f"{where}ranges.{name}: {theirs!r} holds {column.kind}s; numbers have a range.")
    low, high = section.ranges.get(name, [column.minimum, column.maximum])
    wanted = Column(
        theirs, column.kind, "", levels=column.levels, required=column.required, minimum=low, maximum=high
    )
    try:
        values = typed_column(raw, wanted, table.file)
    except ExportError as error:
        raise MappingError(f"{error} {HINTS.get(column.kind, DECLARE)}") from error
    if column.kind == "number" and name not in section.ranges:
        _refuse_code(table, values, name, theirs)
    return values


def _refuse_code(table: Raw, values: pd.Series, name: str, theirs: str) -> None:
    code = undeclared_code(values)
    if code is not None:
        row = int((values == code).to_numpy().argmax())
        raise MappingError(
            f"{Raw(table.file, values.to_frame()).place(row, theirs)}: {code:g} looks like a code for a missing "
            f"answer, as all other values are 0 or more. Declare it under `missing: {{{name}: [{code:g}]}}`, or, "
            f"where it is a value, give the column's lowest and highest value under `ranges`."
        )
