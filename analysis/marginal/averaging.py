"""How the levels of other factors are weighed when a mean is taken over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.errors import AnalysisError, UnknownName

Floats = NDArray[np.float64]
Shares = str | Mapping[Any, float]
Weights = str | Mapping[str, Shares]

NAMED = ("equal", "proportional")


def require_weights(weights: Weights, factors: Mapping[str, list[Any]]) -> None:
    """Raise unless `weights` are named ones, or shares for some of the factors."""
    if isinstance(weights, str):
        if weights not in NAMED:
            raise UnknownName(
                f"weights is {weights!r}; allowed are {', '.join(NAMED)}, or shares per factor."
            )
        return
    for name in weights:
        if name not in factors:
            known = ", ".join(factors) or "none"
            raise UnknownName(
                f"weights name {name!r}, which is not averaged over. Factors that are: {known}."
            )


def combination_shares(
    combinations: Sequence[tuple[Any, ...]],
    factors: Mapping[str, list[Any]],
    weights: Weights,
    data: pd.DataFrame | None,
) -> Floats:
    """Return the share of each combination of levels, shape (combinations,), summing to one.

    Parameters
    ----------
    combinations : tuples of levels, in the order of `product(*factors.values())`
    factors : the factors that are averaged over, with the levels that are held
    weights : see `analysis.marginal.grid.reference_grid`
    data : rows in which `proportional` weights are counted
    """
    if weights == "proportional":
        shares = _observed(combinations, factors, data)
    else:
        told = weights if isinstance(weights, Mapping) else {}
        each = [_shares(name, levels, told.get(name, "equal"), data) for name, levels in factors.items()]
        shares = np.array([np.prod(row) for row in product(*each)])
    if not shares.sum() > 0:
        raise AnalysisError(f"No row has a combination of {', '.join(factors)} that is averaged over.")
    return shares / shares.sum()


def _observed(
    combinations: Sequence[tuple[Any, ...]], factors: Mapping[str, list[Any]], data: pd.DataFrame | None
) -> Floats:
    """Count the rows of each combination."""
    if not factors:
        return np.ones(1)
    counts = _counted(data, *factors).groupby(list(factors), observed=True).size()
    found = {key if isinstance(key, tuple) else (key,): count for key, count in counts.items()}
    return np.array([found.get(combination, 0) for combination in combinations], dtype=float)


def _shares(name: str, levels: list[Any], told: Shares, data: pd.DataFrame | None) -> list[float]:
    if told == "equal":
        return [1.0] * len(levels)
    if told == "proportional":
        column = _counted(data, name)[name]
        return [float((column == level).sum()) for level in levels]
    if isinstance(told, str) or set(told) != set(levels):
        known = ", ".join(map(str, levels))
        raise AnalysisError(
            f"weights of {name!r} are {told!r}; allowed are equal, proportional, or a share for each of {known}."
        )
    shares = [float(told[level]) for level in levels]
    if not (min(shares) >= 0 and abs(sum(shares) - 1) <= 1e-6):
        raise AnalysisError(f"weights of {name!r} are {shares}; shares are not negative and sum to 1.")
    return shares


def _counted(data: pd.DataFrame | None, *columns: str) -> pd.DataFrame:
    if data is None:
        raise AnalysisError("Proportional weights are counted in `data`: give the table of trials.")
    require_columns(data, *columns, name="data")
    return data
