"""The rows that a classical test sees: trials, or one value for each participant or item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import as_finite, require_columns
from analysis.errors import AnalysisError, UnknownName
from analysis.options import levels_of, listed

Floats = NDArray[np.float64]

UNITS = ("trial", "participant", "item")
AGGREGATES = ("mean", "median", "sum")
FACTORS = ("group", "second")


@dataclass(frozen=True)
class Sample:
    """A table with the columns `y`, `group` (`second`, `participant`, `item`, `stratum`), as far as they were named.

    `trials` is the table before rows were averaged; `missing` counts rows without an outcome or a group.
    """

    table: pd.DataFrame
    trials: pd.DataFrame
    groups: tuple[Any, ...]
    unit: str
    missing: int
    names: dict[str, str]

    @property
    def n(self) -> dict[Any, int]:
        if "group" not in self.table:
            return {"all": len(self.table)}
        return {group: int((self.table["group"] == group).sum()) for group in self.groups}

    def values(self, group: Any) -> Floats:
        return self.table.loc[self.table["group"] == group, "y"].to_numpy(dtype=float)

    def each(self, test: str, smallest: int = 2) -> list[Floats]:
        """Return the values of every group, which must be several and of at least `smallest` values."""
        if len(self.groups) < 2:
            raise AnalysisError(
                f"{test} compares groups; there is {len(self.groups)}: {_listed(self.groups)}."
            )
        values = [self.values(group) for group in self.groups]
        for group, one in zip(self.groups, values, strict=True):
            if len(one) < smallest:
                raise AnalysisError(
                    f"{test} needs {smallest} values in each group; {group!r} has {len(one)}."
                )
        return values

    def two(self, test: str, smallest: int = 2) -> tuple[Floats, Floats]:
        """Return the values of the two groups, first and second."""
        if len(self.groups) != 2:
            raise AnalysisError(
                f"{test} compares two groups; there are {len(self.groups)}: {_listed(self.groups)}. "
                "Name two by `groups`."
            )
        first, second = self.each(test, smallest)
        return first, second

    def pairs(self, test: str) -> tuple[Floats, Floats, int]:
        """Return the values of those who are in both groups, and how many are in one only."""
        if self.unit == "trial":
            raise AnalysisError(f'{test} pairs values; say unit="participant" or unit="item".')
        self.two(test, smallest=1)
        wide = self.table.pivot(index=self.unit, columns="group", values="y")
        both = wide.dropna()
        if len(both) < 2:
            raise AnalysisError(f"{test} needs two pairs; {len(both)} of {len(wide)} are in both groups.")
        first, second = (both[group].to_numpy(dtype=float) for group in self.groups)
        return first, second, len(wide) - len(both)


def read_sample(
    data: pd.DataFrame,
    outcome: str,
    group: str | Sequence[str] | None,
    *,
    groups: Sequence[Any] | None,
    named: dict[str, str],
    unit: str,
    aggregate: str,
    is_numeric: bool,
) -> Sample:
    """Rename, drop what is missing, choose groups, and average over trials where `unit` asks for it."""
    factors = [group] if isinstance(group, str) else list(group or [])
    names = {"y": outcome} | dict(zip(FACTORS, factors, strict=False)) | named
    _check(unit, UNITS, "unit")
    _check(aggregate, AGGREGATES, "aggregate")
    if len(factors) > len(FACTORS):
        raise UnknownName(f"At most two groupings can be crossed; {len(factors)} are named.")
    if unit != "trial" and unit not in named:
        raise UnknownName(f"unit={unit!r} needs the name of that column: {unit}=…")
    require_columns(data, *names.values(), name="the table")
    table = pd.DataFrame({name: data[column] for name, column in names.items()})
    kept = table.dropna()
    if is_numeric:
        kept = kept.assign(y=as_finite(kept["y"], outcome))
    order: list[Any] = []
    if factors:
        order = _order(kept["group"], groups)
        kept = kept[kept["group"].isin(order)]
    if kept.empty:
        raise AnalysisError(f"No row has a value in each of {', '.join(map(repr, names.values()))}.")
    rows = kept if unit == "trial" else _averaged(kept, unit, aggregate)
    return Sample(rows, kept, tuple(order), unit, len(table) - len(table.dropna()), names)


def _averaged(kept: pd.DataFrame, unit: str, aggregate: str) -> pd.DataFrame:
    by = [name for name in (*FACTORS, unit, "stratum") if name in kept]
    return kept.groupby(by, sort=False, observed=True)["y"].agg(aggregate).reset_index()


def _order(column: pd.Series, groups: Sequence[Any] | None) -> list[Any]:
    """Return the groups asked for, else those of the table: in the order of categories, or as they occur."""
    present = levels_of(column)
    if groups is None:
        return present
    wanted = listed(groups)
    for group in wanted:
        if group not in present:
            raise UnknownName(f"No row is of group {group!r}. Groups: {_listed(present)}.")
        if wanted.count(group) > 1:
            raise UnknownName(f"The group {group!r} is named twice.")
    return wanted


def _check(value: str, allowed: Sequence[str], name: str) -> None:
    if value not in allowed:
        raise UnknownName(f"{name}={value!r} is unknown. Known: {', '.join(map(repr, allowed))}.")


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values)) or "none"
