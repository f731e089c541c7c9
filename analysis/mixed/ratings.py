"""Ordinal outcomes: which ratings a column holds, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ModelError

MOST = 50  # different ratings; what has more is no rating


@dataclass(frozen=True, eq=False)
class Ratings:
    """A rating column as numbers from 0.

    Attributes
    ----------
    codes : shape (n,), from 0 to len(levels) − 1, each of them present
    levels : the ratings that occur, in order
    unused : the ratings between the lowest and the highest that nobody gave
    """

    codes: NDArray[np.intp]
    levels: list[Any]
    unused: list[Any]

    @property
    def cuts(self) -> list[str]:
        """Names of the thresholds: `3|4` is the one between the ratings 3 and 4."""
        return [f"{low}|{high}" for low, high in zip(self.levels, self.levels[1:], strict=False)]

    @property
    def messages(self) -> list[str]:
        if not self.unused:
            return []
        told = ", ".join(map(str, self.unused))
        return [f"Nobody gave the rating {told}: the thresholds beside it are one and the same."]


def read_ratings(column: pd.Series) -> Ratings:
    """Read whole numbers, booleans or an ordered categorical without missing values.

    Raises
    ------
    ModelError : the column has no order, holds fractions, holds one rating only or more than `MOST`.
    """
    values = column if isinstance(column.dtype, pd.CategoricalDtype) else _whole(column)
    codes, levels = pd.factorize(values, sort=True)
    found = list(levels)
    if len(found) < 2:
        raise ModelError(
            f"Column {column.name!r} is {found[0]!r} in all {len(column)} rows: ratings that do not vary can be "
            "compared with nothing."
        )
    if len(found) > MOST:
        raise ModelError(
            f"Column {column.name!r} holds {len(found)} different ratings; a cumulative model takes at most "
            f"{MOST}. A linear model suits a fine scale."
        )
    return Ratings(codes.astype(np.intp), found, _unused(values, found))


def _whole(column: pd.Series) -> pd.Series:
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        found = ", ".join(map(repr, column.unique()[:5].tolist()))
        raise ModelError(
            f"Column {column.name!r} holds {found}; ratings are whole numbers or an ordered categorical."
        )
    values = column.to_numpy(dtype=float)
    if (values != np.round(values)).any():
        found = ", ".join(f"{value:g}" for value in np.unique(values[values != np.round(values)])[:5])
        raise ModelError(
            f"Column {column.name!r} holds {found}; ratings are whole numbers. Round or use a linear model."
        )
    return pd.Series(values.astype(np.int64), name=column.name)


def _unused(values: pd.Series, found: list[Any]) -> list[Any]:
    """Ratings of the scale that lie between two that occur, and do not."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        if not values.dtype.ordered:
            known = ", ".join(map(repr, values.dtype.categories))
            raise ModelError(
                f"The categories of column {values.name!r} have no order: {known}. Give them as ordered."
            )
        scale = list(values.dtype.categories)
        inside = scale[scale.index(found[0]) : scale.index(found[-1])]
    else:
        inside = list(range(found[0], found[-1])) if found[-1] - found[0] < MOST else []
    return [rating for rating in inside if rating not in found]
