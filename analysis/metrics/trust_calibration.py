"""Whether trust and reliance follow the model's correctness: more where it is right than where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import compare_arms, mean_by_arm
from analysis.inference.two_way import Estimate, fit
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.reliance import follows_advice
from analysis.metrics.values import everyone, floats, truths


@metric(
    name="trust-calibration-per-person",
    label="Trust calibration, per person",
    unit="difference of shares",
    level="person",
    needs=("model_correct",),
    better="higher",
)
def trust_calibration(trials: pd.DataFrame, trust: str | None = None) -> pd.Series:
    """Each participant's mean trust where the model is right minus where it is wrong.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `model_correct` (boolean, missing allowed) and what reliance or `trust` needs.
    trust : a numeric column with trust in each output; by default following the advice (1) or not (0), see
        `analysis.metrics.reliance.follows_advice`

    Returns
    -------
    Series of shape (n_participants,), indexed by participant
        For reliance from −1 to 1: 1 follows right advice only, 0 follows right and wrong advice alike. NaN for
        a participant without right or without wrong advice.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Resolution of trust in Lee and See (2004), "Trust in Automation: Designing for Appropriate Reliance", Hum.
    Factors 46(1): how far trust tells states of capability apart; of reliance it is (1 − under-reliance) −
    over-reliance. What Zhang, Liao and Bellamy (2020), FAccT, call trust calibration.
    """
    require_columns(trials, "participant", "model_correct", name="the table of trials")
    trusted, right = _trust(trials, trust), truths(trials, "model_correct")
    means = [
        trusted.where(right == value).groupby(trials["participant"]).mean().reindex(everyone(trials))
        for value in (1, 0)
    ]
    return (means[0] - means[1]).rename("trust_calibration")


def trust_calibration_contrasts(
    trials: pd.DataFrame, reference: str, *, trust: str | None = None, **told: Any
) -> pd.DataFrame:
    """Return the differences of trust calibration to the reference arm, as `compare_arms` does."""
    shares = {1.0: 1.0, 0.0: -1.0}
    return compare_arms(
        _told(trials, trust), "trust", reference=reference, stratum="right", shares=shares, **told
    )


@metric(
    name="trust-calibration",
    label="Trust calibration",
    unit="difference of shares",
    level="arm",
    needs=("model_correct",),
    better="higher",
    contrasts=trust_calibration_contrasts,
)
def trust_calibration_by_arm(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    trust: str | None = None,
) -> pd.DataFrame:
    """Mean trust where the model is right minus where it is wrong, by arm.

    Parameters
    ----------
    trials, trust : as for `trust_calibration`, and `item`, `arm`
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm
        `estimate`, `low`, `high` (difference; two-way cluster-robust), `where_right` and `where_wrong` (means,
        each with `…_low`, `…_high`), `people`, `trials`, `undefined` (trials without trust or without
        knowing whether the model was right). NaN where an arm has only right or only wrong advice.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `trust_calibration` and `analysis.inference.two_way`.
    """
    told = _told(trials, trust)
    order = arms_of(trials, arms)
    used = told.dropna()
    rows = [_row(told[told["arm"] == arm], used[used["arm"] == arm], alpha) for arm in order]
    table = pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"), columns=_COLUMNS)
    for name, value in (("where_right", 1), ("where_wrong", 0)):
        means = mean_by_arm(used[used["right"] == value], "trust", arms=order, alpha=alpha)
        table[[name, f"{name}_low", f"{name}_high"]] = means[["mean", "low", "high"]]
    return table


_COLUMNS = ["estimate", "low", "high", "people", "trials", "undefined"]


def _told(trials: pd.DataFrame, trust: str | None) -> pd.DataFrame:
    require_columns(trials, "participant", "item", "arm", "model_correct", name="the table of trials")
    told = trials[["participant", "item", "arm"]]
    return told.assign(trust=_trust(trials, trust), right=truths(trials, "model_correct"))


def _trust(trials: pd.DataFrame, trust: str | None) -> pd.Series:
    if trust is None:
        return follows_advice(trials)
    require_columns(trials, trust, name="the table of trials")
    return floats(trials[trust])


def _row(told: pd.DataFrame, used: pd.DataFrame, alpha: float) -> dict[str, Any]:
    counts = {"people": int(used["participant"].nunique()), "trials": len(used)}
    counts["undefined"] = len(told) - len(used)
    gap = _gap(used, alpha)
    nan = float("nan")
    ends = (gap.estimate, gap.low, gap.high) if gap else (nan, nan, nan)
    return dict(zip(("estimate", "low", "high"), ends, strict=True)) | counts


def _gap(used: pd.DataFrame, alpha: float) -> Estimate | None:
    right = (used["right"] == 1).to_numpy()
    if right.all() or not right.any():
        return None
    design = np.column_stack([right, ~right]).astype(float)
    return fit(used["trust"], design, used["participant"], used["item"]).estimate([1, -1], alpha)
