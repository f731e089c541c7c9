"""The item view: how each item fared in each arm."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.inference.means import wilson_interval
from analysis.metrics.metric import metric
from analysis.metrics.values import truths


@metric(
    name="item-view", label="Item view", unit="share", level="table", needs=("correct",), better="neither"
)
def item_view(trials: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """Accuracy on each item, in all and by arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `item`, `arm`, `correct` (boolean, missing allowed), and optionally `truth`, `output`,
        `model_correct`, which are the item's and shown where they are the same in all of its trials.
    alpha : one minus the level of the interval

    Returns
    -------
    DataFrame indexed by item, in order of the item's name
        `truth`, `output`, `model_correct` (as far as given), `accuracy` with `low`, `high` (Wilson's
        interval over people) and `n` over all arms, then for each arm, as a description without intervals,
        `accuracy ARM` and `n ARM`. NaN where an item was never answered in an arm, with n 0.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Classical item difficulty: the share of right answers. See `analysis.inference.means.wilson_interval`.
    """
    require_columns(trials, "item", "arm", "correct", name="the table of trials")
    judged = trials.assign(correct=truths(trials, "correct"))
    by_item = judged.groupby("item")
    view = pd.DataFrame({name: _constant(by_item[name]) for name in _FACTS if name in trials.columns})
    overall = by_item["correct"].agg(accuracy="mean", right="sum", n="count")
    overall["low"], overall["high"] = wilson_interval(overall["right"], overall["n"], alpha)
    overall = overall[["accuracy", "low", "high", "n"]]
    view = pd.concat([view, overall], axis=1) if len(view.columns) else overall
    for arm, mine in judged.groupby("arm", sort=False):
        told = mine.groupby("item")["correct"].agg(["mean", "count"]).reindex(view.index)
        view[f"accuracy {arm}"] = told["mean"]
        view[f"n {arm}"] = told["count"].fillna(0).astype(int)
    return view


_FACTS = ("truth", "output", "model_correct")


def _constant(values: pd.core.groupby.SeriesGroupBy) -> pd.Series:
    """Return each item's value, missing where its trials disagree."""
    return values.first().where(values.nunique(dropna=True) == 1)
