"""Wald F tests of several contrasts of a mixed model at once.

The contrasts are rotated until their estimates are uncorrelated; F is the mean of their squared t statistics,
whose df₂ are chosen so that F has the expectation that those t's imply.

Source: Fai and Cornelius (1996), J. Statist. Comput. Simul. 54, as in lmerTest's `contestMD`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.mixed.structure import Floats

NEGLIGIBLE = 1e-10  # eigenvalues below this share of the largest count as zero


@dataclass(frozen=True)
class FTest:
    """F with `df1` and `df2` degrees of freedom and its p-value."""

    statistic: float
    df1: int
    df2: float
    p: float


def f_test(rows: ArrayLike, params: Floats, covariance: Floats, df_of: Callable[[Floats], float]) -> FTest:
    """Test `rows @ params = 0`.

    Parameters
    ----------
    rows : the contrasts, shape (r, p); dependent ones count once
    params, covariance : estimates, shape (p,), and their covariance, shape (p, p)
    df_of : the degrees of freedom of a single contrast, shape (p,)

    Raises
    ------
    ValueError : all rows are zero.
    """
    contrasts = np.atleast_2d(np.asarray(rows, dtype=float))
    values, vectors = np.linalg.eigh(contrasts @ covariance @ contrasts.T)
    kept = values > NEGLIGIBLE * max(values.max(), 0.0)
    if not kept.any():
        raise ValueError("A test needs at least one contrast that is not zero.")
    rotated = vectors[:, kept].T @ contrasts
    statistic = float(np.mean((rotated @ params) ** 2 / values[kept]))
    df1, df2 = int(kept.sum()), common_df([df_of(row) for row in rotated])
    return FTest(statistic, df1, df2, f_tail(statistic, df1, df2))


def common_df(dfs: Sequence[float]) -> float:
    """The df₂ of an F that is a mean of squared t's with these df, from their expectations df / (df − 2).

    Two where one of them has no expectation, as in lmerTest; infinite where all are.
    """
    if len(dfs) == 1:
        return float(dfs[0])
    if min(dfs) <= 2:
        return 2.0
    excess = sum(2 / (df - 2) for df in dfs)
    return float("inf") if excess == 0 else 2 + 2 * len(dfs) / excess


def f_tail(statistic: float, df1: int, df2: float) -> float:
    """P(F > statistic), for infinite `df2` too."""
    if np.isinf(df2):
        return float(stats.chi2.sf(statistic * df1, df1))
    return float(stats.f.sf(statistic, df1, df2))
