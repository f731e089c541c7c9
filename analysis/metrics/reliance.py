"""Whether people follow the model's advice, where it is right and where it is wrong."""

from __future__ import annotations

import pandas as pd

from analysis.columns import has_values, require_columns
from analysis.metrics.metric import metric
from analysis.metrics.values import equal, truths

JUDGEMENT_TASKS = ("error-detection",)  # the answer accepts or rejects the output
UNADVISED_TASKS = (  # the output is what people foretell, or there is none: no advice to follow
    "forward-simulation",
    "counterfactual-simulation",
    "parameter-change-simulation",
    "distinction",
    "two-alternative-forced-choice",
    "model-choice",
    "walk-through",
    "feature-naming",
    "debugging",
)


@metric(
    name="agreement",
    label="Agreement with the model",
    unit="share",
    level="trial",
    needs=("final", "output"),
    binary=True,
)
def agreement(trials: pd.DataFrame) -> pd.Series:
    """Whether the final answer equals the model's output.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `final` and `output` (labels, missing allowed).

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 where they are equal, 0 where not, NaN where either is missing. Its mean is the agreement
        fraction.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Agreement fraction of Yin, Vaughan and Wallach (2019), "Understanding the Effect of Accuracy on Trust
    in Machine Learning Models", CHI; agreement percentage of Zhang, Liao and Bellamy (2020), "Effect of
    Confidence and Explanation on Accuracy and Trust Calibration in AI-Assisted Decision Making", FAccT.
    """
    return equal(trials, "final", "output").rename("agreement")


@metric(
    name="switch",
    label="Switching to the model's answer",
    unit="share",
    level="trial",
    needs=("first", "final", "output"),
    binary=True,
)
def switch(trials: pd.DataFrame) -> pd.Series:
    """Whether the final answer is the model's output, where the own first answer was another.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `first`, `final`, `output` (labels, missing allowed).

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        NaN where first answer and output agree, so that there is nothing to switch to, or where one of
        the three is missing. Its mean is the switch fraction.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Switch fraction of Yin, Vaughan and Wallach (2019) and Zhang, Liao and Bellamy (2020), see `agreement`.
    """
    disagreed = equal(trials, "first", "output") == 0
    return equal(trials, "final", "output").where(disagreed).rename("switch")


def follows_advice(trials: pd.DataFrame, judgement: bool | None = None) -> pd.Series:
    """Whether each decision goes along with the model: h = a.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        `final` (or, without it, `answer`) and `output` for tasks in which people give a label of their own;
        `correct` and `model_correct` (booleans) for tasks in which they accept or reject the output. A
        column `task` says which is which.
    judgement : True: every trial accepts or rejects the output; False: none does. By default those of the
        task `error-detection` do, and those without a task in a table that holds no output

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        1 for following, 0 for not. For a label, whether it equals the output. For a judgement, whether
        being right means to accept: `correct` = `model_correct`. NaN where a column is missing, and in
        tasks in which the output is hidden (`UNADVISED_TASKS`): to foretell it is not to rely on it.

    Raises
    ------
    MissingColumns : neither pair of columns is there.

    Source
    ------
    Zhang, Liao and Bellamy (2020), FAccT; accepting and rejecting as in Taesiri, Nguyen and Nguyen (2022),
    "Visual Correspondence-Based Explanations Improve AI Robustness and Human-AI Team Accuracy", NeurIPS.
    """
    judges = _judges(trials, judgement)
    answer = "final" if "final" in trials.columns else "answer"
    if not judges.all():
        require_columns(trials, answer, "output", name="the table of trials")
    if judges.any():
        require_columns(trials, "correct", "model_correct", name="the table of trials")
    empty = pd.Series(float("nan"), index=trials.index)
    accepts = equal(trials, "correct", "model_correct") if judges.any() else empty
    labels = equal(trials, answer, "output") if not judges.all() else empty
    return accepts.where(judges, labels).mask(_task(trials).isin(UNADVISED_TASKS)).rename("follows_advice")


@metric(
    name="over-reliance",
    label="Over-reliance",
    unit="share",
    level="trial",
    needs=("model_correct",),
    better="lower",
    binary=True,
)
def over_reliance(trials: pd.DataFrame, judgement: bool | None = None) -> pd.Series:
    """Whether people follow the advice where it is wrong: P(h = a | a wrong).

    Parameters
    ----------
    trials, judgement : as for `follows_advice`, and the column `model_correct` (boolean, missing allowed)

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        NaN where the model is right or nothing can be said. For accept-or-reject tasks its mean is one
        minus the accuracy on the items that the model gets wrong.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Buçinca, Malaya and Gajos (2021), "To Trust or to Think", CSCW; Wang and Yin (2021), "Are Explanations
    Helpful?", IUI (there overtrust).
    """
    wrong = _model(trials) == 0
    return follows_advice(trials, judgement).where(wrong).rename("over_reliance")


@metric(
    name="under-reliance",
    label="Under-reliance",
    unit="share",
    level="trial",
    needs=("model_correct",),
    better="lower",
    binary=True,
)
def under_reliance(trials: pd.DataFrame, judgement: bool | None = None) -> pd.Series:
    """Whether people leave the advice where it is right: P(h ≠ a | a right).

    Parameters
    ----------
    trials, judgement : as for `over_reliance`

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        NaN where the model is wrong or nothing can be said.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Wang and Yin (2021), "Are Explanations Helpful?", IUI (there undertrust).
    """
    right = _model(trials) == 1
    return (1 - follows_advice(trials, judgement)).where(right).rename("under_reliance")


def _model(trials: pd.DataFrame) -> pd.Series:
    require_columns(trials, "model_correct", name="the table of trials")
    return truths(trials, "model_correct")


def _judges(trials: pd.DataFrame, judgement: bool | None) -> pd.Series:
    if judgement is not None:
        return pd.Series(judgement, index=trials.index)
    task = _task(trials)
    return task.isin(JUDGEMENT_TASKS) | (task.isna() & (not has_values(trials, "output")))


def _task(trials: pd.DataFrame) -> pd.Series:
    return trials["task"] if "task" in trials.columns else pd.Series(pd.NA, index=trials.index)
