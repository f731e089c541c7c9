"""Simulation accuracy by kind of task, and beyond what guessing gives."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.metric import metric
from analysis.metrics.values import equal, floats

FORWARD = "forward-simulation"
COUNTERFACTUAL = "counterfactual-simulation"
PARAMETER_CHANGE = "parameter-change-simulation"


@metric(
    name="forward-accuracy",
    label="Forward simulation accuracy",
    unit="share",
    level="trial",
    needs=("correct", "task"),
    better="higher",
    tasks=(FORWARD,),
    binary=True,
)
def forward_accuracy(trials: pd.DataFrame) -> pd.Series:
    """Whether each answer foretells the model's output for the input that is shown.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `correct` (boolean; missing where there is no key or no answer) and `task`.

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 for a right answer, 0 for a wrong one, NaN where neither can be said and in other tasks.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Doshi-Velez and Kim (2017), "Towards A Rigorous Science of Interpretable Machine Learning", section 3.2.
    """
    return _accuracy_in(trials, FORWARD).rename("forward_accuracy")


@metric(
    name="counterfactual-accuracy",
    label="Counterfactual simulation accuracy",
    unit="share",
    level="trial",
    needs=("task",),
    better="higher",
    tasks=(COUNTERFACTUAL,),
    binary=True,
)
def counterfactual_accuracy(trials: pd.DataFrame) -> pd.Series:
    """Whether each answer foretells the model's output after the input was changed.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `task`, and `correct` (boolean) or, where `output_after` (the model's output after the change)
        is given, `answer`: it is then compared to `output_after`, whatever `correct` says.

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 for a right answer, 0 for a wrong one, NaN where neither can be said and in other tasks.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Hase and Bansal (2020), "Evaluating Explainable AI: Which Algorithmic Explanations Help Users Predict Model
    Behavior?", ACL, section 4.
    """
    if "output_after" not in trials.columns:
        return _accuracy_in(trials, COUNTERFACTUAL).rename("counterfactual_accuracy")
    require_columns(trials, "task", "answer", name="the table of trials")
    same = equal(trials, "answer", "output_after")
    return same.where(_is_task(trials, COUNTERFACTUAL)).rename("counterfactual_accuracy")


@metric(
    name="parameter-change-accuracy",
    label="Parameter-change simulation accuracy",
    unit="share",
    level="trial",
    needs=("correct", "task"),
    better="higher",
    tasks=(PARAMETER_CHANGE,),
    binary=True,
)
def parameter_change_accuracy(trials: pd.DataFrame) -> pd.Series:
    """Whether each answer foretells the output of the model with changed parameters.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `correct` (boolean; missing where there is no key or no answer) and `task`.

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 for a right answer, 0 for a wrong one, NaN where neither can be said and in other tasks.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Forward simulation (see `forward_accuracy`) of the second model of a pair; the "what if" question of
    Lim, Dey and Avrahami (2009), "Why and Why Not Explanations", CHI, asked of the model.
    """
    return _accuracy_in(trials, PARAMETER_CHANGE).rename("parameter_change_accuracy")


@metric(
    name="chance-corrected-accuracy",
    label="Accuracy beyond chance",
    unit="share of what chance leaves",
    level="trial",
    needs=("correct", "chance"),
    better="higher",
)
def chance_corrected_accuracy(trials: pd.DataFrame) -> pd.Series:
    """Correctness as a share of what guessing leaves to be gained: (correct − c) / (1 − c).

    The mean is 0 for guessing and 1 for knowing. With the same c everywhere it is Cohen's kappa with fixed
    chance (accuracy − c) / (1 − c); with several answer numbers it does not favour trials with few choices.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `correct` (boolean) and `chance` (c, the probability that a guess is right, such as 1/k).

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 for a right answer, −c / (1 − c) for a wrong one; NaN without an answer, and where c is missing
        or not in [0, 1).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Abbott's formula, as in Frary (1988), "Formula Scoring of Multiple-Choice Tests", Educ. Meas. 7(2);
    kappa with fixed chance: Brennan and Prediger (1981), "Coefficient Kappa", Educ. Psychol. Meas. 41(3).
    """
    require_columns(trials, "correct", "chance", name="the table of trials")
    chance = floats(trials["chance"])
    chance = chance.where((chance >= 0) & (chance < 1))
    return ((simulation_accuracy(trials) - chance) / (1 - chance)).rename("chance_corrected_accuracy")


def _accuracy_in(trials: pd.DataFrame, task: str) -> pd.Series:
    require_columns(trials, "correct", "task", name="the table of trials")
    return simulation_accuracy(trials).where(_is_task(trials, task))


def _is_task(trials: pd.DataFrame, task: str) -> pd.Series:
    return (trials["task"] == task).fillna(False).astype(bool)
