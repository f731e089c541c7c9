"""Accuracy by arm and by another column: place in the session, size of the model, pair of models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import mean_by_arm
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric


@metric(
    name="learning-curve",
    label="Learning curve",
    unit="share",
    level="table",
    needs=("correct", "position"),
    better="higher",
)
def learning_curve(
    trials: pd.DataFrame, *, arms: Sequence[str] | None = None, alpha: float = 0.05, blocks: int = 4
) -> pd.DataFrame:
    """Accuracy of each arm in the first, second … block of each person's trials.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `correct` (boolean, missing allowed), `position` (number that
        rises over the session).
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    blocks : of equal length, as near as can be; the trials given are divided for each person by their order

    Returns
    -------
    DataFrame, one row per arm and block
        `arm`, `block` (from 1), `estimate` in [0, 1], `low`, `high` (two-way cluster-robust), `people`,
        `trials`, `undefined` (trials without correctness). Trials without a position are in no block.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    ValueError : `blocks` is below 1.

    Source
    ------
    Accuracy over training as in Colin et al. (2022), "What I Cannot Predict, I Do Not Understand", NeurIPS.
    """
    require_columns(trials, "participant", "position", name="the table of trials")
    if blocks < 1:
        raise ValueError(f"blocks is {blocks!r}; a number from 1 is needed.")
    by_person = trials["position"].groupby(trials["participant"])
    place, length = by_person.rank(method="first"), by_person.transform("count")
    block = np.ceil(place / length * blocks).astype("Int64")
    return _by_level(trials.assign(block=block), "block", arms, alpha)


@metric(
    name="walk-through-accuracy",
    label="Walk-through accuracy by size of the model",
    unit="share",
    level="table",
    needs=("correct", "size"),
    better="higher",
)
def accuracy_by_size(
    trials: pd.DataFrame, *, arms: Sequence[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """How often people who execute a shown model by hand reach its output, by the model's size.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `correct` (boolean, missing allowed), `size` (depth, nodes,
        rules … of the model).
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame, one row per arm and size
        `arm`, `size`, `estimate` in [0, 1], `low`, `high` (two-way cluster-robust), `people`, `trials`,
        `undefined` (trials without correctness). Trials without a size are of other tasks and not counted.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Slack et al. (2019), "Assessing the Local Interpretability of Machine Learning Models", arXiv:1902.03501,
    where accuracy falls with the number of operations.
    """
    return _by_level(trials, "size", arms, alpha)


@metric(
    name="model-choice-accuracy",
    label="Accuracy of choosing the better model, by pair",
    unit="share",
    level="table",
    needs=("correct", "pair"),
    better="higher",
)
def model_choice_accuracy(
    trials: pd.DataFrame, *, arms: Sequence[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """How often people choose the model that is better on held-out data, for each pair of models.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `correct` (boolean, missing allowed), `pair` (which models).
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame, one row per arm and pair
        `arm`, `pair`, `estimate` in [0, 1] (one half: as by tossing a coin), `low`, `high` (two-way
        cluster-robust), `people`, `trials`, `undefined` (trials without correctness). Trials without a pair
        are of other tasks and not counted.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Ribeiro, Singh and Guestrin (2016), "Why Should I Trust You?", KDD, section 6.2.
    """
    return _by_level(trials, "pair", arms, alpha)


def _by_level(trials: pd.DataFrame, column: str, arms: Sequence[str] | None, alpha: float) -> pd.DataFrame:
    """Return accuracy by arm within each value of the column; combinations without a trial are left out."""
    require_columns(trials, "arm", "correct", column, name="the table of trials")
    told = trials.assign(value=simulation_accuracy(trials))
    order = arms_of(trials, arms)
    names = {"mean": "estimate", "missing": "undefined"}
    tables = [
        mean_by_arm(mine, "value", arms=order, alpha=alpha).rename(columns=names).assign(**{column: level})
        for level, mine in told.groupby(column, sort=True)
    ]
    columns = ["arm", column, "estimate", "low", "high", "people", "trials", "undefined"]
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables).reset_index()[columns]
    given = table[table["trials"] + table["undefined"] > 0]
    rank = {arm: number for number, arm in enumerate(order)}
    return given.sort_values("arm", key=lambda arm: arm.map(rank), kind="stable", ignore_index=True)
