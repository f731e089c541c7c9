"""Bounds of a difference under missing outcomes, for many resamples at once. Pure arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats

Floats = NDArray[np.float64]
CELLS = 4_000_000  # of the largest array of a resample


@dataclass(frozen=True)
class Ends:
    """The lower and upper bound of a difference, each of shape (draws,)."""

    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class Group:
    """One arm's people with the lowest outcome first: `values` and `weights` of shape (people,).

    Someone without an outcome has weight 0 (and the value 0, which then means nothing).
    """

    arm: str
    values: Floats
    weights: Floats

    @classmethod
    def of(cls, arm: str, people: pd.DataFrame) -> Group:
        ordered = people.sort_values("mean")
        seen = ordered["mean"].notna()
        weights = ordered["observed"].where(seen, 0.0).to_numpy(dtype=float)
        return cls(arm, ordered["mean"].fillna(0.0).to_numpy(dtype=float), weights)

    @property
    def mean(self) -> float:
        """The weighted mean of what was seen; NaN where that is nothing."""
        total = self.weights.sum()
        return float(self.weights @ self.values / total) if total > 0 else float("nan")

    @property
    def rate(self) -> float:
        """Which share of all outcomes was seen."""
        return float(self.weights.mean())

    def once(self) -> Drawn:
        """Return everyone once, as one draw."""
        return Drawn(self, np.ones((1, len(self.values))))

    def drawn(self, rng: np.random.Generator, draws: int) -> Drawn:
        """Draw as many people as there are with replacement, `draws` times."""
        n = len(self.values)
        return Drawn(self, rng.multinomial(n, np.full(n, 1 / n), size=draws).astype(float))


@dataclass(frozen=True)
class Drawn:
    """How often each person of a group was drawn, shape (draws, people)."""

    group: Group
    counts: Floats

    @property
    def rates(self) -> Floats:
        """Which share of all outcomes was seen, shape (draws,)."""
        return (self.counts @ self.group.weights) / self.counts.sum(axis=1)

    def lowest(self, keep: Floats) -> Floats:
        """Return the mean of the lowest share `keep` of the outcomes, shape (draws,)."""
        return _mean_of_first(self.counts * self.group.weights, self.group.values, keep)

    def highest(self, keep: Floats) -> Floats:
        """Return the mean of the highest share `keep` of the outcomes, shape (draws,)."""
        return _mean_of_first((self.counts * self.group.weights)[:, ::-1], self.group.values[::-1], keep)

    def filled(self, value: float) -> Floats:
        """Return the mean over everyone with each missing outcome set to `value`, shape (draws,)."""
        weights = self.group.weights
        known = weights * self.group.values + (1 - weights) * value
        return (self.counts @ known) / self.counts.sum(axis=1)


EndsOf = Callable[[Drawn, Drawn], Ends]


def resampled(ends: EndsOf, arm: Group, base: Group, draws: int, rng: np.random.Generator) -> Ends:
    """Draw the people of both arms again and again, a bounded number of numbers at a time."""
    size = max(1, min(draws, CELLS // max(len(arm.values) + len(base.values), 1)))
    parts = [
        ends(arm.drawn(rng, min(size, draws - start)), base.drawn(rng, min(size, draws - start)))
        for start in range(0, draws, size)
    ]
    return Ends(np.concatenate([p.lower for p in parts]), np.concatenate([p.upper for p in parts]))


def lee_ends(arm: Drawn, base: Drawn) -> Ends:
    """Trim whichever side kept more of its outcomes, and take the difference of the means."""
    ours, theirs = arm.rates, base.rates
    seen = (ours > 0) & (theirs > 0)
    keep_arm = np.divide(np.minimum(ours, theirs), ours, out=np.full(len(ours), np.nan), where=seen)
    keep_base = np.divide(np.minimum(ours, theirs), theirs, out=np.full(len(ours), np.nan), where=seen)
    return Ends(
        arm.lowest(keep_arm) - base.highest(keep_base), arm.highest(keep_arm) - base.lowest(keep_base)
    )


def manski_ends(arm: Drawn, base: Drawn, outcome_range: tuple[float, float]) -> Ends:
    """Fill what is missing with the lowest value on one side and the highest on the other."""
    lowest, highest = outcome_range
    seen = (arm.rates > 0) & (base.rates > 0)
    lower = arm.filled(lowest) - base.filled(highest)
    upper = arm.filled(highest) - base.filled(lowest)
    return Ends(np.where(seen, lower, np.nan), np.where(seen, upper, np.nan))


def imbens_manski(
    lower: float, upper: float, se_lower: float, se_upper: float, alpha: float
) -> tuple[float, float]:
    """Return the interval that holds the difference itself, not the whole range of its bounds, 1 − alpha often.

    Its reach c solves Φ(c + (upper − lower) / max(se)) − Φ(−c) = 1 − alpha: the two-sided quantile where the
    bounds coincide, the one-sided one where they lie far apart. NaN where a standard error is.
    """
    if not np.isfinite([lower, upper, se_lower, se_upper]).all():
        return float("nan"), float("nan")
    largest = max(se_lower, se_upper)
    if largest == 0:
        return lower, upper
    width = (upper - lower) / largest

    def excess(c: float) -> float:
        return float(stats.norm.cdf(c + width) - stats.norm.cdf(-c)) - (1 - alpha)

    reach = optimize.brentq(excess, 0.0, float(stats.norm.ppf(1 - alpha / 2)) + 1e-9)
    return lower - reach * se_lower, upper + reach * se_upper


def _mean_of_first(weights: Floats, values: Floats, keep: Floats) -> Floats:
    """Return the mean of the first share `keep` of the weight; a person at the edge counts in part."""
    target = keep * weights.sum(axis=1)
    before = np.cumsum(weights, axis=1) - weights
    kept = np.clip(target[:, None] - before, 0.0, weights)
    seen = target > 0
    return np.divide(kept @ values, target, out=np.full(len(target), np.nan), where=seen)
