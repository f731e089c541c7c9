"""Whether people are surer when they are right: the area under the type-2 ROC curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.inference.bootstrap import Statistic
from analysis.metrics.metric import metric
from analysis.metrics.pooled import pooled_by_arm, pooled_contrasts
from analysis.metrics.values import everyone, floats, truths

LEVELS = 10  # pooled confidence with more distinct values is cut into as many groups of equal size


@metric(
    name="auroc2",
    label="Type-2 ROC area, per person",
    unit="probability",
    level="person",
    needs=("correct", "confidence"),
    better="higher",
)
def auroc2(trials: pd.DataFrame, confidence: str = "confidence", correct: str = "correct") -> pd.Series:
    """Probability that a participant is surer of a right answer than of a wrong one, ties counting half.

    Only the order of the confidences counts, so they need not be probabilities.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant` and those of `confidence` (any number) and `correct` (boolean), missing allowed.
    confidence, correct : which answer, for example `first_confidence` and `first_correct`

    Returns
    -------
    Series of shape (n_participants,), indexed by participant
        .5: confidence does not tell right from wrong; 1: it does without fail; NaN for a participant who was
        always right or always wrong. One who always gave the same confidence has .5.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Clarke, Birdsall and Tanner (1959), "Two Types of ROC Curves and Definitions of Parameters", JASA 31(5);
    Fleming and Lau (2014), "How to Measure Metacognition", Front. Hum. Neurosci. 8. It rises with accuracy
    in the task itself; `meta-d-prime` is on the scale of d′ and can be compared with it.
    """
    require_columns(trials, "participant", correct, confidence, name="the table of trials")
    told = pd.DataFrame(
        {
            "who": trials["participant"],
            "sure": floats(trials[confidence]),
            "right": truths(trials, correct),
        }
    ).dropna()
    ranks = told.groupby("who")["sure"].rank()
    counts = told.groupby("who")["right"].agg(["sum", "count"])
    right, wrong = counts["sum"], counts["count"] - counts["sum"]
    above = (ranks * told["right"]).groupby(told["who"]).sum() - right * (right + 1) / 2
    area = above / (right * wrong).where(right * wrong > 0)
    return area.reindex(everyone(trials)).astype("float64").rename("auroc2")


def auroc2_contrasts(
    trials: pd.DataFrame,
    reference: str,
    *,
    confidence: str = "confidence",
    correct: str = "correct",
    **told: Any,
) -> pd.DataFrame:
    """Return the differences of the pooled area to the reference arm; see `pooled_contrasts`."""
    sums, area, known = _parts(trials, confidence, correct)
    return pooled_contrasts(trials, sums, area, reference, known=known, **told)


@metric(
    name="auroc2-pooled",
    label="Type-2 ROC area, pooled",
    unit="probability",
    level="arm",
    needs=("correct", "confidence"),
    better="higher",
    contrasts=auroc2_contrasts,
)
def auroc2_by_arm(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    confidence: str = "confidence",
    correct: str = "correct",
    **resampling: Any,
) -> pd.DataFrame:
    """Type-2 ROC area of each arm's trials taken together, with its interval over participants and items.

    Parameters
    ----------
    trials, confidence, correct : as for `auroc2`, and `item`, `arm`
    arms, alpha, resampling : as in `pooled_by_arm`

    Returns
    -------
    DataFrame indexed by arm, as `pooled_by_arm` returns it
        It compares the confidence of different people, so people who are surer and better raise it; prefer
        the mean of people (`auroc2`) where they have trials enough. More than 10 distinct confidences are
        cut into 10 groups of about equal size, within which they count as ties.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `auroc2`.
    """
    sums, area, known = _parts(trials, confidence, correct)
    return pooled_by_arm(trials, sums, area, known=known, arms=arms, alpha=alpha, **resampling)


def confidence_levels(confidence: pd.Series, most: int) -> pd.Series:
    """Number the distinct confidences from 0 in rising order; NaN stays.

    Where there are more than `most`, they are cut at the quantiles of the whole column into at most so many
    groups of about equal size.
    """
    given = floats(confidence)
    distinct = np.unique(given.dropna())
    if len(distinct) > most:
        edges = np.unique(np.quantile(given.dropna(), np.arange(1, most) / most))
        level = pd.Series(np.searchsorted(edges, given, side="left"), index=given.index)
        numbers = np.unique(level[given.notna()])
        level = pd.Series(np.searchsorted(numbers, level), index=given.index)
    else:
        level = pd.Series(np.searchsorted(distinct, given), index=given.index)
    return level.astype("float64").where(given.notna())


def _parts(
    trials: pd.DataFrame, confidence: str, correct: str
) -> tuple[dict[str, pd.Series], Statistic, pd.Series]:
    """Return what is summed, the area as a function of the sums, and which trials count."""
    require_columns(trials, "participant", "item", "arm", correct, confidence, name="the table of trials")
    right, level = truths(trials, correct), confidence_levels(trials[confidence], LEVELS)
    known = right.notna() & level.notna()
    count = int(level[known].max()) + 1 if known.any() else 0
    sums = {
        f"{kind} {number}": (level == number) & (right == value)
        for kind, value in (("right", 1), ("wrong", 0))
        for number in range(count)
    }
    return sums, _area(count), known


def _area(count: int) -> Statistic:
    def area(sums: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        if not count:
            return np.full_like(sums["trials"], np.nan)
        right = np.stack([sums[f"right {number}"] for number in range(count)])
        wrong = np.stack([sums[f"wrong {number}"] for number in range(count)])
        below = np.cumsum(wrong, axis=0) - wrong / 2
        return (right * below).sum(axis=0) / (right.sum(axis=0) * wrong.sum(axis=0))

    return area
