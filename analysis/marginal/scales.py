"""Estimates of several cells on one scale, with their joint covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Values of shape (g,) and their covariance of shape (g, g)."""

    value: Floats
    covariance: Floats

    @property
    def se(self) -> Floats:
        """Standard errors, shape (g,); NaN where the variance is not a number or below zero."""
        variance = self.covariance.diagonal()
        return np.sqrt(np.where(variance >= 0, variance, np.nan))

    @property
    def correlation(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.covariance / np.outer(self.se, self.se)

    def combine(self, weights: Floats) -> Scale:
        """Return the linear combinations of shape (c,) that `weights` of shape (c, g) ask for."""
        return Scale(weighted_sums(weights, self.value), weights @ self.covariance @ weights.T)


def weighted_sums(weights: Floats, values: Floats) -> Floats:
    """Return weights @ values, where an infinite or missing value counts only with a weight.

    Separated coefficients are infinite; the difference of two of them is NaN.
    """
    if np.isfinite(values).all():
        return weights @ values
    with np.errstate(invalid="ignore"):
        return np.where(weights == 0, 0.0, weights * values).sum(axis=1)


def exponential(values: Floats) -> Floats:
    """Return exp(values); infinite where that is beyond what a number holds."""
    with np.errstate(over="ignore"):
        return np.exp(values)


def wald(value: Floats, se: Floats, reach: Floats, alternative: str = "two-sided") -> tuple[Floats, Floats]:
    """Return the ends of value ± reach·se; a one-sided alternative leaves one end at infinity."""
    low, high = value - reach * se, value + reach * se
    unknown = np.isnan(low)
    if alternative == "greater":
        high = np.where(unknown, np.nan, np.inf)
    if alternative == "less":
        low = np.where(unknown, np.nan, -np.inf)
    return low, high


def wald_within_unit(value: Floats, se: Floats, reach: Floats) -> tuple[Floats, Floats]:
    """Return an interval for probabilities, made on the logit scale so that it stays inside (0, 1)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = wald(special.logit(value), se / (value * (1 - value)), reach)
    return special.expit(low), special.expit(high)
