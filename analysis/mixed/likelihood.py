"""Likelihoods of a row given its linear predictor, with the derivatives that Laplace needs.

A likelihood knows its outcome. `rows(eta, extra)` gives, for the linear predictor η of every row, the total
log-likelihood, its first derivative by η (`score`), minus the second (`weights`) and the derivative of those
(`slopes`). `weights` are those of the observed Hessian, not the expected: only with them is a Laplace
approximation with a non-canonical link exact to its order (and equal to glmmTMB's). A likelihood may have
parameters of its own (`n_extra`, such as thresholds), with the gradient that follows from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import special

from analysis.mixed.structure import Floats

HALF_LOG_2PI = 0.9189385332046727


@dataclass(frozen=True, eq=False)
class Rows:
    """A likelihood at one η: the sum, and per row, shape (n,), what stands in this module's docstring."""

    value: float
    score: Floats
    weights: Floats
    slopes: Floats


class Likelihood(Protocol):
    """What `laplace` asks of a likelihood."""

    n_extra: int

    def rows(self, eta: Floats, extra: Floats) -> Rows:
        """Everything at η, shape (n,), and the own parameters, shape (n_extra,)."""
        ...

    def extra_gradient(self, eta: Floats, extra: Floats, leverage: Floats, pull: Floats) -> Floats:
        """Σ_i ∂l_i − ½ leverage_i ∂weights_i − ½ pull_i ∂score_i by the own parameters, shape (n_extra,)."""
        ...


class Binomial:
    """Counts of successes out of trials, each row weighted.

    Parameters
    ----------
    successes, trials : shape (n,)
    weights : how often each row counts, shape (n,)
    """

    n_extra = 0

    def __init__(self, successes: Floats, trials: Floats, weights: Floats) -> None:
        self.successes = weights * successes
        self.trials = weights * trials
        self.failures = self.trials - self.successes
        self.constant = 0.0
        if (trials != 1).any():
            parts = special.gammaln([trials + 1, successes + 1, trials - successes + 1])
            self.constant = float(weights @ (parts[0] - parts[1] - parts[2]))

    def extra_gradient(self, eta: Floats, extra: Floats, leverage: Floats, pull: Floats) -> Floats:
        """A binomial likelihood has no parameters of its own."""
        return np.empty(0)


class Logit(Binomial):
    """log-odds link."""

    def rows(self, eta: Floats, extra: Floats) -> Rows:
        """See `Likelihood`."""
        small = np.exp(-np.abs(eta))
        total = 1.0 + small
        value = self.successes @ eta - self.trials @ (np.maximum(eta, 0.0) + np.log(total)) + self.constant
        share = np.where(eta >= 0, 1.0, small) / total
        mean = self.trials * share
        weights = mean * (1.0 - share)
        return Rows(float(value), self.successes - mean, weights, weights * (1.0 - 2.0 * share))


class Probit(Binomial):
    """Normal-quantile link."""

    def rows(self, eta: Floats, extra: Floats) -> Rows:
        """See `Likelihood`."""
        up, down = special.log_ndtr(eta), special.log_ndtr(-eta)
        density = -0.5 * eta * eta - HALF_LOG_2PI
        ratio_up, ratio_down = np.exp(density - up), np.exp(density - down)
        bend_up, bend_down = ratio_up + eta, ratio_down - eta
        value = self.successes @ up + self.failures @ down + self.constant
        score = self.successes * ratio_up - self.failures * ratio_down
        curve_up, curve_down = ratio_up * bend_up, ratio_down * bend_down
        weights = self.successes * curve_up + self.failures * curve_down
        slopes = self.successes * (ratio_up * (1.0 - curve_up) - curve_up * bend_up)
        slopes += self.failures * (curve_down * bend_down - ratio_down * (1.0 - curve_down))
        return Rows(float(value), score, weights, slopes)


LINKS: dict[str, type[Logit] | type[Probit]] = {"logit": Logit, "probit": Probit}
