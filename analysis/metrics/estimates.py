"""How many answers people believe to have right, against how many they have."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.inference.means import mean_and_t_interval
from analysis.metrics.metric import metric

PLAIN_NUMBER = r"\s*[+-]?[0-9]+(\.[0-9]+)?\s*"  # not \d, which takes the digits of every script


@metric(
    name="estimated-and-achieved",
    label="Estimated and achieved number right",
    unit="answers",
    level="table",
    needs=("correct",),
)
def estimated_and_achieved(trials: pd.DataFrame, responses: pd.DataFrame) -> pd.DataFrame:
    """Each person's estimated and achieved number of right answers.

    Parameters
    ----------
    trials : DataFrame, one row per trial of the test
        Columns `participant`, `arm`, `correct` (boolean, missing allowed).
    responses : DataFrame, one row per answered question
        Columns `participant`, `role`, `answer`; the rows with role `estimate` are used, the last where a
        person has several.

    Returns
    -------
    DataFrame, one row per participant with a trial
        `participant`, `arm`, `estimated` (NaN where no number was given), `is_unreadable` (something was
        given that is no number in plain digits, such as `1e1` or digits of another script, and nothing is
        guessed), `achieved` (number right), `answered` (trials that can be right or wrong) and `difference`
        (estimated − achieved).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Overestimation of Moore and Healy (2008), "The Trouble With Overconfidence", Psychol. Rev. 115(2).
    """
    require_columns(trials, "participant", "arm", "correct", name="the table of trials")
    require_columns(responses, "participant", "role", "answer", name="the table of responses")
    told = responses[responses["role"] == "estimate"].dropna(subset=["answer"])
    given = told.drop_duplicates("participant", keep="last").set_index("participant")["answer"].astype("str")
    is_plain = given.str.fullmatch(PLAIN_NUMBER).astype(bool)
    table = (
        trials.assign(correct=trials["correct"].astype("Float64"))
        .groupby(["participant", "arm"], sort=False)["correct"]
        .agg(achieved="sum", answered="count")
        .reset_index()
        .astype({"achieved": "float64"})
    )
    table.insert(
        2, "estimated", table["participant"].map(given[is_plain].astype("float64")).astype("float64")
    )
    table.insert(3, "is_unreadable", table["participant"].isin(given.index[~is_plain]))
    return table.assign(difference=table["estimated"] - table["achieved"])


def estimates_by_arm(people: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """Mean estimated and achieved number right of each arm, and their difference with its t interval.

    Parameters
    ----------
    people : DataFrame as `estimated_and_achieved` returns it
    alpha : one minus the level of the interval

    Returns
    -------
    DataFrame indexed by arm
        `people` (with an estimate), `estimated`, `achieved` (of the same people) and `difference`, each with
        `…_low` and `…_high`, `undefined` (people without an estimate) and, of these, `unreadable`: what
        they gave is no number in plain digits.

    Source
    ------
    Student's t for one mean: the difference is one number per person.
    """
    rows = {arm: _row(mine, alpha) for arm, mine in people.groupby("arm", sort=False)}
    columns = [name + end for name in _MEANS for end in ("", "_low", "_high")]
    columns = ["people", *columns, "undefined", "unreadable"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("arm")


_MEANS = ("estimated", "achieved", "difference")


def _row(mine: pd.DataFrame, alpha: float) -> dict[str, float | int]:
    told = mine.dropna(subset=["difference"])
    row: dict[str, float | int] = {"people": len(told), "undefined": len(mine) - len(told)}
    row["unreadable"] = int(mine["is_unreadable"].sum())
    for name in _MEANS:
        mean = mean_and_t_interval(told[name], alpha)
        row |= {name: mean["mean"], f"{name}_low": mean["low"], f"{name}_high": mean["high"]}
    return row
