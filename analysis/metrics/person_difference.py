"""The difference of two arms in one value per person."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


def person_difference(values: pd.Series, reference: pd.Series, alpha: float = 0.05) -> dict[str, float | str]:
    """Return the difference of the means with its t test and interval.

    Parameters
    ----------
    values, reference : Series of float indexed by participant; NaN is left out
    alpha : one minus the level of the interval

    Returns
    -------
    dict of `estimate`, `low`, `high`, `se`, `t`, `df`, `p`, `people`, `reference_people`, `rule`
        People who have a value in both are compared with themselves (`paired`) and the others left out; else
        the rule is `Welch`. All but the estimate are NaN where a variance cannot be computed or is zero.

    Source
    ------
    Welch (1947), "The Generalization of Student's Problem", Biometrika 34(1/2); Student's paired t.
    """
    mine, theirs = values.dropna(), reference.dropna()
    both = mine.index.intersection(theirs.index)
    if len(both):
        mine, theirs = mine[both], theirs[both]
        gap = (mine - theirs).to_numpy(dtype=float)
        return _tested(gap.mean(), _variance(gap), len(gap) - 1, alpha) | _counts(mine, theirs, "paired")
    a, b = mine.to_numpy(dtype=float), theirs.to_numpy(dtype=float)
    if not len(a) or not len(b):
        return _tested(np.nan, np.nan, np.nan, alpha) | _counts(mine, theirs, "Welch")
    parts = _variance(a), _variance(b)
    df = _welch_df(parts, (len(a), len(b)))
    return _tested(a.mean() - b.mean(), sum(parts), df, alpha) | _counts(mine, theirs, "Welch")


def _variance(values: Floats) -> float:
    """Return the squared standard error of the mean."""
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else float("nan")


def _welch_df(parts: tuple[float, float], sizes: tuple[int, int]) -> float:
    below = sum(part**2 / (n - 1) for part, n in zip(parts, sizes, strict=True) if n > 1)
    return sum(parts) ** 2 / below if below > 0 else float("nan")


def _tested(estimate: float, variance: float, df: float, alpha: float) -> dict[str, float | str]:
    se = float(np.sqrt(variance)) if variance > 0 else float("nan")
    t = estimate / se
    reach = float(stats.t.ppf(1 - alpha / 2, df)) * se
    p = float(2 * stats.t.sf(abs(t), df))
    low, high = estimate - reach, estimate + reach
    return {
        "estimate": float(estimate),
        "low": low,
        "high": high,
        "se": se,
        "t": t,
        "df": float(df),
        "p": p,
    }


def _counts(mine: pd.Series, theirs: pd.Series, rule: str) -> dict[str, float | str]:
    return {"people": len(mine), "reference_people": len(theirs), "rule": rule}
