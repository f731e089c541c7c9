"""Whether differences lie within an equivalence margin, by two one-sided tests (TOST)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from analysis.inference.holm import holm


def t_margin_p(table: pd.DataFrame, margin: float) -> pd.Series:
    """Return the larger p of the two one-sided t tests that a difference lies within ± margin.

    Parameters
    ----------
    table : DataFrame with `estimate`, `se`, `df`
    margin : positive, in the estimate's unit

    Returns
    -------
    Series of float on the table's index; NaN where there is no standard error

    Source
    ------
    Schuirmann (1987), "A Comparison of the Two One-Sided Tests Procedure and the Power Approach",
    J. Pharmacokinet. Biopharm. 15(6).
    """
    estimate, se, df = (table[name].to_numpy(dtype=float) for name in ("estimate", "se", "df"))
    return pd.Series(stats.t.sf((margin - np.abs(estimate)) / se, df), index=table.index)


def percentile_margin_p(draws: ArrayLike, margin: float) -> float:
    """Return the larger p of the two one-sided bootstrap tests that a difference lies within ± margin.

    Each is the share of finite draws at or beyond its end of the margin, the observed value counting as
    one more, as in `percentile_p`. NaN where there are fewer than two finite draws.

    Source
    ------
    Davison and Hinkley (1997), "Bootstrap Methods and their Application", section 4.4, for each of the two.
    """
    drawn = np.asarray(draws, dtype=float)
    values = drawn[np.isfinite(drawn)]
    if len(values) < 2:
        return float("nan")
    beyond = max(int((values <= -margin).sum()), int((values >= margin).sum()))
    return (beyond + 1) / (len(values) + 1)


def within_margin(p: pd.Series | None, index: pd.Index, alpha: float, family: str) -> pd.Series:
    """Return whether two one-sided tests, each at alpha, show the differences to lie within the margin.

    Parameters
    ----------
    p : the larger p-value of the two tests; None without a margin
    index : of the contrasts
    alpha : level of each one-sided test: for a single contrast, the 1 − 2·alpha interval lies inside the margin
    family : `holm` adjusts these p-values over the contrasts as it does the others, `none` leaves them

    Returns
    -------
    Series of boolean; missing without a margin, and where nothing could be computed
    """
    if p is None:
        return pd.Series(pd.NA, index=index, dtype="boolean")
    told = pd.Series(p.to_numpy(dtype=float), index=index)
    adjusted = pd.Series(holm(told), index=index) if family == "holm" else told
    return (adjusted < alpha).astype("boolean").where(told.notna())
