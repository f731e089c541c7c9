"""Which items trip up the model, the people, or both."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.inference.means import wilson_interval
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.metric import metric

KINDS = ("both", "model", "people", "neither")


@metric(
    name="tripping-items",
    label="Items that trip up the model, the people, both",
    unit="share",
    level="table",
    needs=("correct", "model_correct"),
)
def tripping_items(trials: pd.DataFrame, threshold: float = 0.5, alpha: float = 0.05) -> pd.DataFrame:
    """Say of each item whether the model gets it wrong, and whether most people do.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `item`, `correct`, `model_correct` (booleans, missing allowed), and optionally `model`: then
        each item of each model by itself.
    threshold : an item trips up the people if less than this share of their answers is right
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by item (and model)
        `model_correct` (missing where the trials of the item disagree or do not say), `accuracy` of the people
        over all arms with `low`, `high` (Wilson's interval over people), `n` (answers), `undefined` (trials
        without correctness) and `trips`: `both`, `model`, `people`, `neither`; missing where the accuracy or
        the model's correctness is not known.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    The split by who errs is that of Bansal et al. (2021), "Does the Whole Exceed its Parts?", CHI; the
    threshold is ours. In a simulation task people err who do not foretell the output, right or wrong.
    """
    require_columns(trials, "item", "correct", "model_correct", name="the table of trials")
    keys = ["item", "model"] if "model" in trials.columns and trials["model"].notna().any() else ["item"]
    by_item = trials.assign(value=simulation_accuracy(trials)).groupby(keys)
    told = by_item["value"].agg(accuracy="mean", right="sum", n="count")
    told["low"], told["high"] = wilson_interval(told["right"], told["n"], alpha)
    told["undefined"] = by_item.size() - told["n"]
    model = by_item["model_correct"].first().where(by_item["model_correct"].nunique() == 1)
    told.insert(0, "model_correct", model.astype("boolean"))
    told["trips"] = _kinds(told["model_correct"], told["accuracy"] < threshold, told["n"] > 0)
    return told[["model_correct", "accuracy", "low", "high", "n", "undefined", "trips"]]


def _kinds(model_correct: pd.Series, people_err: pd.Series, answered: pd.Series) -> pd.Series:
    model_errs = (~model_correct).fillna(False).astype(bool)
    choices = np.select(
        [model_errs & people_err, model_errs, people_err], ["both", "model", "people"], default="neither"
    )
    told = pd.Series(choices, index=model_correct.index, dtype="str")
    return told.where(answered & model_correct.notna())
