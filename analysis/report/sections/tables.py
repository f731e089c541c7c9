"""Further tables: metrics with a table of their own that the plan does not name and no other section tells."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from analysis.metrics import describe_metric
from analysis.planned import Results
from analysis.report.section import NamedTable, Section
from analysis.report.tables import ON_REQUEST, MetricTable, MetricTables, make_tables, unplanned_tables
from analysis.report.words import NOTHING, count, level, listed, number, p_value

HEADING = "Further tables"
ROWS = 12  # on the page; the CSV has all
ENDS = re.compile(r"(.*_)?low(_ms)?$"), re.compile(r"(.*_)?high(_ms)?$")


def tables(results: Results) -> Section:
    """Return every table that these data allow, each folded, and a line for each that they do not."""
    names = [name for name in unplanned_tables() if name not in results.study.plan.secondary]
    told = make_tables(results, names)
    asked = [describe_metric(name).label for name in ON_REQUEST if name not in results.study.plan.secondary]
    content = {
        "tables": shown(results, told),
        "left_out": reasons(told),
        "on_request": listed(asked),
        "level": level(results.alpha),
    }
    return Section("tables", HEADING, content, named(results, told))


def shown(results: Results, told: MetricTables) -> list[dict[str, Any]]:
    """Return what the page shows of each table: its title, its heads and its first rows as text."""
    return [_shown(one, _labelled(results, one.frame)) for one in told.made]


def named(results: Results, told: MetricTables) -> tuple[NamedTable, ...]:
    """Return the whole tables for their files."""
    return tuple(
        NamedTable(f"table-{one.card.name}", one.card.label, _labelled(results, one.frame))
        for one in told.made
    )


def reasons(told: MetricTables) -> list[str]:
    """Return for each table that there is not, one line that says why."""
    return [f"{card.label}: {why.rstrip('.')}." for card, why in told.refused]


def _labelled(results: Results, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the arms' labels beside their names."""
    if "arm" not in frame.columns:
        return frame
    known = {arm.name: arm.label for arm in results.study.arms}
    labels = frame["arm"].map(lambda arm: known.get(arm, arm))
    told = frame.drop(columns="label", errors="ignore")
    told.insert(told.columns.get_loc("arm") + 1, "label", labels)
    return told


def _shown(one: MetricTable, frame: pd.DataFrame) -> dict[str, Any]:
    whole = len(frame)
    frame = _for_readers(frame)
    columns = [_column(frame, name, ends) for name, ends in _with_ends(list(frame.columns))]
    rows = count(whole, "row") if whole <= ROWS else f"the first {ROWS} of {whole:,} rows; the file holds all"
    return {
        "title": one.card.label,
        "caption": f"{one.card.label}; unit: {one.card.unit}; {rows}",
        "note": one.note,
        "heads": [(head, is_number) for head, is_number, _ in columns],
        "rows": list(zip(*(cells for _, _, cells in columns), strict=True)),
    }


def _for_readers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with labels in place of arms' names, without the columns that say nothing here."""
    told = frame.drop(columns=["rule"], errors="ignore")
    if "label" in told.columns:
        told = told.drop(columns="arm").rename(columns={"label": "arm"})
    silent = [
        name for name in told.columns if (told[name].isna() | (told[name].astype("object") == "")).all()
    ]
    return told.drop(columns=silent)


def _with_ends(names: list[str]) -> list[tuple[str, tuple[str, str] | None]]:
    """Return the columns, each with those of its interval where its ends follow, be it after its `se`."""
    told: list[tuple[str, tuple[str, str] | None]] = []
    left = list(names)
    while left:
        name, *left = left
        error = left[:1] if left[:1] == ["se"] else []
        ends = left[len(error) : len(error) + 2]
        has_ends = len(ends) == 2 and all(rule.match(end) for rule, end in zip(ENDS, ends, strict=True))
        told.append((name, (ends[0], ends[1]) if has_ends else None))
        if has_ends:
            told += [(one, None) for one in error]
            left = left[len(error) + 2 :]
    return told


def _column(
    frame: pd.DataFrame, name: str, ends: tuple[str, str] | None
) -> tuple[str, bool, list[tuple[str, str]]]:
    """Return a column's head, whether it holds numbers, and its cells: each a value and its interval."""
    rows = frame.head(ROWS)
    is_number = pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
    big = _texts(rows[name], name)
    small = [""] * len(rows)
    if ends is not None:
        low, high = (_texts(rows[end], name) for end in ends)
        small = [f"{a} to {b}" if NOTHING not in (a, b) else "" for a, b in zip(low, high, strict=True)]
    head = name.replace("_ms", ", ms").replace("_", " ")
    return (
        head[:1].upper() + head[1:] if not head.startswith("p ") and len(head) > 2 else head,
        is_number,
        list(zip(big, small, strict=True)),
    )


def _texts(values: pd.Series, name: str) -> list[str]:
    if pd.api.types.is_bool_dtype(values):
        return [NOTHING if pd.isna(one) else "yes" if one else "no" for one in values]
    if pd.api.types.is_integer_dtype(values):
        return [NOTHING if pd.isna(one) else f"{one:,}" for one in values]
    if not pd.api.types.is_float_dtype(values):
        return [NOTHING if pd.isna(one) or one == "" else str(one) for one in values]
    told = values.to_numpy(dtype=float, na_value=np.nan)
    if name == "p" or name.startswith("p_"):
        return [p_value(one) for one in told]
    digits = _digits(told[np.isfinite(told)])
    return [number(one, digits) for one in told]


def _digits(values: np.ndarray) -> int:
    """Return how many digits behind the point: none for large numbers and whole ones, else three of value."""
    if not len(values) or (values == np.round(values)).all():
        return 0
    largest = np.abs(values).max()
    return 3 if largest < 10 else 2 if largest < 100 else 1 if largest < 1000 else 0
