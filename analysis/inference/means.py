"""Means and shares of one value per person."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]


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


def wilson_interval(right: ArrayLike, n: ArrayLike, alpha: float = 0.05) -> tuple[Floats, Floats]:
    """Return the low and high ends of each share `right / n`; NaN where n is zero.

    Source: Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference", JASA
    22(158). The n must be independent answers, such as one of each person.
    """
    counts = np.asarray(n, dtype=float)
    counts = np.where(counts > 0, counts, np.nan)
    share, z = np.asarray(right, dtype=float) / counts, float(stats.norm.ppf(1 - alpha / 2))
    middle = (share + z**2 / (2 * counts)) / (1 + z**2 / counts)
    reach = z * np.sqrt(share * (1 - share) / counts + z**2 / (4 * counts**2)) / (1 + z**2 / counts)
    return middle - reach, middle + reach
