"""Accuracy as it would be at the model's natural error rate, or with as many right as wrong outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import compare_arms, mean_by_arm
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.by_arm import as_arm_table
from analysis.metrics.metric import metric


def natural_shares(error_rate: float) -> dict[bool, float]:
    """Return the weight of the items that the model gets right (True) and wrong (False)."""
    if not 0 <= error_rate <= 1:
        raise ValueError(f"error_rate is {error_rate!r}; a number from 0 to 1 is needed.")
    return {True: 1 - error_rate, False: error_rate}


def natural_contrasts(trials: pd.DataFrame, reference: str, error_rate: float, **told: Any) -> pd.DataFrame:
    """Return the difference of each arm to the reference, as `compare_arms` does, at the natural error rate."""
    return compare_arms(
        _judged(trials), "value", reference=reference, shares=natural_shares(error_rate), **told
    )


def balanced_contrasts(trials: pd.DataFrame, reference: str, **told: Any) -> pd.DataFrame:
    """Return the difference of each arm to the reference, as `compare_arms` does, in balanced accuracy."""
    return natural_contrasts(trials, reference, 0.5, **told)


@metric(
    name="accuracy-natural",
    label="Accuracy at the model's natural error rate",
    unit="share",
    level="arm",
    needs=("correct", "model_correct"),
    better="higher",
    contrasts=natural_contrasts,
)
def accuracy_at_natural_rate(
    trials: pd.DataFrame, error_rate: float, *, arms: Sequence[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """Accuracy of each arm, re-weighted to how often the model errs in natural use.

    A test often holds far more of the model's errors than natural use does. With e the natural error
    rate this is (1 − e) · mean on items that the model gets right + e · mean on those that it gets wrong.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, and the booleans `correct` and `model_correct` (missing allowed).
    error_rate : e, in [0, 1]
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm
        `estimate` in [0, 1] with `low`, `high` (two-way cluster-robust), `people`, `trials`, `undefined`
        (trials without `correct` or `model_correct`). NaN for an arm without trials of either kind, whatever
        e is.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Post-stratification: Holt and Smith (1979), "Post Stratification", JRSS A 142(1).
    """
    shares = natural_shares(error_rate)
    return as_arm_table(mean_by_arm(_judged(trials), "value", arms=arms, alpha=alpha, shares=shares))


@metric(
    name="accuracy-balanced",
    label="Accuracy balanced over the model's right and wrong outputs",
    unit="share",
    level="arm",
    needs=("correct", "model_correct"),
    better="higher",
    contrasts=balanced_contrasts,
)
def balanced_accuracy(
    trials: pd.DataFrame, *, arms: Sequence[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """Mean of the accuracy on items that the model gets right and that on items that it gets wrong.

    Who always answers with the truth, or always takes the model to be right, has one half.

    Parameters
    ----------
    trials, arms, alpha : as in `accuracy_at_natural_rate`

    Returns
    -------
    DataFrame indexed by arm, as `accuracy_at_natural_rate` returns it

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Brodersen et al. (2010), "The Balanced Accuracy and Its Posterior Distribution", ICPR, with the model's
    correctness as the class.
    """
    return accuracy_at_natural_rate(trials, 0.5, arms=arms, alpha=alpha)


def _judged(trials: pd.DataFrame) -> pd.DataFrame:
    require_columns(trials, "model_correct", name="the table of trials")
    return trials.assign(value=simulation_accuracy(trials))
