"""Scores of rating scales, from single ratings to means by arm."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.inference.means import mean_and_t_interval
from analysis.metrics.metric import metric
from protocol.schema import Protocol
from protocol.schema.instruments import Instrument, ScaleItem
from protocol.schema.phases import Ratings
from protocol.scoring import score, subscale_scores

NEEDED = (
    "participant",
    "arm",
    "instrument",
    "question",
    "subscale",
    "answer",
    "minimum",
    "maximum",
    "reverse",
)


@metric(
    name="scale-scores",
    label="Scores of scales",
    unit="the scale's own",
    level="table",
    needs=("answer",),
    table="ratings",
)
def scale_scores(ratings: pd.DataFrame, instruments: Iterable[Instrument] = ()) -> pd.DataFrame:
    """Score of each person on each scale, and on each of its subscales.

    Parameters
    ----------
    ratings : DataFrame, one row per answered item
        Columns `participant`, `arm`, `instrument`, `question`, `subscale`, `answer` (number as given),
        `minimum`, `maximum`, `reverse` (boolean).
    instruments : the scales as the protocol has them; one that is not among them is taken from the
        ratings' own columns, with the mean as its score

    Returns
    -------
    DataFrame, one row per participant, instrument and subscale (empty for the whole scale)
        `participant`, `arm`, `instrument`, `subscale`, `score` in the scale's own units, NaN where any item
        is open: nothing is imputed.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    `protocol.scoring.score`; each scale's own paper stands with it in the protocol.
    """
    require_columns(ratings, *NEEDED, name="the table of ratings")
    known = {instrument.name: instrument for instrument in instruments}
    rows = []
    for name, mine in ratings.groupby("instrument", sort=False):
        instrument = known.get(str(name)) or instrument_from(mine)
        for (participant, arm), given in mine.groupby(["participant", "arm"], sort=False, dropna=False):
            answers = {str(q): _or_none(a) for q, a in zip(given["question"], given["answer"], strict=True)}
            scores = {"": score(instrument, answers)} | subscale_scores(instrument, answers)
            rows += [(participant, arm, str(name), subscale, value) for subscale, value in scores.items()]
    table = pd.DataFrame(rows, columns=["participant", "arm", "instrument", "subscale", "score"])
    return table.astype({"score": "float64"})


def scores_by_arm(scores: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """Mean score of each arm on each scale, with the t interval over people.

    Parameters
    ----------
    scores : DataFrame as `scale_scores` returns it
    alpha : one minus the level of the interval

    Returns
    -------
    DataFrame, one row per instrument, subscale and arm
        `mean`, `low`, `high`, `sd`, `people` (with a complete scale) and `incomplete`.

    Source
    ------
    Student's t for one mean; a scale is answered once per person, so items of the test play no part.
    """
    rows = [
        {"instrument": instrument, "subscale": subscale, "arm": arm, **_summary(mine["score"], alpha)}
        for (instrument, subscale, arm), mine in scores.groupby(["instrument", "subscale", "arm"], sort=False)
    ]
    return pd.DataFrame(rows, columns=[*_BY, "mean", "low", "high", "sd", "people", "incomplete"])


_BY = ["instrument", "subscale", "arm"]


def instruments_of(protocol: Protocol | None) -> list[Instrument]:
    """Return the scales of a resolved protocol in their order."""
    if protocol is None:
        return []
    uses = [use for phase in protocol.phases if isinstance(phase, Ratings) for use in phase.instruments]
    return [use.instrument for use in uses if use.instrument is not None]


def instrument_from(ratings: pd.DataFrame) -> Instrument:
    """Build the scale that the ratings' own columns tell of; its score is the mean."""
    items = ratings.drop_duplicates("question")
    low, high = int(ratings["minimum"].iloc[0]), int(ratings["maximum"].iloc[0])
    name = str(ratings["instrument"].iloc[0])
    return Instrument(
        name=name,
        title=name,
        source="the ratings' own columns",
        intro=name,
        minimum=low,
        maximum=high,
        labels=[str(low), str(high)],
        items=[
            ScaleItem(
                name=row.question, text=row.question, reverse=bool(row.reverse), subscale=_text(row.subscale)
            )
            for row in items.itertuples()
        ],
    )


def _summary(scores: pd.Series, alpha: float) -> dict[str, float | int]:
    told = mean_and_t_interval(scores, alpha)
    return {**told, "incomplete": int(scores.isna().sum())}


def _or_none(value: float) -> float | None:
    return None if value is None or np.isnan(value) else float(value)


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)
