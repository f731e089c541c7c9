"""Accuracy that is not owed to explanations that give the output away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import compare_arms, mean_by_arm
from analysis.inference.holm import holm
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.by_arm import arms_of, as_arm_table
from analysis.metrics.metric import metric

SHARES = {True: 0.5, False: 0.5}


def leakage_adjusted_contrasts(
    trials: pd.DataFrame,
    reference: str,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    family: str = "holm",
    margin: float | None = None,
) -> pd.DataFrame:
    """Return the leakage-adjusted simulatability of each arm's explanations, as `compare_arms` does.

    The difference to the reference on leaking and on non-leaking items, each averaged, and then the mean of
    the two: LAS = (LAS₀ + LAS₁) / 2. An item of the reference, where no explanation could leak, counts as
    leaking where the arm's explanation of the same item does.
    """
    judged = _judged(trials)
    told: dict[str, Any] = {"reference": reference, "alpha": alpha, "margin": margin, "shares": SHARES}
    rows = [
        compare_arms(_paired(judged, arm), "value", arms=[reference, arm], stratum="leaks", **told)
        for arm in arms_of(trials, arms)
        if arm != reference
    ]
    table = pd.concat(rows) if rows else compare_arms(judged, "value", arms=[reference], **told)
    table["p_adjusted"] = holm(table["p"]) if family == "holm" else table["p"]
    return table.assign(differs=table["p_adjusted"] < alpha)


@metric(
    name="leakage-adjusted-accuracy",
    label="Leakage-adjusted accuracy",
    unit="share",
    level="arm",
    needs=("correct", "leaks"),
    better="higher",
    contrasts=leakage_adjusted_contrasts,
)
def leakage_adjusted_accuracy(
    trials: pd.DataFrame, *, arms: Sequence[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """Mean of the accuracy on items whose explanation leaks the output and that on the other items.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, and the booleans `correct` and `leaks` (a simple predictor that
        sees the explanation alone guesses the output; missing allowed).
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm
        `estimate` in [0, 1] with `low`, `high` (two-way cluster-robust), `people`, `trials`, `undefined`
        (trials without `correct` or `leaks`). NaN for an arm without trials of either kind.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Hase, Zhang, Xie and Bansal (2020), "Leakage-Adjusted Simulatability: Can Models Generate Non-Trivial
    Explanations of Their Behavior in Natural Language?", Findings of EMNLP. There LAS is a difference to
    the baseline without explanations: that is this metric's contrast.
    """
    weighted: dict[str, Any] = {"stratum": "leaks", "shares": SHARES}
    return as_arm_table(mean_by_arm(_judged(trials), "value", arms=arms, alpha=alpha, **weighted))


def _judged(trials: pd.DataFrame) -> pd.DataFrame:
    require_columns(trials, "arm", "item", "correct", "leaks", name="the table of trials")
    return trials.assign(value=simulation_accuracy(trials))


def _paired(trials: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Give every trial of an item what the arm's explanation of that item does; missing where it varies."""
    by_item = trials[trials["arm"] == arm].groupby("item")["leaks"]
    leaks = by_item.first().where(by_item.nunique() == 1)
    return trials.assign(leaks=trials["item"].map(leaks).astype("boolean"))
