"""Means over people: each person's mean first, so that everyone counts the same."""

from __future__ import annotations

import pandas as pd

from analysis.metrics.by_arm import metric_by_arm
from analysis.replication.population import Population
from analysis.replication.quantities.counts import Where


def mean_of_persons(
    population: Population, *, column: str, scale: float = 1, table: str = "trials", where: Where = None
) -> dict[str, float]:
    """Mean over people of their mean of `column`, by arm, times `scale`."""
    return _by_arm(population, scale * _persons(population.rows(table, where), column).groupby("arm").mean())


def sd_of_persons(
    population: Population, *, column: str, scale: float = 1, table: str = "trials", where: Where = None
) -> dict[str, float]:
    """Standard deviation (n − 1) over people of their mean of `column`, by arm, times `scale`."""
    return _by_arm(population, scale * _persons(population.rows(table, where), column).groupby("arm").std())


def evenly_weighted_mean(
    population: Population,
    *,
    column: str,
    over: str,
    scale: float = 1,
    table: str = "trials",
    where: Where = None,
) -> dict[str, float]:
    """Mean over people of the plain mean of their means at each level of `over`, by arm, times `scale`.

    It is what resampling a person's trials until each level has the same number gives in expectation.
    Who has no trial at one of the levels is left out.
    """
    chosen = population.rows(table, where)
    cells = chosen.assign(value=chosen[column].astype("Float64")).groupby(["arm", "participant", over])[
        "value"
    ]
    persons = cells.mean().unstack().dropna().mean(axis=1)
    return _by_arm(population, scale * persons.groupby("arm").mean())


def metric_mean_by_arm(
    population: Population, *, name: str, scale: float = 1, table: str = "trials", where: Where = None
) -> dict[str, float]:
    """The mean of a metric of the registry, by arm, times `scale`."""
    told = metric_by_arm(name, population.rows(table, where), population.study.arm_names)
    return _by_arm(population, scale * told["estimate"])


def _persons(chosen: pd.DataFrame, column: str) -> pd.Series:
    values = chosen.assign(value=chosen[column].astype("Float64"))
    return values.groupby(["arm", "participant"])["value"].mean()


def _by_arm(population: Population, values: pd.Series) -> dict[str, float]:
    return {arm.label: float(values[arm.name]) for arm in population.study.arms if arm.name in values.index}
