"""What a link-scale value is on the probability scale, at the middle of the random effects or over them.

With eta the fixed part and v the total variance of the random effects, both on the link scale, the
probability for a new participant and a new item is E[F(eta + Z√v)], Z standard normal. For the probit it
is Φ(eta / √(1 + v)). For the logit it has no closed form; the trapezoid rule is used, because for a
function that is analytic in a strip its error falls exponentially with the number of nodes, where that of
Gauss–Hermite falls slowly once √v is above 2 (at √v = 3, 20 Gauss–Hermite nodes are wrong by 1e-4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]

REACH = 8.5  # standard deviations; the normal density beyond holds less than 2e-17
ROOT_TWO_PI = np.sqrt(2 * np.pi)


@dataclass(frozen=True)
class Averages:
    """Mean outcomes over the random effects with their derivatives, each of shape (m,)."""

    value: Floats
    by_eta: Floats
    by_variance: Floats


def average_over_effects(eta: ArrayLike, variance: ArrayLike, link: str) -> Averages:
    """Integrate the inverse link over normal random effects.

    Parameters
    ----------
    eta : shape (m,), the fixed part on the link scale
    variance : shape (m,), total variance of the random effects on the link scale, at least 0
    link : `logit` (also `cumulative-logit`, of which it is one threshold), `probit` or `identity`

    Returns
    -------
    Averages
        `value` is a probability (for `identity`, eta itself), right to 1e-12 for standard deviations up
        to 25. The derivative by the variance is E[F″]/2, since the normal density solves the heat
        equation.

    Source
    ------
    Trefethen and Weideman (2014), "The Exponentially Convergent Trapezoidal Rule", SIAM Review 56(3);
    the probit's closed form: Zeger, Liang and Albert (1988), Biometrics 44(4).
    """
    fixed, spread = np.asarray(eta, dtype=float), np.asarray(variance, dtype=float)
    if link == "identity":
        return Averages(fixed, np.ones_like(fixed), np.zeros_like(fixed))
    return _probit(fixed, spread) if link == "probit" else _logit(fixed, spread)


def probability_at(eta: ArrayLike, link: str) -> tuple[Floats, Floats]:
    """Return the inverse link of eta and its derivative: the case of random effects at zero."""
    at_zero = average_over_effects(eta, np.zeros_like(np.asarray(eta, dtype=float)), link)
    return at_zero.value, at_zero.by_eta


def _probit(eta: Floats, variance: Floats) -> Averages:
    scale = 1 / np.sqrt(1 + variance)
    at = eta * scale
    slope = np.exp(-0.5 * at**2) / ROOT_TWO_PI * scale
    bend = np.where(np.isinf(at), 0.0, at) * slope * scale  # a separated level is flat
    return Averages(special.ndtr(at), slope, -0.5 * bend)


def _logit(eta: Floats, variance: Floats) -> Averages:
    nodes, weights = _trapezoid(float(np.sqrt(variance.max(initial=0.0, where=np.isfinite(variance)))))
    p = special.expit(eta[:, None] + np.sqrt(variance)[:, None] * nodes)
    slope = p * (1 - p)
    return Averages(p @ weights, slope @ weights, (slope * (0.5 - p)) @ weights)


def _trapezoid(sd: float) -> tuple[Floats, Floats]:
    """Return nodes and weights for a standard normal, fine enough for a logistic curve of steepness `sd`.

    The nearest pole of expit(eta + sd z) lies π / sd off the line, so that the error is about
    exp(−2π² / (sd h)) for a step of h.
    """
    step = max(min(0.5, 0.6 / max(sd, 1e-9)), 0.02)
    nodes = step * np.arange(-np.ceil(REACH / step), np.ceil(REACH / step) + 1)
    density = np.exp(-0.5 * nodes**2)
    return nodes, density / density.sum()
