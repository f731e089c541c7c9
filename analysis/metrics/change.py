"""What an arm gains from before to after, and what it gains more than a control arm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import compare_arms, mean_by_arm
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.by_arm import as_arm_table
from analysis.metrics.metric import metric
from analysis.metrics.values import person_means


@metric(
    name="change-per-person",
    label="Change of a person's accuracy",
    unit="difference of shares",
    level="person",
    needs=("correct", "phase"),
    better="higher",
)
def change_per_person(trials: pd.DataFrame, before: str = "pre", after: str = "post") -> pd.Series:
    """Accuracy after minus accuracy before, of each person.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `phase`, `correct` (boolean, missing allowed).
    before, after : names of the two phases; trials of others play no part

    Returns
    -------
    Series of float in [−1, 1], indexed by participant
        NaN for a participant without an answer in either phase.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    The gain score: Allison (1990), "Change Scores as Dependent Variables", Sociol. Methodol. 20.
    """
    require_columns(trials, "participant", "phase", "correct", name="the table of trials")
    values = simulation_accuracy(trials)
    first, last = (person_means(trials, values.where(_is_phase(trials, name))) for name in (before, after))
    return (last - first).rename("change_per_person")


def change_contrasts(
    trials: pd.DataFrame, reference: str, *, before: str = "pre", after: str = "post", **told: Any
) -> pd.DataFrame:
    """Return how much more each arm changed than the reference: the difference in differences.

    (after − before) in the arm minus (after − before) in the reference, as `compare_arms` returns it, with
    participants and items random. A participant's four cells share their clusters, so that the pairing
    counts.
    """
    return compare_arms(
        _phased(trials, before, after), "value", reference=reference, **_weights(before, after), **told
    )


@metric(
    name="change",
    label="Change of accuracy",
    unit="difference of shares",
    level="arm",
    needs=("correct", "phase"),
    better="higher",
    contrasts=change_contrasts,
)
def change_by_arm(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    before: str = "pre",
    after: str = "post",
) -> pd.DataFrame:
    """Accuracy after minus accuracy before, of each arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `phase`, `correct` (boolean, missing allowed).
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    before, after : names of the two phases; trials of others play no part and are not counted

    Returns
    -------
    DataFrame indexed by arm
        `estimate` in [−1, 1] with `low`, `high` (two-way cluster-robust), `people`, `trials`, `undefined`
        (trials of the two phases without an answer). NaN for an arm that lacks a phase.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Pre-test to post-test change as in Hase and Bansal (2020), "Evaluating Explainable AI", ACL; the contrast
    is the difference in differences of Ashenfelter and Card (1985), Rev. Econ. Stat. 67(4).
    """
    rows = _phased(trials, before, after)
    weights = _weights(before, after)
    return as_arm_table(mean_by_arm(rows, "value", arms=arms, alpha=alpha, is_share=False, **weights))


def _phased(trials: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    """Return the trials of the two phases, with correctness as `value`."""
    require_columns(trials, "phase", "correct", name="the table of trials")
    mine = trials[_is_phase(trials, before, after)]
    return mine.assign(value=simulation_accuracy(mine))


def _is_phase(trials: pd.DataFrame, *phases: str) -> pd.Series:
    return trials["phase"].isin(phases).astype(bool)


def _weights(before: str, after: str) -> dict[str, Any]:
    return {"stratum": "phase", "shares": {after: 1.0, before: -1.0}}
