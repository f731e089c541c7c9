"""Whether people's confidence fits how often they are right: only for a stated probability of being right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import mean_by_arm

BINS = 10


def probabilistic(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials whose confidence is declared a probability, with `confidence` and `correct` given."""
    require_columns(trials, "arm", "correct", "confidence", "confidence_scale", name="the table of trials")
    declared = trials[trials["confidence_scale"] == "probability"].dropna(subset=["confidence", "correct"])
    return declared.assign(correct=declared["correct"].astype("float64"))


def calibration_by_arm(trials: pd.DataFrame, bins: int = BINS, alpha: float = 0.05) -> pd.DataFrame:
    """Over-confidence, Brier score and expected calibration error of each arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `correct` (boolean), `confidence` (in [0, 1] where it is a
        probability), `confidence_scale`.
    bins : number of bins of equal width for the calibration error; a value on an edge belongs to the lower
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm
        `people`, `trials`, `confidence` (mean), `accuracy`, `overconfidence` (confidence − accuracy; below
        zero: under-confidence), `brier` (mean squared distance, 0 is best, .25 for always saying one half),
        each with `…_low` and `…_high` (two-way cluster-robust); `ece` (mean |confidence − accuracy| of a
        bin, weighted by its trials), which has no interval as it is never below zero and grows with chance;
        and `undefined`: trials without an answer, or without a confidence that is a probability.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Brier (1950), "Verification of Forecasts Expressed in Terms of Probability", Mon. Weather Rev. 78(1).
    Naeini, Cooper and Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    AAAI. Over-confidence: Lichtenstein, Fischhoff and Phillips (1982), in "Judgment under Uncertainty".
    """
    declared = probabilistic(trials)
    curve = calibration_curve(trials, bins)
    arms = list(trials["arm"].dropna().unique())
    told = declared.assign(
        accuracy=declared["correct"], overconfidence=_gap(declared), brier=_gap(declared) ** 2
    )
    table = mean_by_arm(told, "brier", arms=arms)[["people", "trials"]].copy()
    for name in ("confidence", "accuracy", "overconfidence", "brier"):
        means = mean_by_arm(told, name, arms=arms, alpha=alpha)
        table[[name, f"{name}_low", f"{name}_high"]] = means[["mean", "low", "high"]]
    table["ece"] = [_calibration_error(curve[curve["arm"] == arm]) for arm in arms]
    table["undefined"] = [int((trials["arm"] == arm).sum()) for arm in arms] - table["trials"]
    return table


def calibration_curve(trials: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """Accuracy by stated confidence, in bins of equal width, for each arm.

    Parameters
    ----------
    trials, bins : as in `calibration_by_arm`

    Returns
    -------
    DataFrame, one row per arm and bin that holds a trial
        `arm`, `bin` (from 1), `above` and `up_to` (its edges), `people`, `trials`, `confidence` (mean),
        `accuracy`.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    The reliability diagram: Murphy and Winkler (1977), Appl. Statist. 26(1).
    """
    declared = probabilistic(trials)
    number = np.ceil(declared["confidence"].round(9) * bins).clip(1, bins).astype(int)
    grouped = declared.assign(bin=number).groupby(["arm", "bin"], sort=False)
    curve = grouped.agg(
        people=("participant", "nunique"),
        trials=("correct", "size"),
        confidence=("confidence", "mean"),
        accuracy=("correct", "mean"),
    )
    curve = curve.reset_index().sort_values(["arm", "bin"], kind="stable", ignore_index=True)
    curve.insert(2, "above", (curve["bin"] - 1) / bins)
    curve.insert(3, "up_to", curve["bin"] / bins)
    return curve


def _gap(trials: pd.DataFrame) -> pd.Series:
    return trials["confidence"] - trials["correct"]


def _calibration_error(curve: pd.DataFrame) -> float:
    gap = (curve["confidence"] - curve["accuracy"]).abs()
    return float((gap * curve["trials"]).sum() / curve["trials"].sum()) if len(curve) else float("nan")
