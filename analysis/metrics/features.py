"""Feature naming: which features people say the model used, against those that it did use."""

from __future__ import annotations

import json

import pandas as pd

from analysis.columns import require_columns
from analysis.errors import AnalysisError
from analysis.metrics.metric import metric

NEEDED = ("features_marked", "features_true")


@metric(
    name="feature-precision",
    label="Precision of the named features",
    unit="share",
    level="trial",
    needs=NEEDED,
    better="higher",
)
def feature_precision(trials: pd.DataFrame) -> pd.Series:
    """Share of the named features that the model used.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `features_marked` and `features_true`: JSON lists, missing where nothing was asked; `[]` where
        nothing was named. A feature that is named twice counts once.

    Returns
    -------
    Series of float in [0, 1], one value per trial, on the index of `trials`
        NaN where either is missing and where nothing was named.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    AnalysisError : a cell is no JSON list; the message names column and row.

    Source
    ------
    Van Rijsbergen (1979), "Information Retrieval", chapter 7.
    """
    hits, marked, _ = _counts(trials)
    return (hits / marked.where(marked > 0)).rename("feature_precision")


@metric(
    name="feature-recall",
    label="Recall of the features",
    unit="share",
    level="trial",
    needs=NEEDED,
    better="higher",
)
def feature_recall(trials: pd.DataFrame) -> pd.Series:
    """Share of the features that the model used which were named.

    Parameters
    ----------
    trials : as in `feature_precision`

    Returns
    -------
    Series of float in [0, 1], one value per trial, on the index of `trials`
        NaN where either is missing and where the model used none; 0 where nothing was named.

    Raises
    ------
    MissingColumns, AnalysisError : as in `feature_precision`.

    Source
    ------
    See `feature_precision`.
    """
    hits, _, true = _counts(trials)
    return (hits / true.where(true > 0)).rename("feature_recall")


@metric(
    name="feature-f1",
    label="F1 of the named features",
    unit="share",
    level="trial",
    needs=NEEDED,
    better="higher",
)
def feature_f1(trials: pd.DataFrame) -> pd.Series:
    """Harmonic mean of precision and recall: 2 · hits / (named + used).

    Parameters
    ----------
    trials : as in `feature_precision`

    Returns
    -------
    Series of float in [0, 1], one value per trial, on the index of `trials`
        NaN where either is missing and where nothing was named and nothing used.

    Raises
    ------
    MissingColumns, AnalysisError : as in `feature_precision`.

    Source
    ------
    See `feature_precision`. The form in counts is defined where precision or recall alone is not: it is
    then 0.
    """
    hits, marked, true = _counts(trials)
    both = marked + true
    return (2 * hits / both.where(both > 0)).rename("feature_f1")


def _counts(trials: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return how many features of each trial were both named and used, named, and used."""
    require_columns(trials, *NEEDED, name="the table of trials")
    marked, true = (_sets(trials[name]) for name in NEEDED)
    rows = [
        (len(m & t), len(m), len(t)) if m is not None and t is not None else (None, None, None)
        for m, t in zip(marked, true, strict=True)
    ]
    table = pd.DataFrame(rows, index=trials.index, columns=["hits", "marked", "true"], dtype="float64")
    return table["hits"], table["marked"], table["true"]


def _sets(cells: pd.Series) -> list[frozenset[str] | None]:
    return [None if pd.isna(cell) else _set(cell, cells.name, row) for row, cell in cells.items()]


def _set(cell: object, column: object, row: object) -> frozenset[str]:
    try:
        features = json.loads(str(cell))
    except ValueError:
        features = None
    if not isinstance(features, list):
        raise AnalysisError(f"Column {column!r}, row {row!r}: {cell!r} is no JSON list of features.")
    return frozenset(map(str, features))
