"""Alpha and omega of every scale and subscale that was answered."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.metrics.metric import metric
from analysis.metrics.reliability import alpha_interval, cronbach_alpha, mcdonald_omega, omega_interval
from analysis.metrics.scales import NEEDED


@metric(
    name="scale-reliability",
    label="Reliability of scales",
    unit="share of variance",
    level="table",
    needs=("answer",),
    better="higher",
    table="ratings",
)
def scale_reliability(
    ratings: pd.DataFrame, alpha: float = 0.05, *, draws: int = 1000, seed: int = 1
) -> pd.DataFrame:
    """Cronbach's alpha and McDonald's omega of each scale and of each of its subscales, over all arms.

    Parameters
    ----------
    ratings : DataFrame, one row per answered item, as for `scale_scores`; reverse items are turned round
    alpha : one minus the level of the intervals
    draws, seed : of the bootstrap of omega

    Returns
    -------
    DataFrame, one row per instrument and subscale (empty for the whole scale)
        `instrument`, `subscale`, `items`, `people` (with all items answered), `incomplete` (left out),
        `alpha` with `alpha_low`, `alpha_high` (Feldt's interval), `omega` with `omega_low`, `omega_high`
        (bootstrap over people). NaN where they are not defined: one item only, for omega fewer than three.
        The whole of a scale whose subscales point in different directions, such as trust and distrust,
        is one dimension only if its reverse items say so: read the subscales.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `analysis.metrics.reliability`. Trust and distrust apart: Jian, Bisantz and Drury (2000),
    "Foundations for an Empirically Determined Scale of Trust in Automated Systems", Int. J. Cogn. Ergon. 4(1).
    """
    require_columns(ratings, *NEEDED, name="the table of ratings")
    turned = ratings.assign(answer=_turned(ratings), subscale=ratings["subscale"].astype("object").fillna(""))
    rows = [
        {"instrument": str(name), "subscale": subscale} | _row(mine, alpha, draws, seed)
        for name, given in turned.groupby("instrument", sort=False)
        for subscale, mine in _scales(given)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    *("instrument", "subscale", "items", "people", "incomplete"),
    *("alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high"),
]


def _turned(ratings: pd.DataFrame) -> pd.Series:
    answer = ratings["answer"].astype("float64")
    reverse = ratings["reverse"].fillna(False).astype(bool)
    return answer.mask(reverse, ratings["minimum"] + ratings["maximum"] - answer)


def _scales(given: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the whole scale and its subscales in order of appearance."""
    names = [name for name in dict.fromkeys(given["subscale"]) if name]
    return [("", given), *((str(name), given[given["subscale"] == name]) for name in names)]


def _row(mine: pd.DataFrame, alpha: float, draws: int, seed: int) -> dict[str, float | int]:
    last = mine.drop_duplicates(["participant", "question"], keep="last")
    answers = last.pivot(index="participant", columns="question", values="answer")
    complete = answers.dropna().to_numpy(dtype=float)
    people, items = complete.shape
    reliability = cronbach_alpha(complete)
    row: dict[str, float | int] = {"items": items, "people": people, "incomplete": len(answers) - people}
    row["alpha"], row["omega"] = reliability, mcdonald_omega(complete)
    row["alpha_low"], row["alpha_high"] = alpha_interval(reliability, people, items, alpha)
    row["omega_low"], row["omega_high"] = omega_interval(complete, alpha, draws, seed)
    return row
