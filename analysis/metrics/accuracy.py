"""How often people foretold what the model said."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.metrics.metric import metric
from analysis.metrics.values import truths


@metric(
    name="simulation-accuracy",
    label="Simulation accuracy",
    unit="share",
    level="trial",
    needs=("correct",),
    better="higher",
    binary=True,
)
def simulation_accuracy(trials: pd.DataFrame) -> pd.Series:
    """Whether each answer equals its key: in simulation tasks, the model's output.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Column `correct` (boolean; missing where there is no key or no answer).

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 for a right answer, 0 for a wrong one, NaN where neither can be said.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Forward simulation of Doshi-Velez and Kim (2017), "Towards A Rigorous Science of Interpretable Machine
    Learning"; scored per item as in Hase and Bansal (2020), "Evaluating Explainable AI", ACL.
    """
    require_columns(trials, "correct", name="the table of trials")
    return truths(trials, "correct").rename("simulation_accuracy")


@metric(
    name="accuracy-model-right",
    label="Accuracy where the model is right",
    unit="share",
    level="trial",
    needs=("correct", "model_correct"),
    better="higher",
    binary=True,
)
def accuracy_where_model_right(trials: pd.DataFrame) -> pd.Series:
    """Whether each answer equals its key, on items that the model gets right.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `correct` and `model_correct` (booleans, missing allowed).

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        NaN on the other items and where either column is missing.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    The split of Bansal et al. (2021), "Does the Whole Exceed its Parts?", CHI: a person who always gives
    the truth is right on all of these and on none of the others.
    """
    return _accuracy_where(trials, True).rename("accuracy_model_right")


@metric(
    name="accuracy-model-wrong",
    label="Accuracy where the model is wrong",
    unit="share",
    level="trial",
    needs=("correct", "model_correct"),
    better="higher",
    binary=True,
)
def accuracy_where_model_wrong(trials: pd.DataFrame) -> pd.Series:
    """Whether each answer equals its key, on items that the model gets wrong.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `correct` and `model_correct` (booleans, missing allowed).

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        NaN on the other items and where either column is missing.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `accuracy_where_model_right`.
    """
    return _accuracy_where(trials, False).rename("accuracy_model_wrong")


def _accuracy_where(trials: pd.DataFrame, model_is_right: bool) -> pd.Series:
    require_columns(trials, "correct", "model_correct", name="the table of trials")
    inside = (trials["model_correct"] == model_is_right).fillna(False).astype(bool)
    return simulation_accuracy(trials).where(inside)
