"""How long people take for an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import compare_arms, mean_by_arm
from analysis.metrics.metric import metric
from analysis.metrics.values import floats


@metric(
    name="log-response-time",
    label="Response time",
    unit="ln ms",
    level="trial",
    needs=("response_ms",),
    better="lower",
)
def log_response_time(trials: pd.DataFrame) -> pd.Series:
    """Natural logarithm of each response time in ms.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Column `response_ms` (ms from onset to answer; missing where nothing was measured).

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        NaN where the time is missing or zero, which has no logarithm.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Van der Linden (2006), "A Lognormal Model for Response Times on Test Items", JEBS 31(2).
    """
    require_columns(trials, "response_ms", name="the table of trials")
    times = floats(trials["response_ms"])
    return np.log(times.where(times > 0)).rename("log_response_time")


@metric(
    name="response-time",
    label="Response time by arm",
    unit="ms",
    level="table",
    needs=("response_ms",),
    better="lower",
)
def response_time_by_arm(
    trials: pd.DataFrame, arms: list[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """Median and geometric mean of the response times of each arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `response_ms`, and optionally `hidden_ms` (how long the page
        was not visible in that time, which the response time includes).
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the interval

    Returns
    -------
    DataFrame indexed by arm, times in ms
        `median_ms` with `median_low_ms` and `median_high_ms`, `mean_log` (mean of ln ms),
        `geometric_mean_ms` with `low_ms` and `high_ms` (two-way cluster-robust on the logarithm), `people`,
        `trials` (with a time), `undefined` (without one, or zero) and `hidden` (trials in which the page
        was out of sight for a while).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `log_response_time` and `analysis.inference.two_way`. The median's interval turns that of the share
    of times below it into times: Woodruff (1952), "Confidence Intervals for Medians and Other Position
    Measures", JASA 47(260).
    """
    told = trials.assign(log_ms=log_response_time(trials), is_hidden=_is_hidden(trials))
    means = mean_by_arm(told, "log_ms", arms=arms, alpha=alpha)
    timed = told[told["log_ms"].notna()].groupby("arm")
    table = pd.DataFrame(index=means.index)
    table[["median_ms", "median_low_ms", "median_high_ms"]] = _medians(told, means.index, alpha)
    table["mean_log"] = means["mean"]
    for ours, theirs in (("geometric_mean_ms", "mean"), ("low_ms", "low"), ("high_ms", "high")):
        table[ours] = np.exp(means[theirs].astype("float64"))
    table["people"], table["trials"], table["undefined"] = means["people"], means["trials"], means["missing"]
    table["hidden"] = timed["is_hidden"].sum().reindex(means.index, fill_value=0).astype(int)
    return table


@metric(
    name="response-time-ratio",
    label="Response time as a ratio to the reference",
    unit="ratio",
    level="table",
    needs=("response_ms",),
    better="lower",
)
def response_time_ratios(
    trials: pd.DataFrame,
    reference: str,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    family: str = "holm",
) -> pd.DataFrame:
    """Geometric mean time of each arm, divided by that of the reference: the log model by arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `response_ms`.
    reference : the arm that the others are compared to
    arms, alpha, family : as in `compare_arms`

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `ratio` (1.2: a fifth longer) with `low`, `high`, and `t`, `df`, `p`, `p_adjusted`, `people`,
        `reference_people`, `items`, `trials` of the difference in ln ms (two-way cluster-robust), and
        `undefined`: trials of either arm without a time, or zero. NaN as in `compare_arms`.

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.

    Source
    ------
    See `log_response_time`. A crossed mixed model of the logarithm: `analysis.mixed.fit_lmm`.
    """
    told = trials.assign(log_ms=log_response_time(trials))
    gaps = compare_arms(told, "log_ms", reference=reference, arms=arms, alpha=alpha, family=family)
    table = np.exp(gaps[["estimate", "low", "high"]].astype("float64")).rename(columns={"estimate": "ratio"})
    kept = ["t", "df", "p", "p_adjusted", "people", "reference_people", "items", "trials"]
    table[kept] = gaps[kept]
    open_by_arm = told["log_ms"].isna().groupby(told["arm"]).sum()
    counts = open_by_arm.reindex([reference, *table.index], fill_value=0)
    table["undefined"] = [int(counts[arm] + counts[reference]) for arm in table.index]
    return table


def _medians(trials: pd.DataFrame, arms: pd.Index, alpha: float) -> pd.DataFrame:
    """Return each arm's median and its ends, from the two-way interval of the share of times up to it."""
    timed = trials[trials["log_ms"].notna()]
    times = floats(timed["response_ms"])
    medians = times.groupby(timed["arm"]).median().reindex(arms)
    below = timed.assign(below=times <= timed["arm"].map(medians).astype("float64"))
    shares = mean_by_arm(below, "below", arms=list(arms), alpha=alpha)
    reach = shares["high"] - shares["mean"]
    reach = reach.where(reach < 0.5)  # beyond every time that was taken: nothing can be said
    rows = [
        [medians[arm], *(_quantile(times[timed["arm"] == arm], 0.5 + sign * reach[arm]) for sign in (-1, 1))]
        for arm in arms
    ]
    return pd.DataFrame(rows, index=arms, dtype="float64")


def _quantile(times: pd.Series, share: float) -> float:
    return float(times.quantile(share)) if np.isfinite(share) else float("nan")


def _is_hidden(trials: pd.DataFrame) -> pd.Series:
    if "hidden_ms" not in trials.columns:
        return pd.Series(False, index=trials.index)
    return (trials["hidden_ms"] > 0).fillna(False).astype(bool)
