"""Rules that summarise several values: over the rows of a group, or over the columns of a row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import MappingError
from analysis.reading.mapping.raw import Raw, where_all
from analysis.reading.mapping.schema import Derived

NUMERIC = {"sum": "sum", "mean": "mean", "minimum": "min", "maximum": "max", "spread": "std"}
PLACED = {"first": 0, "last": -1}
SUMMARIES = ("count", "distinct", *NUMERIC, *PLACED)
COUNTS = ("count", "distinct")


def summary_of_columns(table: Raw, derived: Derived, where: str) -> pd.Series:
    """Return one value per row, over the columns of `of`; empty fields do not count."""
    if not derived.of:
        raise MappingError(f"{where}of: the rule {derived.rule!r} needs columns.")
    if derived.rule in NUMERIC:
        numbers = pd.DataFrame({name: table.numbers(name, f"{where}of") for name in derived.of})
        values = getattr(numbers, NUMERIC[derived.rule])(axis=1)
        return values.where(numbers.notna().any(axis=1))
    texts = pd.DataFrame({name: table.column(name, f"{where}of").astype("str") for name in derived.of})
    texts = texts.where(texts != "")
    if derived.rule == "count":
        return texts.notna().sum(axis=1)
    if derived.rule == "distinct":
        return texts.nunique(axis=1)
    filled = texts.bfill(axis=1) if derived.rule == "first" else texts.ffill(axis=1)
    return filled.iloc[:, 0 if derived.rule == "first" else -1]


def summary_by_group(table: Raw, derived: Derived, where: str) -> pd.Series:
    """Return one value per group of rows alike in `by`, of the rows that `where` keeps.

    Groups without such a row count 0, have 0 distinct values and no other summary.
    """
    keys = [table.column(name, f"{where}by") for name in derived.by]
    present = pd.DataFrame({name: key.astype("str") for name, key in zip(derived.by, keys, strict=True)})
    kept = table.only(where_all(table, derived.where, f"{where}where"))
    values = _values(kept, derived, where)
    groups = values.groupby([present.loc[kept.rows.index, name] for name in derived.by], sort=False)
    told = _told(groups, derived.rule)
    everyone = _groups(present)
    return told.reindex(everyone, fill_value=0) if derived.rule in COUNTS else told.reindex(everyone)


def _groups(present: pd.DataFrame) -> pd.Index:
    distinct = present.drop_duplicates()
    return pd.MultiIndex.from_frame(distinct) if distinct.shape[1] > 1 else pd.Index(distinct.iloc[:, 0])


def _values(kept: Raw, derived: Derived, where: str) -> pd.Series:
    """Return what is summarised: numbers, or texts with empty as missing, in the order that is asked for."""
    if derived.rule == "count" and not derived.of:
        return pd.Series(1.0, index=kept.rows.index)
    if len(derived.of) != 1:
        raise MappingError(f"{where}of: with `by`, the rule {derived.rule!r} takes one column.")
    if derived.rule in NUMERIC:
        return kept.numbers(derived.of[0], f"{where}of")
    raw = kept.column(derived.of[0], f"{where}of").astype("str")
    values = raw.where(raw != "")
    if derived.rule in PLACED and derived.order is not None:
        places = kept.numbers(derived.order, f"{where}order").to_numpy()
        return values.iloc[np.argsort(places, kind="stable")]
    return values


def _told(groups: pd.api.typing.SeriesGroupBy, rule: str) -> pd.Series:
    if rule in NUMERIC:
        return groups.sum(min_count=1) if rule == "sum" else getattr(groups, NUMERIC[rule])()
    return {"count": groups.count, "distinct": groups.nunique, "first": groups.first, "last": groups.last}[
        rule
    ]()
