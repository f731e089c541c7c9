"""Numbers guessed before and after advice: how far people move, and how far off they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import mean_by_arm
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.values import floats


@metric(
    name="deviation",
    label="Distance of the own first answer from the advice",
    unit="answer's unit",
    level="trial",
    needs=("first_number", "output_number"),
)
def deviation(trials: pd.DataFrame, answer: str = "first_number") -> pd.Series:
    """Distance between an answer and the model's output: |first − advice|.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Column `output_number` (the advice) and the column `answer`, both in the answer's unit, NaN allowed.
    answer : which answer: `first_number`, before the advice, or `final_number`

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        In the answer's unit; NaN where either number is missing.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Poursabzi-Sangdeh et al. (2021), "Manipulating and Measuring Model Interpretability", CHI, who call
    |final − advice| deviation; of the first answer it is the distance that advice has to bridge (Yaniv
    2004, "Receiving Other People's Advice", Organ. Behav. Hum. Decis. Process. 93(1)).
    """
    return _distance(trials, answer, "output_number").rename("deviation")


@metric(
    name="prediction-error",
    label="Distance of the answer from the truth",
    unit="answer's unit",
    level="trial",
    needs=("answer_number", "truth_number"),
    better="lower",
)
def prediction_error(trials: pd.DataFrame, answer: str = "answer_number") -> pd.Series:
    """Distance between an answer and the truth: |answer − truth|.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Column `truth_number` and the column `answer`, both in the answer's unit, NaN allowed.
    answer : which answer: `answer_number` (the main, final one), `first_number` or `final_number`

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        In the answer's unit; NaN where either number is missing.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Poursabzi-Sangdeh et al. (2021), "Manipulating and Measuring Model Interpretability", CHI.
    """
    return _distance(trials, answer, "truth_number").rename("prediction_error")


@metric(
    name="weight-of-advice",
    label="Weight of advice",
    unit="share of the way to the advice",
    level="trial",
    needs=("first_number", "final_number", "output_number"),
)
def weight_of_advice(trials: pd.DataFrame, clip: bool = False) -> pd.Series:
    """Share of the way from the first answer to the advice that the final answer goes.

    WOA = (final − first) / (advice − first): 0 keeps the own answer, 1 takes the advice, below 0 moves away
    from it, above 1 goes beyond it.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `first_number`, `final_number`, `output_number` (the advice), in one unit, NaN allowed.
    clip : set values outside [0, 1] to its nearer end, as some papers do; it hides who moved away from the
        advice and pulls the mean, so it is never done unless asked for

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        NaN where a number is missing, and where advice and first answer are equal: there is no way to go.
        `weight_of_advice_by_arm` counts these and the values outside [0, 1].

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Harvey and Fischer (1997), "Taking Advice", Organ. Behav. Hum. Decis. Process. 70(2); Yaniv (2004),
    ibid. 93(1); Logg, Minson and Moore (2019), "Algorithm Appreciation", ibid. 151, who clip.
    """
    first, final, advice = _answers(trials)
    way = (advice - first).where(advice != first)
    share = (final - first) / way
    return (share.clip(0, 1) if clip else share).rename("weight_of_advice")


@metric(
    name="absolute-weight-of-advice",
    label="Weight of advice, absolute",
    unit="share of the way to the advice",
    level="trial",
    needs=("first_number", "final_number", "output_number"),
)
def absolute_weight_of_advice(trials: pd.DataFrame) -> pd.Series:
    """Size of the move after advice, towards it or away: |final − first| / |advice − first|.

    Parameters, Returns, Raises
    ---------------------------
    As for `weight_of_advice`; never below 0.

    Source
    ------
    Yaniv and Kleinberger (2000), "Advice Taking in Decision Making", Organ. Behav. Hum. Decis. Process.
    83(2), whose formula takes absolute values and so cannot tell towards from away.
    """
    return weight_of_advice(trials).abs().rename("absolute_weight_of_advice")


@metric(
    name="weight-of-advice-by-arm",
    label="Weight of advice by arm",
    unit="share of the way to the advice",
    level="table",
    needs=("first_number", "final_number", "output_number"),
)
def weight_of_advice_by_arm(
    trials: pd.DataFrame, *, arms: Sequence[str] | None = None, alpha: float = 0.05, clip: bool = False
) -> pd.DataFrame:
    """Weight of advice of each arm, with all that cannot be computed or lies outside [0, 1] counted.

    Parameters
    ----------
    trials, clip : as for `weight_of_advice`, and the columns `participant`, `item`, `arm`
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the interval

    Returns
    -------
    DataFrame indexed by arm
        `estimate` (mean) with `low`, `high` (two-way cluster-robust), `median` (which a few trials with
        advice close to the first answer cannot move), `absolute` (mean of the absolute weight), `people`,
        `trials` (with a weight), `undefined` (advice equals the first answer), `missing` (a number is not
        there), `below_zero` and `above_one` (before any clipping).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `weight_of_advice` and `analysis.inference.two_way`.
    """
    require_columns(trials, "participant", "item", "arm", name="the table of trials")
    order = arms_of(trials, arms)
    weight = weight_of_advice(trials)
    used = trials.assign(weight=weight_of_advice(trials, clip))
    means = mean_by_arm(used, "weight", arms=order, alpha=alpha)
    table = means[["mean", "low", "high", "people", "trials"]].rename(columns={"mean": "estimate"})
    told = pd.DataFrame(
        {
            "undefined": pd.concat(_answers(trials), axis=1).notna().all(axis=1) & weight.isna(),
            "missing": pd.concat(_answers(trials), axis=1).isna().any(axis=1),
            "below_zero": weight < 0,
            "above_one": weight > 1,
        }
    )
    counts = told.groupby(trials["arm"]).sum().reindex(order, fill_value=0).astype(int)
    by_arm = used.groupby("arm")["weight"].median(), weight.abs().groupby(trials["arm"]).mean()
    table.insert(3, "median", by_arm[0].reindex(order))
    table.insert(4, "absolute", by_arm[1].reindex(order))
    return table.join(counts)


def _distance(trials: pd.DataFrame, one: str, other: str) -> pd.Series:
    require_columns(trials, one, other, name="the table of trials")
    return (floats(trials[one]) - floats(trials[other])).abs()


def _answers(trials: pd.DataFrame) -> list[pd.Series]:
    names = ("first_number", "final_number", "output_number")
    require_columns(trials, *names, name="the table of trials")
    return [floats(trials[name]).replace([np.inf, -np.inf], np.nan) for name in names]
