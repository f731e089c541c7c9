"""Whether people's confidence fits how often they are right: only for a stated probability of being right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.columns import has_values, require_columns
from analysis.errors import MissingColumns
from analysis.inference.arms import mean_by_arm
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.values import floats, truths

BINS = 10
NEEDS = ("correct", "confidence", "confidence_scale")


def probabilistic(
    trials: pd.DataFrame, confidence: str = "confidence", correct: str = "correct"
) -> pd.DataFrame:
    """Return the trials whose confidence is declared a probability, with confidence and correctness given.

    They stand in the columns `confidence` and `correct`, as floats, whichever columns they come from.

    Raises
    ------
    MissingColumns : a column is absent or holds no numbers, or a probability lies outside [0, 1].
    """
    require_columns(trials, correct, confidence, "confidence_scale", name="the table of trials")
    declared = trials[trials["confidence_scale"] == "probability"].dropna(subset=[confidence, correct])
    sure = floats(declared[confidence])
    if (beyond := (sure < 0) | (sure > 1)).any():
        raise MissingColumns(
            f"column {confidence!r} holds {sure[beyond].iloc[0]:g} in row {sure.index[beyond][0]!r}; it is declared "
            "a probability, which lies in [0, 1]."
        )
    return declared.assign(correct=truths(declared, correct), confidence=sure)


@metric(
    name="brier",
    label="Brier score",
    unit="squared difference of probabilities",
    level="trial",
    needs=NEEDS,
    better="lower",
)
def brier_score(trials: pd.DataFrame, confidence: str = "confidence", correct: str = "correct") -> pd.Series:
    """Squared distance between the stated probability of being right and being right (1) or wrong (0).

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `confidence_scale` and those of `confidence` (in [0, 1]) and `correct` (boolean).
    confidence, correct : which answer, for example `first_confidence` and `first_correct`

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        0 is best, .25 is always saying one half. NaN where confidence is not declared a probability of being
        right, or where it or correctness is missing.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Brier (1950), "Verification of Forecasts Expressed in Terms of Probability", Mon. Weather Rev. 78(1).
    """
    declared = probabilistic(trials, confidence, correct)
    return (_gap(declared) ** 2).reindex(trials.index).rename("brier_score")


@metric(
    name="overconfidence",
    label="Over-confidence",
    unit="difference of shares",
    level="trial",
    needs=NEEDS,
)
def overconfidence(
    trials: pd.DataFrame, confidence: str = "confidence", correct: str = "correct"
) -> pd.Series:
    """Stated probability of being right minus being right (1) or wrong (0); its mean is over-confidence.

    Parameters, Raises
    ------------------
    As for `brier_score`.

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        Mean above 0: over-confident, below 0: under-confident. NaN as for `brier_score`.

    Source
    ------
    Lichtenstein, Fischhoff and Phillips (1982), in "Judgment under Uncertainty".
    """
    declared = probabilistic(trials, confidence, correct)
    return _gap(declared).reindex(trials.index).rename("overconfidence")


@metric(name="calibration", label="Calibration", unit="probability", level="table", needs=NEEDS)
def calibration_by_arm(
    trials: pd.DataFrame,
    bins: int = BINS,
    alpha: float = 0.05,
    *,
    arms: Sequence[str] | None = None,
    confidence: str = "confidence",
    correct: str = "correct",
) -> pd.DataFrame:
    """Over-confidence, Brier score and expected calibration error of each arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `correct` (boolean), `confidence` (in [0, 1] where it is a
        probability), `confidence_scale`, and optionally `chance` (1/k, the probability that a guess among k
        answers is right).
    bins : number of bins of equal width for the calibration error; a value on an edge belongs to the lower
    alpha : one minus the level of the intervals
    arms : which arms, in order; by default those of the table, in the order of categories or of rows
    confidence, correct : which answer, as for `brier_score`

    Returns
    -------
    DataFrame indexed by arm
        `people`, `trials`, `confidence` (mean), `accuracy`, `overconfidence` (confidence − accuracy; below
        zero: under-confidence), `brier` (mean squared distance, 0 is best, .25 for always saying one half),
        each with `…_low` and `…_high` (two-way cluster-robust); `ece` (mean |confidence − accuracy| of a
        bin, weighted by its trials), which has no interval as it is never below zero and grows with chance;
        `undefined`: trials without an answer, or without a confidence that is a probability; and
        `below_floor`: trials, among those used, whose confidence is below `chance`, which no probability of
        being right need be (missing where `chance` is not known). They are kept: to drop them would
        choose by outcome.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Brier (1950), "Verification of Forecasts Expressed in Terms of Probability", Mon. Weather Rev. 78(1).
    Naeini, Cooper and Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    AAAI. Over-confidence: Lichtenstein, Fischhoff and Phillips (1982), in "Judgment under Uncertainty".
    """
    require_columns(trials, "participant", "item", "arm", name="the table of trials")
    declared = probabilistic(trials, confidence, correct)
    curve = _curve(declared, bins)
    order = arms_of(trials, arms)
    told = declared.assign(
        accuracy=declared["correct"],
        overconfidence=_gap(declared),
        brier=_gap(declared) ** 2,
        participant=pd.factorize(declared["participant"])[0],  # numbers sort faster than names
        item=pd.factorize(declared["item"])[0],
    )
    means = {name: mean_by_arm(told, name, arms=order, alpha=alpha) for name in _MEANS}
    table = means["brier"][["people", "trials"]].copy()
    for name, mean in means.items():
        table[[name, f"{name}_low", f"{name}_high"]] = mean[["mean", "low", "high"]]
    table["ece"] = [_calibration_error(curve[curve["arm"] == arm]) for arm in order]
    table["undefined"] = [int((trials["arm"] == arm).sum()) for arm in order] - table["trials"]
    floors = [_below_floor(declared[declared["arm"] == arm]) for arm in order]
    table["below_floor"] = pd.array(floors, dtype="Int64")
    return table


@metric(
    name="calibration-curve", label="Accuracy by stated confidence", unit="share", level="table", needs=NEEDS
)
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
    require_columns(trials, "participant", "arm", name="the table of trials")
    return _curve(probabilistic(trials), bins)


def _curve(declared: pd.DataFrame, bins: int) -> pd.DataFrame:
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


_MEANS = ("confidence", "accuracy", "overconfidence", "brier")


def _gap(trials: pd.DataFrame) -> pd.Series:
    return trials["confidence"] - trials["correct"]


def _calibration_error(curve: pd.DataFrame) -> float:
    gap = (curve["confidence"] - curve["accuracy"]).abs()
    return float((gap * curve["trials"]).sum() / curve["trials"].sum()) if len(curve) else float("nan")


def _below_floor(declared: pd.DataFrame) -> int | None:
    """Return how many confidences are below chance; None where chance is not known for any trial."""
    if not has_values(declared, "chance"):
        return None
    floor = floats(declared["chance"])
    return int((declared["confidence"] < floor - 1e-9).sum())
