"""Measures of an arm's pooled trials that are no mean of trials, with intervals over participants and items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.inference.bootstrap import Statistic, two_way_bootstrap
from analysis.inference.holm import holm
from analysis.inference.margin import within_margin
from analysis.metrics.by_arm import arms_of

DRAWS = 1000  # as many as percentile intervals need (Davison and Hinkley 1997, section 5.2)


def pooled_by_arm(
    trials: pd.DataFrame,
    sums: Mapping[str, pd.Series],
    statistic: Statistic,
    *,
    known: pd.Series | None = None,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    **resampling: Any,
) -> pd.DataFrame:
    """Compute a statistic of sums over each arm's trials, with its two-way bootstrap interval.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`.
    sums : name → numbers or booleans on the index of the trials; a trial in which any is NaN is undefined
    known : whether each trial counts; a trial that does not is undefined. By default all do
    statistic : as in `two_way_bootstrap`
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    resampling : `draws` and `seed` of the bootstrap

    Returns
    -------
    DataFrame indexed by arm
        `estimate`, `low`, `high` (percentiles), `people`, `trials` (those used), `undefined` (trials left
        out). NaN where the statistic is undefined; an arm with fewer than two people or items has no interval.

    Source
    ------
    See `analysis.inference.bootstrap`.
    """
    order = arms_of(trials, arms)
    used = used_trials(trials, sums, known)
    if used.empty or not order:
        table = pd.DataFrame(np.nan, index=pd.Index(order, name="arm", dtype="str"), columns=_ENDS)
        table = table.assign(people=0, trials=0)
    else:
        told = {"draws": DRAWS} | resampling
        table = two_way_bootstrap(used, list(sums), statistic, arms=order, alpha=alpha, **told)
        table[["low", "high"]] = table[["low", "high"]].where(is_enough(table))
    return table[[*_ENDS, "people", "trials"]].assign(undefined=left_out(trials, used, order))


def pooled_contrasts(
    trials: pd.DataFrame,
    sums: Mapping[str, pd.Series],
    statistic: Statistic,
    reference: str,
    *,
    known: pd.Series | None = None,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    family: str = "holm",
    margin: float | None = None,
    **resampling: Any,
) -> pd.DataFrame:
    """Compute the difference of each arm to the reference in a statistic of sums.

    Parameters
    ----------
    trials, sums, statistic, known, arms, alpha, resampling : as in `pooled_by_arm`
    reference : the arm that the others are compared to
    family : `holm` adjusts the p-values over the contrasts, those of equivalence too; `none` leaves them
    margin : equivalence margin in the statistic's unit

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate`, `low`, `high`, `p`, `p_adjusted`, `within_margin` (whether two one-sided bootstrap
        tests at alpha reject; unadjusted, whether the 1 − 2·alpha interval of percentiles lies inside the margin;
        missing without a margin or an interval), `people`, `reference_people`, `items`, `trials`.

    Raises
    ------
    UnknownName : the reference is no arm.
    """
    told = {"draws": DRAWS} | resampling
    table = two_way_bootstrap(
        used_trials(trials, sums, known),
        list(sums),
        statistic,
        reference=reference,
        arms=arms_of(trials, arms),
        alpha=alpha,
        margin=margin,
        **told,
    )
    enough = is_enough(table) & (table["reference_people"] > 1)
    tested = ["low", "high", "p", "p_margin"]
    table[tested] = table[tested].where(enough)
    table["p_adjusted"] = holm(table["p"]) if family == "holm" else table["p"]
    p_margin = None if margin is None else table["p_margin"]
    shown = within_margin(p_margin, table.index, alpha, family)
    return table.drop(columns=["draws", "undefined", "p_margin"]).assign(within_margin=shown)


def is_enough(counts: pd.DataFrame) -> pd.Series:
    """Say whether each arm has two people and two items, without which there is nothing to resample."""
    return (counts["people"] > 1) & (counts["items"] > 1)


_ENDS = ["estimate", "low", "high"]


def used_trials(
    trials: pd.DataFrame, sums: Mapping[str, pd.Series], known: pd.Series | None = None
) -> pd.DataFrame:
    """Return participant, item, arm and the sums of the trials that count and lack nothing."""
    told = trials[["participant", "item", "arm"]].assign(**sums)
    return (told if known is None else told[known]).dropna()


def left_out(trials: pd.DataFrame, used: pd.DataFrame, order: Sequence[str]) -> list[int]:
    """Return how many trials of each arm are not among those used."""
    every, left = trials["arm"].value_counts(), used["arm"].value_counts()
    return [int(every.get(arm, 0) - left.get(arm, 0)) for arm in order]
