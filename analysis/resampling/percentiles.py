"""Interval and p-value from the same order statistics of a bootstrap's draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def percentile_interval(draws: ArrayLike, alpha: float = 0.05) -> tuple[float, float]:
    """Return the middle 1 − alpha of the finite draws; NaN where there are fewer than two.

    The ends are the k-th smallest and k-th largest of the n finite draws with k = ⌊(n + 1) alpha / 2⌋, at
    least 1, so that the interval leaves out zero where `percentile_p` is below alpha.

    Source
    ------
    Davison and Hinkley (1997), "Bootstrap Methods and their Application", section 5.3.1.
    """
    values = _sorted(draws)
    if len(values) < 2:
        return float("nan"), float("nan")
    k = max(int((len(values) + 1) * alpha / 2 + 1e-9), 1)  # 2000 × .05 / 2 must not become 49.99…
    return float(values[k - 1]), float(values[-k])


def percentile_p(draws: ArrayLike, null: float = 0.0) -> float:
    """Return the two-sided p-value of `null`: twice the smaller share of draws on either side of it.

    Each share counts the observed value as one more draw, so p is never zero; draws equal to `null` count
    on both sides. NaN where there are fewer than two finite draws.

    Source
    ------
    Davison and Hinkley (1997), "Bootstrap Methods and their Application", section 4.4: the level at which
    the percentile interval ends at `null`.
    """
    values = _sorted(draws)
    if len(values) < 2:
        return float("nan")
    below, above = int((values <= null).sum()), int((values >= null).sum())
    return min(2 * (min(below, above) + 1) / (len(values) + 1), 1.0)


def _sorted(draws: ArrayLike) -> Floats:
    values = np.asarray(draws, dtype=float)
    return np.sort(values[np.isfinite(values)])
