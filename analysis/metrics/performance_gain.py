"""What advice adds to people's accuracy: against their own first answers, and against people alone."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.columns import has_values, require_columns
from analysis.inference.arms import compare_arms
from analysis.metrics.metric import metric
from analysis.metrics.values import truths


@metric(
    name="performance-gain",
    label="Gain over the own first answer",
    unit="difference of shares",
    level="trial",
    needs=("first_correct", "final_correct"),
    better="higher",
)
def performance_gain(trials: pd.DataFrame) -> pd.Series:
    """Right at last minus right at first: final_correct − first_correct.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        The booleans `first_correct` and `final_correct` (missing allowed).

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 where advice turned a wrong answer right, −1 where a right one wrong, 0 where nothing changed, NaN
        where either is missing.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    The gain of a judge over the own first estimate: Sniezek and Buckley (1995), "Cueing and Cognitive
    Conflict in Judge-Advisor Decision Making", Organ. Behav. Hum. Decis. Process. 62(2). A second look can
    help by itself; the gain over people alone (`gain_over_people`) does not hold that part.
    """
    require_columns(trials, "first_correct", "final_correct", name="the table of trials")
    gain = truths(trials, "final_correct") - truths(trials, "first_correct")
    return gain.rename("performance_gain")


@metric(
    name="gain-over-people",
    label="Gain over people alone",
    unit="difference of shares",
    level="table",
    needs=("correct",),
    better="higher",
)
def gain_over_people(
    trials: pd.DataFrame,
    human_only: str,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    family: str = "holm",
) -> pd.DataFrame:
    """Accuracy of each arm with the model minus that of the arm without it.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, and `correct` (boolean), for which `final_correct` stands where
        it is given.
    human_only : the arm in which people answer without the model
    arms, alpha, family : as in `compare_arms`

    Returns
    -------
    DataFrame indexed by arm (without `human_only`), as `compare_arms` returns it, and `undefined`: trials of
    the two arms without a right or wrong answer.

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.

    Source
    ------
    Bansal et al. (2021), "Does the Whole Exceed its Parts?", CHI.
    """
    told = trials.assign(right=team_correct(trials))
    table = compare_arms(told, "right", reference=human_only, arms=arms, alpha=alpha, family=family)
    open_ = told["right"].isna().groupby(told["arm"]).sum()
    table["undefined"] = [int(open_.get(arm, 0) + open_.get(human_only, 0)) for arm in table.index]
    return table


def team_correct(trials: pd.DataFrame) -> pd.Series:
    """Return whether each person's last answer is right: `final_correct`, or `correct` where it is missing."""
    if not has_values(trials, "final_correct"):
        require_columns(trials, "correct", name="the table of trials")
        return truths(trials, "correct")
    final = truths(trials, "final_correct")
    return final.fillna(truths(trials, "correct")) if "correct" in trials.columns else final
