"""Rated understanding beside achieved accuracy: as a correlation and a standardised profile, never a difference.

A rating has no unit in common with a share of right answers, so neither is subtracted from the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from analysis.columns import require_columns
from analysis.inference.means import mean_and_t_interval
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.values import floats

WITHIN = "within arms"  # the label of the row over all arms


def rated_and_achieved(trials: pd.DataFrame, ratings: pd.Series, achieved: str = "correct") -> pd.DataFrame:
    """Each person's rating and mean achievement.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `arm` and that of `achieved` (boolean or number, missing allowed).
    ratings : Series of float indexed by participant, such as the `score` of one scale
    achieved : which column is averaged

    Returns
    -------
    DataFrame, one row per participant and arm
        `participant`, `arm`, `rated`, `achieved`; NaN where there is none.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    """
    require_columns(trials, "participant", "arm", achieved, name="the table of trials")
    means = floats(trials[achieved]).groupby([trials["participant"], trials["arm"]], sort=False).mean()
    table = means.rename("achieved").reset_index()
    table.insert(2, "rated", table["participant"].map(ratings).astype("float64"))
    return table


@metric(
    name="rated-understanding",
    label="Rated understanding and achievement",
    unit="correlation",
    level="table",
    needs=("correct",),
)
def rating_correlation(
    trials: pd.DataFrame,
    ratings: pd.Series,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    achieved: str = "correct",
) -> pd.DataFrame:
    """Correlation over people of a rating with what they achieved, in each arm and within all arms.

    Parameters
    ----------
    trials, ratings, achieved : as for `rated_and_achieved`
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm, with a last row `within arms` (each person's distance to the arm's means)
        `pearson` with `low`, `high` (Fisher's z), `spearman`, `people` (with both), `undefined` (without).
        NaN where fewer than four people have both or either does not vary.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Fisher (1921), "On the Probable Error of a Coefficient of Correlation", Metron 1. The interval leans on
    normal values; achieved accuracy over few trials lowers any correlation.
    """
    people = rated_and_achieved(trials, ratings, achieved)
    order = arms_of(trials, arms)
    people = people[people["arm"].isin(order)]
    rows = [_correlation(people[people["arm"] == arm], 0, alpha) for arm in order]
    both = people.dropna(subset=["rated", "achieved"])
    means = both.groupby("arm")[["rated", "achieved"]].transform("mean")
    inside = people.assign(**(both[["rated", "achieved"]] - means))
    rows.append(_correlation(inside, max(both["arm"].nunique() - 1, 0), alpha))
    return pd.DataFrame(rows, index=pd.Index([*order, WITHIN], name="arm", dtype="str"))


@metric(
    name="understanding-profile",
    label="Profile of rating and achievement",
    unit="standard deviations",
    level="table",
    needs=("correct",),
)
def understanding_profile(
    trials: pd.DataFrame,
    ratings: pd.Series,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    achieved: str = "correct",
) -> pd.DataFrame:
    """Each arm's mean rating and mean achievement, each in standard deviations over all people.

    Parameters
    ----------
    trials, ratings, arms, alpha, achieved : as for `rating_correlation`

    Returns
    -------
    DataFrame indexed by arm
        `rated` and `achieved` (distance of the arm's mean to that of all people with both, in their standard
        deviation) with `…_low`, `…_high` (Student's), `people`, `undefined`. The two stand side by side; their
        distance has no meaning. NaN where one does not vary.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Standard scores; ours as a way to show both. Ratings and performance come apart: Buçinca, Lin, Gajos and
    Glassman (2020), "Proxy Tasks and Subjective Measures Can Be Misleading", IUI.
    """
    people = rated_and_achieved(trials, ratings, achieved)
    order = arms_of(trials, arms)
    people = people[people["arm"].isin(order)]
    both = people.dropna(subset=["rated", "achieved"])
    spread = both[["rated", "achieved"]].std(ddof=1)
    scores = (both[["rated", "achieved"]] - both[["rated", "achieved"]].mean()) / spread.where(spread > 0)
    rows = [_profile(scores[both["arm"] == arm], people[people["arm"] == arm], alpha) for arm in order]
    return pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"))


def _correlation(people: pd.DataFrame, spent: int, alpha: float) -> dict[str, float | int]:
    both = people.dropna(subset=["rated", "achieved"])
    nan = float("nan")
    row: dict[str, float | int] = {"pearson": nan, "low": nan, "high": nan, "spearman": nan}
    n = len(both)
    if n - spent >= 4 and (both[["rated", "achieved"]].std() > 1e-12).all():
        r = float(both["rated"].corr(both["achieved"]))
        reach = float(stats.norm.ppf(1 - alpha / 2)) / np.sqrt(n - spent - 3)
        z = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
        row = {"pearson": r, "low": float(np.tanh(z - reach)), "high": float(np.tanh(z + reach))}
        row["spearman"] = float(both["rated"].rank().corr(both["achieved"].rank()))
    return row | {"people": n, "undefined": len(people) - n}


def _profile(scores: pd.DataFrame, people: pd.DataFrame, alpha: float) -> dict[str, float | int]:
    row: dict[str, float | int] = {}
    for name in ("rated", "achieved"):
        mean = mean_and_t_interval(scores[name], alpha)
        row |= {name: mean["mean"], f"{name}_low": mean["low"], f"{name}_high": mean["high"]}
    return row | {"people": len(scores), "undefined": len(people) - len(scores)}
