"""How many answers people believe to have right, against how many they have."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.inference.means import mean_and_t_interval


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
        `participant`, `arm`, `estimated` (NaN where no number was given), `achieved` (number right),
        `answered` (trials that can be right or wrong) and `difference` (estimated − achieved).

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
    estimated = pd.to_numeric(told.set_index("participant")["answer"], errors="coerce")
    table = (
        trials.assign(correct=trials["correct"].astype("Float64"))
        .groupby(["participant", "arm"], sort=False)["correct"]
        .agg(achieved="sum", answered="count")
        .reset_index()
        .astype({"achieved": "float64"})
    )
    last = estimated[~estimated.index.duplicated(keep="last")]
    table.insert(2, "estimated", table["participant"].map(last).astype("float64"))
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
        `people` (with an estimate), `estimated`, `achieved` (of the same people), `difference`, `low`,
        `high`, and `undefined`: people without an estimate.

    Source
    ------
    Student's t for one mean: the difference is one number per person.
    """
    rows = {arm: _row(mine, alpha) for arm, mine in people.groupby("arm", sort=False)}
    columns = ["people", "estimated", "achieved", "difference", "low", "high", "undefined"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("arm")


def _row(mine: pd.DataFrame, alpha: float) -> dict[str, float | int]:
    told = mine.dropna(subset=["difference"])
    summary = mean_and_t_interval(told["difference"], alpha)
    return {
        "people": len(told),
        "estimated": told["estimated"].mean(),
        "achieved": told["achieved"].mean(),
        "difference": summary["mean"],
        "low": summary["low"],
        "high": summary["high"],
        "undefined": len(mine) - len(told),
    }
