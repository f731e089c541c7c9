"""Values that stand for "no answer" without anyone having said so."""

from __future__ import annotations

import pandas as pd

from analysis.population.integrity.finding import Finding, rows_found
from analysis.reading.study import Study

NEGATIVE = (-1, -9, -99, -999, -1000, -9999)
POSITIVE = (99, 999, 9999, 99999)
FAR = 2.0  # a positive sentinel is at least this many times as large as any other value
WORDS = ("na", "n/a", "nan", "null", "missing", "-", "?", ".", "undefined", *map(str, NEGATIVE))
ANSWERS, LABELS = ("answer", "first", "final"), ("key", "output", "truth")
SKIPPED = ("position", "trial")


def sentinels(study: Study) -> list[Finding]:
    """Find values that other programs write where there is no answer, such as −1, −1000, 999 or "NA".

    A negative one is suspicious where no other value is negative, a positive one where it is at least twice
    as large as any other; a text where it is no label of the model. What a mapping declares as missing is
    gone by now and cannot be found.
    """
    trials = study.trials
    labels = {
        str(label) for name in LABELS if name in trials.columns for label in trials[name].dropna().unique()
    }
    found = []
    for name in trials.columns:
        column = trials[name]
        bad = _bad_words(column, labels) if name in ANSWERS else _bad_numbers(column, name)
        if bad is not None and bad.any():
            values = ", ".join(map(str, pd.unique(column[bad])))
            told = f"{{rows}} of trials have {values} in {name!r}, which looks like a mark for “no answer”: {{people}}."
            found += rows_found("sentinel", trials, bad, told)
    return found


def outside_the_scale(study: Study) -> list[Finding]:
    """Find ratings below their scale's lowest or above its highest point, such as a 6 for "no answer"."""
    ratings = study.ratings
    if not {"answer", "minimum", "maximum"} <= set(ratings.columns):
        return []
    bad = (ratings["answer"] < ratings["minimum"]) | (ratings["answer"] > ratings["maximum"])
    told = "{rows} of ratings lie outside of their scale, of {people}."
    return rows_found("outside-the-scale", ratings, bad, told, "ratings")


def _bad_words(column: pd.Series, labels: set[str]) -> pd.Series:
    bad = [text for text in column.dropna().unique() if _is_nothing(str(text).strip(), labels)]
    return column.isin(bad)


def _is_nothing(text: str, labels: set[str]) -> bool:
    return text.lower() in WORDS and text not in labels


def _bad_numbers(column: pd.Series, name: str) -> pd.Series | None:
    if name in SKIPPED or not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return None
    negative, positive = column.isin(NEGATIVE), column.isin(POSITIVE)
    others = column[~negative & ~positive].dropna()
    if others.empty:
        return None
    suspicious = pd.Series(False, index=column.index)
    if others.min() >= 0:
        suspicious |= negative
    if positive.any() and column[positive].min() >= FAR * others.max():
        suspicious |= positive
    return suspicious & column.notna()
