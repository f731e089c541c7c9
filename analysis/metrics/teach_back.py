"""Teach-back: whether two raters read the same understanding out of what people explained."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from analysis.columns import require_columns
from analysis.errors import AnalysisError
from analysis.metrics.metric import metric

Weights = Literal["none", "linear", "quadratic"]
WEIGHTS: dict[str, str | None] = {"none": None, "linear": "linear", "quadratic": "quadratic"}


@metric(
    name="teach-back-agreement",
    label="Agreement of two raters on teach-backs",
    unit="Cohen's kappa",
    level="table",
    needs=("participant", "rater", "code"),
    better="higher",
    table="teach_back",
)
def teach_back_agreement(codes: pd.DataFrame, weights: Weights = "none", alpha: float = 0.05) -> pd.DataFrame:
    """Cohen's kappa of the codes that two raters gave to what people taught back.

    Parameters
    ----------
    codes : DataFrame, one row per teach-back and rater
        Columns `participant`, `rater`, `code`, and optionally `question`: then each question by itself. A
        table with one column per rater is brought to this form by `codes_from_columns`.
    weights : `none` (any other code is as wrong), or `linear` or `quadratic` in the distance of the codes: of
        numbers their difference, of text that of their places in alphabetical order
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by question (`all` without that column)
        `agreement` (share of equal codes), `estimate` (kappa; NaN where both raters give one and the same
        code throughout, so that chance alone would agree, or nothing was coded twice), `low`, `high` (normal;
        NaN where the standard error is zero), `teach_backs` (coded by both), `undefined` (coded by one only).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    AnalysisError : there are not two raters, or one coded the same twice.
    ValueError : the weights are none of the three.

    Source
    ------
    Cohen (1960), "A Coefficient of Agreement for Nominal Scales", Educ. Psychol. Meas. 20(1); weighted:
    Cohen (1968), Psychol. Bull. 70(4); standard error: Fleiss, Cohen and Everitt (1969), Psychol. Bull.
    72(5), by statsmodels.
    """
    require_columns(codes, "participant", "rater", "code", name="the table of codes")
    if weights not in WEIGHTS:
        raise ValueError(f"weights is {weights!r}; allowed are {', '.join(WEIGHTS)}.")
    asked = codes if "question" in codes.columns else codes.assign(question="all")
    wide = _wide(asked)
    rows = {question: _kappa(mine, weights, alpha) for question, mine in wide.groupby("question", sort=False)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS).rename_axis("question")
    return table.astype({"teach_backs": int, "undefined": int})


def codes_from_columns(table: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Return a table with one column per rater as one row per teach-back and rater.

    Parameters
    ----------
    table : DataFrame with `participant`, perhaps `question`, and the two columns
    first, second : the columns with the raters' codes; missing where one gave none

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    """
    require_columns(table, "participant", first, second, name="the table of codes")
    known = [name for name in ("participant", "question") if name in table.columns]
    return table.melt(known, [first, second], var_name="rater", value_name="code")


_COLUMNS = ["agreement", "estimate", "low", "high", "teach_backs", "undefined"]


def _wide(codes: pd.DataFrame) -> pd.DataFrame:
    given = codes.dropna(subset=["code"])
    raters = list(dict.fromkeys(given["rater"]))
    if len(raters) != 2:
        raise AnalysisError(
            f"Two raters are needed; the table of codes has {', '.join(map(str, raters)) or 'none'}."
        )
    twice = given[given.duplicated(["question", "participant", "rater"])]
    if len(twice):
        row = twice.iloc[0]
        raise AnalysisError(
            f"Rater {row['rater']!r} coded participant {row['participant']!r} more than once."
        )
    index = ["question", "participant"]
    return given.set_index([*index, "rater"])["code"].unstack("rater")[raters]


def _kappa(wide: pd.DataFrame, weights: Weights, alpha: float) -> list[float]:
    both = wide.dropna()
    first, second = (both.iloc[:, column].to_numpy() for column in (0, 1))
    counts = [len(both), len(wide) - len(both)]
    agreement = float(np.mean(first == second)) if len(both) else float("nan")
    levels = np.unique(np.concatenate([first, second])) if len(both) else np.array([])
    if len(levels) < 2:
        return [agreement, np.nan, np.nan, np.nan, *counts]
    square = np.zeros((len(levels), len(levels)))
    np.add.at(square, (np.searchsorted(levels, first), np.searchsorted(levels, second)), 1)
    distance = levels if np.issubdtype(levels.dtype, np.number) and weights != "none" else None
    told = cohens_kappa(square, weights=distance, wt=WEIGHTS[weights])
    se = float(np.sqrt(told.var_kappa)) if told.var_kappa > 0 else float("nan")
    reach = float(stats.norm.ppf(1 - alpha / 2)) * se
    return [agreement, float(told.kappa), told.kappa - reach, told.kappa + reach, *counts]
