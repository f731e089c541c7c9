"""Whether people give the same answer when an item comes again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.metrics.agreement import asked
from analysis.metrics.metric import metric


@metric(
    name="agreement-with-self",
    label="Agreement with oneself on repeated items",
    unit="share",
    level="trial",
    needs=("answer", "repeats"),
    better="higher",
    binary=True,
)
def agreement_with_self(trials: pd.DataFrame, column: str = "answer") -> pd.Series:
    """Whether the answer to a repeated showing is the answer that the same person gave at first.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `column`, and `repeats`: the name of the item that this trial shows
        again, missing in all other trials; optionally `model` and `question`, which must then be the same.
    column : the answers

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 for the same answer, 0 for another; NaN in trials that repeat nothing, and where either answer is
        missing.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Intra-rater agreement as a share: Gwet (2014), "Handbook of Inter-Rater Reliability", chapter 1.
    """
    require_columns(trials, "participant", "item", "repeats", column, name="the table of trials")
    again = trials["repeats"].notna()
    first = trials[~again].drop_duplicates(asked(trials)).set_index(asked(trials))[column]
    sought = trials[again].assign(item=trials["repeats"])
    then = first.reindex(pd.MultiIndex.from_frame(sought[asked(trials)])).to_numpy(dtype=object)
    now = sought[column].to_numpy(dtype=object)
    told = pd.notna(then) & pd.notna(now)
    same = np.full(len(told), np.nan)
    same[told] = (then[told] == now[told]).astype(float)
    values = np.full(len(trials), np.nan)
    values[again.to_numpy(dtype=bool)] = same
    return pd.Series(values, index=trials.index, name="agreement_with_self")
