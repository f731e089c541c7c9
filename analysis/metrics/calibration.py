"""Whether people's confidence fits how often they are right: only for a stated probability of being right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.columns import require_columns

BINS = 10


def probabilistic(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials whose confidence is declared a probability, with `confidence` and `correct` given."""
    require_columns(trials, "arm", "correct", "confidence", "confidence_scale", name="the table of trials")
    declared = trials[trials["confidence_scale"] == "probability"].dropna(subset=["confidence", "correct"])
    return declared.assign(correct=declared["correct"].astype("float64"))


def calibration_by_arm(trials: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """Over-confidence, Brier score and expected calibration error of each arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `arm`, `correct` (boolean), `confidence` (in [0, 1] where it is a
        probability), `confidence_scale`.
    bins : number of bins of equal width for the calibration error; a value on an edge belongs to the lower

    Returns
    -------
    DataFrame indexed by arm
        `people`, `trials`, `confidence` (mean), `accuracy`, `overconfidence` (confidence − accuracy; below
        zero: under-confidence), `brier` (mean squared distance, 0 is best, .25 for always saying one half),
        `ece` (mean |confidence − accuracy| of a bin, weighted by its trials), and `undefined`: trials
        without an answer, or without a confidence that is a probability.

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
    rows = {
        arm: _row(
            declared[declared["arm"] == arm], curve[curve["arm"] == arm], int((trials["arm"] == arm).sum())
        )
        for arm in trials["arm"].dropna().unique()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS).rename_axis("arm")


_COLUMNS = ["people", "trials", "confidence", "accuracy", "overconfidence", "brier", "ece", "undefined"]


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


def _row(mine: pd.DataFrame, curve: pd.DataFrame, all_trials: int) -> dict[str, float]:
    gap = (curve["confidence"] - curve["accuracy"]).abs()
    return {
        "people": int(mine["participant"].nunique()),
        "trials": len(mine),
        "confidence": mine["confidence"].mean(),
        "accuracy": mine["correct"].mean(),
        "overconfidence": mine["confidence"].mean() - mine["correct"].mean(),
        "brier": ((mine["confidence"] - mine["correct"]) ** 2).mean(),
        "ece": (gap * curve["trials"]).sum() / len(mine) if len(mine) else float("nan"),
        "undefined": all_trials - len(mine),
    }
