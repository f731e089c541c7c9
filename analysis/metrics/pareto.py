"""What can be had together: an accurate model, people who foretell it, and little time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.speed_accuracy import speed_accuracy_by_arm
from analysis.metrics.values import truths

SENSES = {"model_accuracy": 1.0, "simulatability": 1.0, "time_ms": -1.0}  # −1: less is better


@metric(
    name="pareto",
    label="Model accuracy, simulatability and time",
    unit="share, share, ms",
    level="table",
    needs=("correct", "model_correct", "response_ms"),
)
def pareto_points(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    model_accuracy: float | None = None,
) -> pd.DataFrame:
    """Each arm's model accuracy, human simulatability and time, and which other points are better in all.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `response_ms`, and the booleans `correct` and `model_correct`
        (missing allowed); optionally `model`: then a point is a model in an arm.
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    model_accuracy : of the one model on held-out data; by default the share of the items tested, each counted
        once, that the model gets right, which is not its accuracy in use where errors were chosen on purpose

    Returns
    -------
    DataFrame indexed by arm, or by arm and model
        `model_accuracy`, `simulatability` with `low`, `high`, `time_ms` (geometric mean) with `low_ms`,
        `high_ms` (both on the trials that have correctness and a time, two-way cluster-robust), `people`,
        `trials`, `undefined`, `is_dominated` (another point is at least as good in all three and better in
        one; missing where one of the three is NaN) and `dominated_by` (the first such point, as text). The
        estimates are compared, not their intervals.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Pareto dominance as in Deb (2001), "Multi-Objective Optimization Using Evolutionary Algorithms", chapter 2.
    """
    require_columns(trials, "arm", "item", "model_correct", name="the table of trials")
    order = arms_of(trials, arms)
    several = "model" in trials.columns and trials["model"].nunique() > 1
    by_model = trials.groupby("model", sort=True) if several else [("", trials)]
    tables = []
    for model, mine in by_model:
        present = [arm for arm in order if (mine["arm"] == arm).any()]
        points = _points(mine, present, alpha, model_accuracy)
        tables.append(points.set_index(pd.Index([model] * len(points), name="model"), append=True))
    table = _with_dominance(pd.concat(tables))
    return table if several else table.droplevel("model")


def _points(
    trials: pd.DataFrame, arms: list[str], alpha: float, model_accuracy: float | None
) -> pd.DataFrame:
    names = {"accuracy": "simulatability", "geometric_mean_ms": "time_ms"}
    table = speed_accuracy_by_arm(trials, arms=arms, alpha=alpha).rename(columns=names)
    given = [model_accuracy if model_accuracy is not None else _tested(trials, arm) for arm in arms]
    table.insert(0, "model_accuracy", np.asarray(given, dtype=float))
    columns = ["model_accuracy", "simulatability", "low", "high", "time_ms", "low_ms", "high_ms"]
    return table[[*columns, "people", "trials", "undefined"]]


def _tested(trials: pd.DataFrame, arm: str) -> float:
    mine = trials[trials["arm"] == arm]
    return float(truths(mine, "model_correct").groupby(mine["item"]).mean().mean())


def _with_dominance(table: pd.DataFrame) -> pd.DataFrame:
    goods = np.column_stack([sense * table[name].to_numpy(dtype=float) for name, sense in SENSES.items()])
    known = np.isfinite(goods).all(axis=1)
    at_least = (goods[None] >= goods[:, None]).all(axis=2)
    better = at_least & (goods[None] > goods[:, None]).any(axis=2) & known[None] & known[:, None]
    names = [" · ".join(part for part in map(str, key) if part) for key in table.index]
    by = [names[row.argmax()] if row.any() else None for row in better]
    dominated = pd.Series(better.any(axis=1), index=table.index).astype("boolean").where(known)
    return table.assign(is_dominated=dominated, dominated_by=pd.Series(by, index=table.index, dtype="str"))
