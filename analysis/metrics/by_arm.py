"""Any metric by arm, as differences to a reference arm, and which metrics a table of trials allows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import has_values, require_columns
from analysis.errors import UnknownName
from analysis.inference.arms import CORRECTIONS, compare_arms, mean_by_arm
from analysis.inference.holm import holm
from analysis.inference.margin import t_margin_p, within_margin
from analysis.inference.means import mean_and_t_interval
from analysis.metrics.metric import Metric
from analysis.metrics.person_difference import person_difference
from analysis.metrics.registry import METRICS, describe_metric, get_metric
from analysis.options import levels_of, require_alpha, require_choice, require_margin

COLUMNS = ["estimate", "low", "high", "people", "trials", "undefined"]


def metric_by_arm(
    name: str,
    trials: pd.DataFrame,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    **options: Any,
) -> pd.DataFrame:
    """Return the metric called `name` for each arm, with its interval and what was undefined.

    Parameters
    ----------
    name : a metric of trials, persons or arms
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm` and those that the metric needs.
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    options : further arguments of the metric

    Returns
    -------
    DataFrame indexed by arm
        `estimate` in the metric's unit, `low`, `high`, `people` (with a value), `trials` (with a value; of a
        metric of persons: the trials of the arm), `undefined` (trials, or of a metric of persons people,
        without a value). A metric of arms may add columns. The interval of a metric of trials is two-way
        cluster-robust; that of a metric of persons is Student's over people, and takes the items as fixed.

    Raises
    ------
    UnknownName : there is no such metric, or it says nothing about single arms.
    MissingColumns : the message lists the absent columns and the present ones.
    """
    require_columns(trials, "arm", "participant", name="the table of trials")
    require_alpha(alpha)
    function, card = get_metric(name), describe_metric(name)
    order = arms_of(trials, arms)
    if card.level == "trial":
        valued = trials.assign(value=function(trials, **options))
        is_share = card.unit == "share"
        return as_arm_table(mean_by_arm(valued, "value", arms=order, alpha=alpha, is_share=is_share))
    if card.level == "person":
        rows = [_people(function(_of(trials, arm), **options), _of(trials, arm), alpha) for arm in order]
        return pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"), columns=COLUMNS)
    _refuse_tables(card)
    return function(trials, arms=order, alpha=alpha, **options)


def metric_contrasts(
    name: str,
    trials: pd.DataFrame,
    reference: str,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    family: str = "holm",
    margin: float | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Return the difference of each arm to the reference in the metric called `name`.

    Parameters
    ----------
    name, trials, arms, options : as in `metric_by_arm`
    reference : the arm that the others are compared to
    alpha : level of the tests; intervals have level 1 − alpha and are not adjusted
    family : `holm` adjusts the p-values over the contrasts, those of equivalence too; `none` leaves them
    margin : equivalence margin in the metric's unit

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        At least `estimate`, `low`, `high`, `p`, `p_adjusted` and `within_margin` (whether two
        one-sided tests at alpha reject; unadjusted, whether the 1 − 2·alpha interval lies inside the margin;
        missing without one). For a metric of trials all of `compare_arms`; for one of persons
        Welch's t, or the paired t where people are in both arms.

    Raises
    ------
    UnknownName : there is no such metric or arm, or the metric has no differences between arms.
    MissingColumns : the message lists the absent columns and the present ones.
    """
    require_columns(trials, "arm", "participant", name="the table of trials")
    require_alpha(alpha)
    require_choice("family", family, CORRECTIONS)
    require_margin(margin)
    function, card = get_metric(name), describe_metric(name)
    order = arms_of(trials, arms)
    if reference not in order:
        raise UnknownName(f"The reference {reference!r} is no arm. Arms: {', '.join(order) or 'none'}.")
    told: dict[str, Any] = {"arms": order, "alpha": alpha, "family": family, "margin": margin}
    if card.level == "trial":
        valued = trials.assign(value=function(trials, **options))
        return compare_arms(valued, "value", reference=reference, **told)
    if card.level == "person":
        values = {arm: function(_of(trials, arm), **options) for arm in order}
        return _between_people(values, reference, alpha, family, margin)
    _refuse_tables(card)
    if card.contrasts is None:
        raise UnknownName(f"Metric {name!r} has no test of the differences between arms.")
    return card.contrasts(trials, reference, **told, **options)


def applicable(trials: pd.DataFrame, table: str = "trials") -> list[str]:
    """Return the metrics that these trials allow: each needed column holds values, no option is open.

    Parameters
    ----------
    trials : DataFrame, one row per trial, or another table of the study
    table : which table it is, as `Metric.table` calls it
    """
    return [name for name in METRICS if _applies(describe_metric(name), trials, table)]


def arms_of(trials: pd.DataFrame, arms: Sequence[str] | None = None) -> list[str]:
    """Return the given arms, or those of the table in the order of its categories or of its rows."""
    require_columns(trials, "arm", name="the table of trials")
    return levels_of(trials["arm"], arms)


def as_arm_table(means: pd.DataFrame) -> pd.DataFrame:
    """Return what `mean_by_arm` returns under the names that every metric of arms has."""
    return means.rename(columns={"mean": "estimate", "missing": "undefined"})[COLUMNS]


def _applies(card: Metric, trials: pd.DataFrame, table: str) -> bool:
    if card.table != table or card.options or not has_values(trials, *card.needs):
        return False
    return not card.tasks or ("task" in trials.columns and bool(trials["task"].isin(card.tasks).any()))


def _refuse_tables(card: Metric) -> None:
    if card.level == "table":
        raise UnknownName(
            f"Metric {card.name!r} is a table of its own, without one value per arm: call it by `get_metric`."
        )


def _of(trials: pd.DataFrame, arm: str) -> pd.DataFrame:
    return trials[(trials["arm"] == arm).fillna(False).astype(bool)]


def _people(values: pd.Series, trials: pd.DataFrame, alpha: float) -> list[float | int]:
    told = mean_and_t_interval(values, alpha)
    counts = [told["people"], len(trials), int(values.isna().sum())]
    return [told["mean"], told["low"], told["high"], *counts]


def _between_people(
    values: dict[str, pd.Series], reference: str, alpha: float, family: str, margin: float | None
) -> pd.DataFrame:
    others = [arm for arm in values if arm != reference]
    rows = [person_difference(values[arm], values[reference], alpha) for arm in others]
    table = pd.DataFrame(rows, index=pd.Index(others, name="arm", dtype="str"))
    p = table["p"] if len(table) else pd.Series(dtype=float)
    table["p_adjusted"] = holm(p) if family == "holm" else np.asarray(p)
    p_margin = None if margin is None or table.empty else t_margin_p(table, margin)
    return table.assign(within_margin=within_margin(p_margin, table.index, alpha, family))
