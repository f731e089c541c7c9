"""Classical tests, as papers report them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd

from analysis.classical import ClassicalResult, classical_test
from analysis.inference.holm import holm
from analysis.replication.population import Population
from analysis.replication.quantities.counts import Where


def one_test(
    population: Population,
    *,
    name: str,
    outcome: str,
    groups: list[str] | None = None,
    table: str = "trials",
    where: Where = None,
    **options: Any,
) -> dict[str, float]:
    """One classical test of arms: `p`, `statistic`, `df` (or `df1`, `df2`), `estimate`, `low`, `high`, `effect`.

    Options are those of `classical_test`, with arms by their labels, and `table` and `where`.
    """
    rows = _labelled(population, population.rows(table, where))
    return _told(_run(rows, name, outcome, groups, options))


def pairs(
    population: Population,
    *,
    name: str,
    outcome: str,
    told: str = "p",
    adjust: str = "none",
    table: str = "trials",
    where: Where = None,
    **options: Any,
) -> dict[str, float]:
    """One number (`told`) of a classical test for each pair of arms, by `A / B`; p by `holm` over all of them."""
    rows = _labelled(population, population.rows(table, where))
    labels = [arm.label for arm in population.study.arms]
    results = {
        f"{a} / {b}": _told(_run(rows, name, outcome, [a, b], options))[told]
        for a, b in combinations(labels, 2)
    }
    if adjust == "holm":
        return dict(zip(results, holm(list(results.values())), strict=True))
    return results


def unlike_samples(
    population: Population, *, name: str, outcome: str, samples: list[dict[str, Any]], table: str = "trials"
) -> dict[str, float]:
    """A classical test of rows that are chosen one by one, each by its own `where`: to show what a slip compared."""
    parts = [
        population.rows(table, where).assign(sample=f"sample {number}")
        for number, where in enumerate(samples, start=1)
    ]
    rows = pd.concat(parts, ignore_index=True)
    return _told(classical_test(name, rows, outcome=outcome, group="sample"))


def _labelled(population: Population, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose arms are called by their labels, in the study's order."""
    labels = {arm.name: arm.label for arm in population.study.arms}
    return rows.assign(arm=rows["arm"].map(labels).astype(pd.CategoricalDtype(list(labels.values()))))


def _run(
    rows: pd.DataFrame, name: str, outcome: str, groups: list[str] | None, options: dict[str, Any]
) -> ClassicalResult:
    return classical_test(
        name, rows, outcome=outcome, group="arm", groups=groups, participant="participant", **options
    )


def _told(result: ClassicalResult) -> dict[str, float]:
    told = {name: getattr(result, name) for name in ("p", "statistic", "estimate", "low", "high", "effect")}
    if isinstance(result.df, tuple):
        return told | {"df1": result.df[0], "df2": result.df[1]}
    return told if result.df is None else told | {"df": result.df}
