"""Cumulative likelihoods for ordinal ratings.

A rating Y in 0 … K − 1 is a latent η + noise cut at ordered thresholds τ₁ < … < τ_{K−1}:

    P(Y ≤ k) = F(τ_{k+1} − η)

so a larger η means higher ratings. A row's probability is F(a) − F(b) with a = τ_{y+1} − η above and
b = τ_y − η below it (infinite at the ends). Pure arrays; `analysis.mixed.clmm` fits the model.

Source: McCullagh (1980), "Regression Models for Ordinal Data", JRSS B 42(2); Christensen, `ordinal` for R.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.mixed.likelihood import HALF_LOG_2PI, Rows
from analysis.mixed.structure import Floats

LARGEST_STEP = 30.0  # of a log gap between thresholds: exp of more says nothing about real ratings


class Cumulative:
    """The likelihood of ratings, see `analysis.mixed.likelihood.Likelihood`.

    Its own parameters are τ₁ and the logarithms of the gaps τ₂ − τ₁, …: whatever an optimiser tries, the
    thresholds are ordered.

    Parameters
    ----------
    ratings : shape (n,), integers from 0 to `categories` − 1, each of them present
    categories : K, at least 2
    link : of the noise
    """

    def __init__(self, ratings: NDArray[np.intp], categories: int, link: CumulativeLink) -> None:
        self.ratings, self.categories, self.link = ratings, categories, link
        self.n_extra = categories - 1

    def start(self) -> Floats:
        """Own parameters that reproduce the observed shares when η is 0."""
        shares = np.cumsum(np.bincount(self.ratings, minlength=self.categories))[:-1] / len(self.ratings)
        cuts = self.link.quantile(shares)
        return np.concatenate([cuts[:1], np.log(np.diff(cuts))])

    def thresholds(self, extra: Floats) -> Floats:
        """τ, shape (K − 1,), from the own parameters."""
        return np.cumsum(np.concatenate([extra[:1], _gaps(extra)]))

    def jacobian(self, extra: Floats) -> Floats:
        """Derivatives of τ (rows) by the own parameters (columns), shape (K − 1, K − 1)."""
        return np.tril(np.broadcast_to(np.concatenate([[1.0], _gaps(extra)]), (self.n_extra,) * 2))

    def rows(self, eta: Floats, extra: Floats) -> Rows:
        """See `Likelihood`."""
        return self.link.rows(*self._edges(eta, extra))

    def extra_gradient(self, eta: Floats, extra: Floats, leverage: Floats, pull: Floats) -> Floats:
        """See `Likelihood`."""
        upper, lower = (
            np.bincount(
                self.ratings,
                weights=edge.loglik - 0.5 * leverage * edge.weight - 0.5 * pull * edge.score,
                minlength=self.categories,
            )
            for edge in self.link.edges(*self._edges(eta, extra))
        )
        return self.jacobian(extra).T @ (upper[:-1] + lower[1:])

    def _edges(self, eta: Floats, extra: Floats) -> tuple[Floats, Floats]:
        cuts = np.concatenate([[-np.inf], self.thresholds(extra), [np.inf]])
        return cuts[self.ratings + 1] - eta, cuts[self.ratings] - eta


def _gaps(extra: Floats) -> Floats:
    return np.exp(np.clip(extra[1:], -LARGEST_STEP, LARGEST_STEP))


@dataclass(frozen=True)
class Edge:
    """Derivatives of ℓ, ℓ′ and w of each row by the threshold at one of its edges; zero where it has none."""

    loglik: Floats
    score: Floats
    weight: Floats


class CumulativeLink(Protocol):
    """What a cumulative link can say of rows, from a and b: how far their edges lie above η, shape (n,)."""

    def rows(self, above: Floats, below: Floats) -> Rows:
        """The log-likelihood and its derivatives by η."""
        ...

    def edges(self, above: Floats, below: Floats) -> tuple[Edge, Edge]:
        """The derivatives by the upper and by the lower edge."""
        ...

    def quantile(self, share: Floats) -> Floats:
        """The inverse of F."""
        ...


class CumulativeLogit:
    """Logistic noise.

    F(a) − F(b) = F(a) F(−b) (1 − exp(b − a)), whose last factor does not depend on η: a row is the sum of
    two binary answers, and nothing cancels far out in the tails.
    """

    def rows(self, above: Floats, below: Floats) -> Rows:
        upper, lower = special.expit(above), special.expit(below)
        gap = np.log(-np.expm1(below - above))
        loglik = special.log_expit(above) + special.log_expit(-below) + gap
        up, low = upper * (1 - upper), lower * (1 - lower)
        slopes = -up * (1 - 2 * upper) - low * (1 - 2 * lower)
        return Rows(float(loglik.sum()), upper + lower - 1, up + low, slopes)

    def edges(self, above: Floats, below: Floats) -> tuple[Edge, Edge]:
        upper, lower = special.expit(above), special.expit(below)
        apart = 1 / np.expm1(above - below)
        up, low = upper * (1 - upper), lower * (1 - lower)
        return (
            Edge(1 - upper + apart, up, up * (1 - 2 * upper)),
            Edge(-lower - apart, low, low * (1 - 2 * lower)),
        )

    def quantile(self, share: Floats) -> Floats:
        return special.logit(share)


class CumulativeProbit:
    """Normal noise: derivatives of log(Φ(a) − Φ(b)) from the ratios φ(a)/(Φ(a) − Φ(b)) and φ(b)/(…)."""

    def rows(self, above: Floats, below: Floats) -> Rows:
        loglik, up, low = _ratios(above, below)
        first, second = low - up, _times(below, low) - _times(above, up)
        third = _bend(below, low) - _bend(above, up)
        weight = first**2 - second
        return Rows(float(loglik.sum()), first, weight, -third + 3 * first * second - 2 * first**3)

    def edges(self, above: Floats, below: Floats) -> tuple[Edge, Edge]:
        _, up, low = _ratios(above, below)
        first, second = low - up, _times(below, low) - _times(above, up)
        return _edge(up, above, first, second), _edge(-low, below, first, second)

    def quantile(self, share: Floats) -> Floats:
        return special.ndtri(share)


CUMULATIVE_LINKS: dict[str, CumulativeLink] = {"logit": CumulativeLogit(), "probit": CumulativeProbit()}


def _edge(ratio: Floats, at: Floats, first: Floats, second: Floats) -> Edge:
    """Derivatives by the edge at `at`; with p = Φ(a) − Φ(b), `ratio` is ∂p/∂τ / p, `first` p′/p and so on."""
    score = _times(at, ratio) - first * ratio
    curvature = _bend(at, ratio) - second * ratio - 2 * first * score
    return Edge(ratio, score, -curvature)


def _ratios(above: Floats, below: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log p, φ(a)/p and φ(b)/p for p = Φ(a) − Φ(b), taken in the tail where nothing cancels."""
    mirrored = above + below > 0
    high, low = np.where(mirrored, -below, above), np.where(mirrored, -above, below)
    top, bottom = special.log_ndtr(high), special.log_ndtr(low)
    loglik = top + np.log(-np.expm1(bottom - top))
    return loglik, _density(above, loglik), _density(below, loglik)


def _density(at: Floats, loglik: Floats) -> Floats:
    return np.exp(-0.5 * at**2 - HALF_LOG_2PI - loglik)


def _times(at: Floats, ratio: Floats) -> Floats:
    """x φ(x)/p, zero at infinity."""
    return np.where(ratio == 0, 0.0, _finite(at) * ratio)


def _bend(at: Floats, ratio: Floats) -> Floats:
    """(x² − 1) φ(x)/p, zero at infinity."""
    return np.where(ratio == 0, 0.0, (_finite(at) ** 2 - 1) * ratio)


def _finite(at: Floats) -> Floats:
    return np.where(np.isfinite(at), at, 0.0)
