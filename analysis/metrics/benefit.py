"""What each explanation did for people on each item."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric


@metric(
    name="benefit-by-stimulus",
    label="Benefit of each explanation on each item",
    unit="difference of shares",
    level="table",
    needs=("correct",),
    better="higher",
)
def benefit_by_stimulus(
    trials: pd.DataFrame, reference: str, *, arms: Sequence[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """Accuracy on an item with an arm's explanation, minus that of the reference on the same item.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `item`, `arm`, `correct` (boolean, missing allowed). The answers to an item should be those of
        different people.
    reference : the arm without explanations
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame, one row per arm (without the reference) and item
        `arm`, `item`, `accuracy`, `n`, `reference_accuracy`, `reference_n`, `benefit` in [−1, 1] (NaN where
        either has no answer), `se`, `low`, `high` (Agresti and Caffo's, about a difference that is drawn to
        zero a little; the interval need not have the benefit in its middle).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    UnknownName : the reference is no arm.

    Source
    ------
    Agresti and Caffo (2000), "Simple and Effective Confidence Intervals for Proportions and Differences of
    Proportions", Am. Stat. 54(4): one right and one wrong answer are added to either side.
    """
    require_columns(trials, "item", "arm", "correct", name="the table of trials")
    order = arms_of(trials, arms)
    if reference not in order:
        raise UnknownName(f"The reference {reference!r} is no arm. Arms: {', '.join(order) or 'none'}.")
    told = trials.assign(value=simulation_accuracy(trials))
    counts = told.groupby(["arm", "item"])["value"].agg(right="sum", n="count")
    items = pd.Index(sorted(told["item"].dropna().unique()), name="item")
    theirs = _of(counts, reference, items)
    tables = [_benefit(_of(counts, arm, items), theirs, arm, alpha) for arm in order if arm != reference]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=_BENEFIT)


_BENEFIT = [
    *("arm", "item", "accuracy", "n", "reference_accuracy", "reference_n", "benefit", "se", "low", "high")
]


def _of(counts: pd.DataFrame, arm: str, items: pd.Index) -> pd.DataFrame:
    mine = counts[counts.index.get_level_values("arm") == arm].droplevel("arm")
    return mine.reindex(items, fill_value=0)


def _benefit(mine: pd.DataFrame, theirs: pd.DataFrame, arm: str, alpha: float) -> pd.DataFrame:
    shares = [side["right"] / side["n"].where(side["n"] > 0) for side in (mine, theirs)]
    drawn = [(side["right"] + 1) / (side["n"] + 2) for side in (mine, theirs)]
    parts = [p * (1 - p) / (side["n"] + 2) for p, side in zip(drawn, (mine, theirs), strict=True)]
    known = shares[0].notna() & shares[1].notna()
    se = np.sqrt(parts[0] + parts[1]).where(known)
    reach = float(stats.norm.ppf(1 - alpha / 2)) * se
    table = pd.DataFrame({"arm": arm, "accuracy": shares[0], "n": mine["n"]}, index=mine.index)
    table["reference_accuracy"], table["reference_n"] = shares[1], theirs["n"]
    table["benefit"], table["se"] = shares[0] - shares[1], se
    table["low"], table["high"] = drawn[0] - drawn[1] - reach, drawn[0] - drawn[1] + reach
    return table.reset_index()[_BENEFIT]
