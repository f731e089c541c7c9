"""Accuracy as it would be at the model's natural error rate."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.metrics.accuracy import simulation_accuracy


def natural_shares(error_rate: float) -> dict[bool, float]:
    """Return the weight of the items that the model gets right (True) and wrong (False)."""
    if not 0 <= error_rate <= 1:
        raise ValueError(f"error_rate is {error_rate!r}; a number from 0 to 1 is needed.")
    return {True: 1 - error_rate, False: error_rate}


def accuracy_at_natural_rate(trials: pd.DataFrame, error_rate: float) -> pd.Series:
    """Accuracy of each arm, re-weighted to how often the model errs in natural use.

    A test often holds far more of the model's errors than natural use does. With e the natural error
    rate this is (1 − e) · mean on items that the model gets right + e · mean on those that it gets wrong.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `arm`, and the booleans `correct` and `model_correct` (missing allowed).
    error_rate : e, in [0, 1]

    Returns
    -------
    Series of float indexed by arm
        Proportion in [0, 1]; NaN for an arm without trials of either kind, whatever e is. For the
        interval give `shares=natural_shares(e)` to `analysis.inference.mean_by_arm`.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Post-stratification: Holt and Smith (1979), "Post Stratification", JRSS A 142(1).
    """
    require_columns(trials, "arm", "correct", "model_correct", name="the table of trials")
    values = trials.assign(value=simulation_accuracy(trials))
    means = values.groupby(["arm", "model_correct"])["value"].mean().unstack()
    weighted = [means.get(right, float("nan")) * share for right, share in natural_shares(error_rate).items()]
    arms = pd.Index(trials["arm"].dropna().unique(), name="arm")
    total = pd.Series(weighted[0] + weighted[1], index=means.index, dtype="float64")
    return total.reindex(arms).rename("accuracy_natural")
