"""Checks on the columns of a table, shared by every room of the analysis."""

from __future__ import annotations

import pandas as pd

from analysis.errors import MissingColumns


def require_columns(table: pd.DataFrame, *needed: str, name: str = "the table") -> None:
    """Raise `MissingColumns`, with the absent and the present columns, unless all `needed` are there."""
    absent = [column for column in needed if column not in table.columns]
    if absent:
        raise MissingColumns(
            f"{name} lacks {', '.join(absent)}; it has {', '.join(map(str, table.columns)) or 'no column'}."
        )


def has_values(table: pd.DataFrame, *columns: str) -> bool:
    """Say whether each of the columns is there and holds at least one value."""
    return all(column in table.columns and bool(table[column].notna().any()) for column in columns)
