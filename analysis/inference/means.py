"""Means of one value per person, and their difference between arms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


def mean_and_t_interval(values: ArrayLike, alpha: float = 0.05) -> dict[str, float | int]:
    """Return `mean`, `low`, `high`, `sd` and `people` of the finite values.

    The interval is Student's; it is NaN for fewer than two values and where all are equal.
    """
    given = np.asarray(values, dtype=float)
    finite = given[np.isfinite(given)]
    n = len(finite)
    mean = float(finite.mean()) if n else float("nan")
    sd = float(finite.std(ddof=1)) if n > 1 else float("nan")
    reach = float(stats.t.ppf(1 - alpha / 2, n - 1)) * sd / np.sqrt(n) if n > 1 and sd > 0 else float("nan")
    return {"mean": mean, "low": mean - reach, "high": mean + reach, "sd": sd, "people": n}
