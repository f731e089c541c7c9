"""Counts of rows and people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.replication.population import Population

Where = Mapping[str, Any] | None


def rows(population: Population) -> dict[str, float]:
    """Rows of trials `before` and `after` the exclusions."""
    return {"before": len(population.everyone), "after": len(population.trials)}


def people(population: Population, table: str = "trials", where: Where = None) -> dict[str, float]:
    """People who have rows (`table`, `where`), by arm, and in `all`."""
    chosen = population.rows(table, where)
    return _by_arm(population, chosen.groupby("arm")["participant"].nunique()) | {
        "all": chosen["participant"].nunique()
    }


def people_left(population: Population) -> dict[str, float]:
    """People `before` the exclusions, and those left after each of them, by its name."""
    left = population.everyone["participant"].nunique()
    told: dict[str, float] = {"before": left}
    for name, hit in population.excluded.items():
        left -= hit
        told[name] = left
    return told


def people_excluded(population: Population) -> Mapping[str, float]:
    """People hit by each exclusion, of those who were left by the ones before it."""
    return population.excluded


def rows_by_arm(population: Population, table: str = "trials", where: Where = None) -> dict[str, float]:
    """Rows (`table`, `where`), by arm, and in `all`."""
    chosen = population.rows(table, where)
    return _by_arm(population, chosen["arm"].value_counts()) | {"all": len(chosen)}


def rows_where(
    population: Population, *, column: str, table: str = "trials", where: Where = None
) -> dict[str, float]:
    """Rows in which a column of booleans is true, by arm, and in `all`."""
    chosen = population.rows(table, where)
    true = chosen[column].fillna(False).astype(bool)
    return _by_arm(population, true.groupby(chosen["arm"]).sum()) | {"all": int(true.sum())}


def persons_in_several_arms(population: Population) -> dict[str, float]:
    """Distinct `persons`, and how many of them took part in more than one arm (`several`), before exclusions."""
    pairs = population.everyone[["person", "arm"]].drop_duplicates()
    return {
        "persons": pairs["person"].nunique(),
        "several": int((pairs["person"].value_counts() > 1).sum()),
    }


def _by_arm(population: Population, counts: pd.Series) -> dict[str, float]:
    return {arm.label: float(counts.get(arm.name, 0)) for arm in population.study.arms}
