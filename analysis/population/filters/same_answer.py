"""People who gave the same answer again and again."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.population.filters.values import participants_of
from analysis.reading.study import Study

ENOUGH = 2  # of a single answer nobody can say whether it would have been repeated


def same_answer(
    study: Study, trials: pd.DataFrame, *, share: float = 1.0, column: str = "answer"
) -> pd.Series:
    """Say who gave one and the same value of `column` in at least `share` of their trials.

    Missing for who gave fewer than two. Straight-lining is only a sign of carelessness where the right
    answers vary.
    """
    require_columns(trials, column, name="the table of trials")
    return _repeats(trials, column, share).reindex(participants_of(trials))


def same_rating(
    study: Study, trials: pd.DataFrame, *, share: float = 1.0, instrument: str | None = None
) -> pd.Series:
    """Say who gave one and the same rating to at least `share` of the statements of a block.

    Ratings are taken as given, before reverse statements are turned round: someone who agrees with a
    statement and with its opposite has not read them. Without `instrument`, all ratings are one block.
    Missing for who gave fewer than two ratings.
    """
    require_columns(study.ratings, "participant", "instrument", "answer", name="the table of ratings")
    ratings = study.ratings
    if instrument is not None:
        ratings = ratings[ratings["instrument"] == instrument]
    return _repeats(ratings, "answer", share).reindex(participants_of(trials))


def _repeats(table: pd.DataFrame, column: str, share: float) -> pd.Series:
    """Return by participant whether their most frequent value makes up `share` of their values."""
    given = table.dropna(subset=[column])
    times = given.groupby(["participant", column], observed=True).size()
    most = times.groupby(level="participant").max()
    number = times.groupby(level="participant").sum()
    return (most >= share * number - 1e-12).astype("boolean").where(number >= ENOUGH)
