"""The two-way (participants × items) bootstrap of labelled trials: any statistic of sums, by arm.

For whoever writes a metric: name the columns whose sums the statistic needs, and say how it follows from
the sums. RAIR, say, is taken chances over chances:

>>> table = two_way_bootstrap(trials, ["chance_taken", "had_chance"],
...                           lambda sums: sums["chance_taken"] / sums["had_chance"])

The function is called with whole arrays, one element per draw, and once with the observed sums.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.columns import as_finite, require_columns
from analysis.errors import MissingColumns, UnknownName
from analysis.inference.margin import percentile_margin_p
from analysis.options import levels_of, listed, require_alpha, require_draws, require_margin
from analysis.resampling import Progress, percentile_interval, percentile_p, resample_sums

__all__ = [
    "BootstrapSums",
    "Progress",
    "bootstrap_sums",
    "percentile_interval",
    "pigeonhole_means",
    "two_way_bootstrap",
]

Floats = NDArray[np.float64]
Statistic = Callable[[Mapping[str, Floats]], Floats]

DRAWS = 2000
_ARM = ["estimate", "low", "high", "draws", "undefined"]
_DIFFERENCE = [
    *("estimate", "low", "high", "p", "p_margin", "draws", "undefined"),
    *("people", "reference_people", "items", "trials"),
]


@dataclass(frozen=True)
class BootstrapSums:
    """Sums over each arm's trials, as observed and as drawn.

    `observed` has shape (arms, columns) and `drawn` (draws, arms, columns); the last of `columns` is
    "trials", their count. `counts` has a row for each arm: people, items, trials.
    """

    arms: list[str]
    columns: list[str]
    observed: Floats
    drawn: Floats
    counts: pd.DataFrame

    def values(self, statistic: Statistic) -> tuple[Floats, Floats]:
        """Return the statistic of each arm as observed, shape (arms,), and as drawn, shape (draws, arms)."""
        both = np.concatenate([self.observed[None], self.drawn])
        with np.errstate(divide="ignore", invalid="ignore"):
            by_arm = [
                np.broadcast_to(statistic(dict(zip(self.columns, both[:, i].T, strict=True))), len(both))
                for i in range(len(self.arms))
            ]
        values = np.column_stack(by_arm) if by_arm else np.zeros((len(both), 0))
        return values[0], values[1:]


def bootstrap_sums(
    trials: pd.DataFrame,
    columns: Sequence[str],
    *,
    arms: Sequence[str] | None = None,
    arm: str = "arm",
    participant: str = "participant",
    item: str = "item",
    **resampling: Any,
) -> BootstrapSums:
    """Add up columns over each arm's trials, as observed and in each draw of participants and items.

    Use it where a statistic needs several arms at once; `two_way_bootstrap` is shorter where it does not.

    Parameters
    ----------
    trials, columns, arms, arm, participant, item : as in `two_way_bootstrap`
    resampling : `draws`, `seed`, `n_jobs`, `progress` of `resample_sums`

    Returns
    -------
    BootstrapSums

    Raises
    ------
    MissingColumns : a column is absent, holds no numbers, or has a missing value; the message says which row.
    UnknownName : there is no arm.
    """
    columns = listed(columns)
    require_columns(trials, arm, participant, item, *columns, name="the table of trials")
    require_draws(resampling.get("draws", DRAWS))
    order = levels_of(trials[arm], arms)
    if not order:
        raise UnknownName(f"Column {arm!r} names no arm; the bootstrap needs at least one.")
    needed = list(dict.fromkeys([arm, participant, item, *columns]))  # a wide table is not copied
    used = trials.loc[trials[arm].isin(order), needed].dropna(subset=[arm, participant, item])
    numbers = np.column_stack([*(_numbers(used, name) for name in columns), np.ones(len(used))])
    where = used[arm].map({name: number for number, name in enumerate(order)}).to_numpy(dtype=int)
    drawn = resample_sums(
        numbers, where, used[participant], used[item], n_arms=len(order), **{"draws": DRAWS} | resampling
    )
    observed = np.stack([numbers[where == number].sum(axis=0) for number in range(len(order))])
    counts = [_counts(used[where == number], participant, item) for number in range(len(order))]
    return BootstrapSums(order, [*columns, "trials"], observed, drawn, _table(counts, order, list(counts[0])))


def two_way_bootstrap(
    trials: pd.DataFrame,
    columns: Sequence[str],
    statistic: Statistic,
    *,
    reference: str | None = None,
    arms: Sequence[str] | None = None,
    arm: str = "arm",
    participant: str = "participant",
    item: str = "item",
    alpha: float = 0.05,
    margin: float | None = None,
    **resampling: Any,
) -> pd.DataFrame:
    """Bootstrap any function of sums over trials, by arm or as differences to a reference arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Rows without an arm, participant or item are not used.
    columns : numbers or booleans to be summed over an arm's trials, without missing values: where a trial
        does not count, let it be 0 and let another column count those that do
    statistic : function of the sums
        Gets a mapping from each of `columns`, and from "trials" (how many), to an array with one element per
        draw; returns an array of that shape, NaN where undefined. It may divide by zero without a warning.
    reference : the arm that others are compared to; none gives each arm's own value
    arms : which arms, in order; by default those of the table
    arm, participant, item : names of the columns
    alpha : one minus the level of the intervals
    margin : equivalence margin of a difference, in the statistic's unit
    resampling : `draws`, `seed`, `n_jobs`, `progress` of `resample_sums`

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate` (of the observed sums), `low`, `high` (percentiles; NaN where the estimate is undefined), with a
        reference `p` (of no difference) and `p_margin` (of two one-sided tests that it lies within ± margin;
        NaN without a margin), `draws` (in which it was defined), `undefined` (in which it was not), `people`,
        `items`, `trials` and, with a reference, `reference_people`. Items and trials of a difference are
        those of both arms.

    Raises
    ------
    MissingColumns : a column is absent, holds no numbers, or has a missing value; the message says which row.
    UnknownName : there is no arm, or the reference is none of them.

    Source
    ------
    See `analysis.resampling`. The percentiles lean on many people and items; beware below 20 and 10.
    """
    require_alpha(alpha)
    require_margin(margin)
    names = {"arm": arm, "participant": participant, "item": item}
    sums = bootstrap_sums(trials, columns, arms=arms, **names, **resampling)
    observed, drawn = sums.values(statistic)
    if reference is None:
        rows = [_row(observed[i], drawn[:, i], alpha) for i in range(len(sums.arms))]
        return _table(rows, sums.arms, _ARM).join(sums.counts)
    if reference not in sums.arms:
        known = ", ".join(map(str, sums.arms)) or "none"
        raise UnknownName(f"The reference {reference!r} is no arm. Arms: {known}.")
    base, others = sums.arms.index(reference), [name for name in sums.arms if name != reference]
    rows = []
    for name in others:
        both = trials.loc[trials[arm].isin([name, reference]), [participant, item]].dropna()
        row = _difference(observed, drawn, sums.arms.index(name), base, alpha, margin)
        rows.append(row | _counts(both, participant, item) | {"people": sums.counts.loc[name, "people"]})
    return _table(rows, others, _DIFFERENCE).assign(reference_people=sums.counts.loc[reference, "people"])


def pigeonhole_means(
    outcome: ArrayLike,
    arms: ArrayLike,
    participants: ArrayLike,
    items: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    n_arms: int,
    shares: Sequence[float] = (1.0,),
    **resampling: Any,
) -> Floats:
    """Draw participants and items with replacement, and take each arm's mean each time.

    Parameters
    ----------
    outcome : shape (n,), without missing values
    arms : shape (n,), integers from 0 to n_arms − 1
    participants, items : shape (n,), any hashable values
    strata : shape (n,), integers from 0 to len(shares) − 1; none means one stratum
    shares : weight of each stratum's mean in the arm's mean
    resampling : `draws`, `seed`, `n_jobs`, `progress` of `resample_sums`

    Returns
    -------
    Array of shape (draws, n_arms)
        Means in the units of the outcome; NaN where a draw left an arm's stratum without a trial. The
        difference of two columns keeps shared items and shared people paired.

    Source
    ------
    See `analysis.resampling.two_way`.
    """
    y = np.asarray(outcome, dtype=float)
    of = np.zeros(len(y), dtype=int) if strata is None else np.asarray(strata)
    inside = (of[:, None] == np.arange(len(shares))).astype(float)
    sums = resample_sums(
        np.column_stack([inside * y[:, None], inside]), arms, participants, items, n_arms=n_arms, **resampling
    )
    totals, counts = np.split(sums, 2, axis=2)
    means = np.divide(totals, counts, out=np.full_like(totals, np.nan), where=counts > 0)
    return means @ np.asarray(shares, dtype=float)


def _numbers(used: pd.DataFrame, name: str) -> Floats:
    values = as_finite(used[name], name)
    if (absent := values.isna()).any():
        raise MissingColumns(f"column {name!r} has no value in row {values.index[absent][0]!r}.")
    return values.to_numpy()


def _row(estimate: float, drawn: Floats, alpha: float) -> dict[str, float]:
    low, high = percentile_interval(drawn, alpha) if np.isfinite(estimate) else (np.nan, np.nan)
    defined = int(np.isfinite(drawn).sum())
    estimate = float(estimate) if np.isfinite(estimate) else float("nan")
    return {
        "estimate": estimate,
        "low": low,
        "high": high,
        "draws": defined,
        "undefined": len(drawn) - defined,
    }


def _difference(
    estimates: Floats, values: Floats, arm: int, base: int, alpha: float, margin: float | None
) -> dict[str, float]:
    with np.errstate(invalid="ignore"):  # infinite minus infinite is undefined, and counted as such
        estimate, drawn = estimates[arm] - estimates[base], values[:, arm] - values[:, base]
    told = _row(estimate, drawn, alpha) | {"p": np.nan, "p_margin": np.nan}
    if np.isfinite(estimate):
        told["p"] = percentile_p(drawn)
        told["p_margin"] = np.nan if margin is None else percentile_margin_p(drawn, margin)
    return told


def _counts(rows: pd.DataFrame, participant: str, item: str) -> dict[str, int]:
    return {"people": rows[participant].nunique(), "items": rows[item].nunique(), "trials": len(rows)}


def _table(rows: list[dict[str, Any]], arms: list[str], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=pd.Index(arms, name="arm", dtype="str"), columns=columns)
