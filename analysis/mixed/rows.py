"""The rows of a table that a model can use: complete, finite, and of types that it can hold."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.errors import ModelError

TABLE = "the table of the model"
TIMES = ("datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period")


def complete_rows(data: pd.DataFrame, columns: Iterable[str]) -> tuple[pd.DataFrame, int]:
    """Return the columns' rows without missing values, and how many rows had some.

    Python objects that are numbers or booleans become such.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    ModelError : no row is left, or a column holds infinite or complex numbers, or lists.
    """
    columns = list(columns)
    if other := [name for name in columns if not isinstance(name, str)]:
        raise ModelError(f"The column {other[0]!r} is asked for; a model's columns are named by text.")
    columns = list(dict.fromkeys(columns))
    require_columns(data, *columns, name=TABLE)
    rows = data[columns]
    complete = rows.notna().all(axis=1).to_numpy()
    if not complete.any():
        empty = [name for name in columns if not rows[name].notna().any()] or columns
        raise ModelError(
            f"No row has a value in every column of the model ({', '.join(columns)}): see {', '.join(empty)}."
        )
    rows = rows if complete.all() else rows[complete]
    rows = pd.DataFrame({name: _settled(rows[name]) for name in columns}, index=rows.index)
    return rows.reset_index(drop=True), int((~complete).sum())


def _settled(column: pd.Series) -> pd.Series:
    """Give a column the type of its values, and refuse what no model can hold."""
    if column.dtype == object:
        column = column.infer_objects()
    if column.dtype == object and pd.api.types.infer_dtype(column) == "decimal":
        column = column.astype("float64")
    if column.dtype == object:
        _refuse(column, ~column.map(lambda value: isinstance(value, Hashable)), "one value per row is needed")
    if pd.api.types.is_complex_dtype(column):
        _refuse(column, pd.Series(True, column.index), "complex numbers cannot be used")
    if pd.api.types.is_float_dtype(column):
        finite = np.isfinite(column.to_numpy(dtype=float))
        if not finite.all():
            row = column.index[int(np.argmin(finite))]
            raise ModelError(f"Column {column.name!r} holds infinite numbers, the first in row {row!r}.")
    return column


def _refuse(column: pd.Series, wrong: pd.Series, why: str) -> None:
    if wrong.any():
        place = int(np.argmax(wrong))
        found = _cut(repr(column.iloc[[place]].tolist()[0]))  # tolist: without numpy's names
        raise ModelError(f"Column {column.name!r} holds {found} in row {column.index[place]!r}; {why}.")


def refuse_times(column: pd.Series) -> None:
    """Raise `ModelError` where a column holds dates or times, which would be a factor with a level for each."""
    if pd.api.types.infer_dtype(column) in TIMES:
        raise ModelError(
            f"Column {column.name!r} holds dates or times ({column.iloc[0]}); make a column of numbers or of text "
            "of it, such as days since the start."
        )


def shortened(names: Sequence[Any], most: int = 5) -> str:
    """Join the first names with commas, each cut where it is long, and count the others."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(_cut(str(name)) for name in names[:most]) + more


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
