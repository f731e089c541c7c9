"""Checks on the columns of a table, shared by every room of the analysis."""

from __future__ import annotations

import pandas as pd

from analysis.errors import MissingColumns

NUMBERS = ("boolean", "integer", "floating", "mixed-integer-float")  # what Python objects may be


def require_columns(table: pd.DataFrame, *needed: str, name: str = "the table") -> None:
    """Raise `MissingColumns`, with the absent and the present columns, unless all `needed` are there once."""
    if not isinstance(table, pd.DataFrame):
        raise MissingColumns(f"{name} is a {type(table).__name__}; a pandas DataFrame is needed.")
    absent = [column for column in needed if column not in table.columns]
    if absent:
        raise MissingColumns(
            f"{name} lacks {', '.join(absent)}; it has {', '.join(map(str, table.columns)) or 'no column'}."
        )
    if not table.columns.is_unique:
        again = set(table.columns[table.columns.duplicated()])
        if twice := [column for column in needed if column in again]:
            raise MissingColumns(
                f"{name} has several columns called {twice[0]!r}; rename or drop all but one."
            )


def as_numbers(column: pd.Series, name: str) -> pd.Series:
    """Return a column of numbers or booleans as float64, missing as NaN.

    Python objects and categories that are numbers are taken as such.

    Raises
    ------
    MissingColumns : it holds something else; the message names the row.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("object")
    if column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) in NUMBERS:
        column = column.astype("Float64")
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        given = column.dropna()
        found = f"{given.iloc[0]!r} in row {given.index[0]!r}" if len(given) else f"{column.dtype}"
        raise MissingColumns(f"column {name!r} holds {found}; numbers or booleans are needed.")
    return column.astype("float64")


def as_finite(column: pd.Series, name: str) -> pd.Series:
    """Return a column as `as_numbers` does; an infinite number is refused too."""
    values = as_numbers(column, name)
    _refuse(values, values.isin([float("inf"), float("-inf")]), name, "finite numbers are needed")
    return values


def as_truths(column: pd.Series, name: str) -> pd.Series:
    """Return a column of booleans, or of zeros and ones, as `as_numbers` does; other numbers are refused."""
    values = as_numbers(column, name)
    _refuse(values, ~values.isin([0, 1]) & values.notna(), name, "booleans, or 0 and 1, are needed")
    return values


def _refuse(values: pd.Series, bad: pd.Series, name: str, why: str) -> None:
    if bad.any():
        raise MissingColumns(
            f"column {name!r} holds {values[bad].iloc[0]:g} in row {values.index[bad][0]!r}; {why}."
        )


def has_values(table: pd.DataFrame, *columns: str) -> bool:
    """Say whether each of the columns is there and holds at least one value."""
    return all(column in table.columns and bool(table[column].notna().any()) for column in columns)
