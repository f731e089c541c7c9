"""One estimated number with its test against zero and its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Estimate:
    """A linear combination of parameters; without a standard error, everything after it is NaN.

    `df` is infinite where the normal distribution is used; `low` and `high` bound the 1 − alpha interval.
    """

    estimate: float
    se: float
    df: float
    t: float
    p: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, se: float, df: float, alpha: float = 0.05) -> Estimate:
        """The Wald t test and interval of a value with its standard error and degrees of freedom."""
        if not (np.isfinite(se) and se > 0 and df > 0):
            return cls(value, float("nan"), df, *[float("nan")] * 4)
        t = value / se
        reach = float(stats.t.ppf(1 - alpha / 2, df)) * se
        return cls(value, se, df, t, float(2 * stats.t.sf(abs(t), df)), value - reach, value + reach)
