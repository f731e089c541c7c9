"""Small steps that metrics share: numbers from columns, equal labels, every participant."""

from __future__ import annotations

import pandas as pd

from analysis.columns import as_numbers, as_truths, require_columns


def floats(values: pd.Series) -> pd.Series:
    """Return numbers or booleans as float64; what is missing is NaN, and a text is refused with its row."""
    return as_numbers(values, str(values.name))


def truths(trials: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of booleans, or of zeros and ones, as float64; what is missing is NaN."""
    return as_truths(trials[name], name)


def everyone(trials: pd.DataFrame) -> pd.Index:
    """Return each participant of the trials once, in order of appearance."""
    return pd.Index(trials["participant"].dropna().unique(), name="participant")


def person_means(trials: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Return each participant's mean of the values that are defined; NaN for one who has none."""
    return values.groupby(trials["participant"]).mean().reindex(everyone(trials))


def equal(trials: pd.DataFrame, one: str, other: str) -> pd.Series:
    """Return 1 where two columns hold the same, 0 where not, NaN where either is missing."""
    require_columns(trials, one, other, name="the table of trials")
    left, right = _plain(trials[one]), _plain(trials[other])
    return (left == right).fillna(False).astype("float64").where(left.notna() & right.notna())


def _plain(values: pd.Series) -> pd.Series:
    """Return labels that can be compared: categories of two columns cannot, where they differ."""
    return values.astype("object") if isinstance(values.dtype, pd.CategoricalDtype) else values
