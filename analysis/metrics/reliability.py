"""Reliability of a scale from its items: Cronbach's alpha and McDonald's omega. Pure arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.resampling import percentile_interval

Floats = NDArray[np.float64]

SWEEPS = 1000
TOLERANCE = 1e-10


def cronbach_alpha(answers: ArrayLike) -> float:
    """Return Cronbach's alpha, k/(k − 1) · (1 − Σ item variances / variance of the sum).

    Parameters
    ----------
    answers : shape (people, items), complete, with reverse items turned round

    Returns
    -------
    At most 1; NaN for fewer than two people or two items, or where the sum does not vary. Below 0 where the
    items tell against each other: then look for a reverse item that was not turned round.

    Source
    ------
    Cronbach (1951), "Coefficient Alpha and the Internal Structure of Tests", Psychometrika 16(3).
    """
    given = np.asarray(answers, dtype=float)
    people, items = given.shape
    if people < 2 or items < 2:
        return float("nan")
    total = given.sum(axis=1).var(ddof=1)
    if not total > 1e-12:
        return float("nan")
    return float(items / (items - 1) * (1 - given.var(axis=0, ddof=1).sum() / total))


def alpha_interval(estimate: float, people: int, items: int, alpha: float = 0.05) -> tuple[float, float]:
    """Return Feldt's interval of Cronbach's alpha; NaN where it is not defined.

    (1 − α) / (1 − α̂) follows F with people − 1 and (people − 1)(items − 1) degrees of freedom.

    Source
    ------
    Feldt (1965), "The Approximate Sampling Distribution of Kuder-Richardson Reliability Coefficient Twenty",
    Psychometrika 30(3). Exact for parallel normal items.
    """
    if people < 2 or items < 2 or not np.isfinite(estimate):
        return float("nan"), float("nan")
    df = people - 1, (people - 1) * (items - 1)
    low, high = (1 - (1 - estimate) * float(stats.f.ppf(tail, *df)) for tail in (1 - alpha / 2, alpha / 2))
    return low, high


def mcdonald_omega(answers: ArrayLike) -> float:
    """Return McDonald's omega of one factor, (Σ λ)² / ((Σ λ)² + Σ ψ).

    Parameters
    ----------
    answers : as for `cronbach_alpha`

    Returns
    -------
    In [0, 1]; the share of the sum's variance that is the common factor's, as the model has it. NaN for
    fewer than three items (one factor is then not determined) or people, or where an item does not vary.

    Source
    ------
    McDonald (1999), "Test Theory: A Unified Treatment". Loadings λ by minimum residuals on the correlations
    (Harman and Jones 1966, Psychometrika 31(3)) and brought back to the items' units; uniquenesses ψ are
    what is left of each variance, never below zero.
    """
    given = np.asarray(answers, dtype=float)
    people, items = given.shape
    if people < 3 or items < 3:
        return float("nan")
    return float(_omegas(np.cov(given, rowvar=False)[None])[0])


def omega_interval(
    answers: ArrayLike, alpha: float = 0.05, draws: int = 1000, seed: int = 1
) -> tuple[float, float]:
    """Return the percentile interval of omega from drawing people with replacement.

    Parameters
    ----------
    answers : as for `mcdonald_omega`
    draws, seed : how often, and from which seed; a draw in which an item does not vary is left out

    Source
    ------
    Kelley and Pornprasertmanit (2016), "Confidence Intervals for Population Reliability Coefficients",
    Psychol. Methods 21(1), who advise the bootstrap for omega.
    """
    given = np.asarray(answers, dtype=float)
    people, items = given.shape
    if people < 3 or items < 3:
        return float("nan"), float("nan")
    chosen = np.random.default_rng(seed).integers(people, size=(draws, people))
    weights = np.stack([np.bincount(row, minlength=people) for row in chosen]).astype(float)
    centred = given - given.mean(axis=0)
    products = (centred[:, :, None] * centred[:, None, :]).reshape(people, -1)
    means = weights @ centred / people
    squares = (weights @ products).reshape(draws, items, items) / people
    covariances = (squares - means[:, :, None] * means[:, None, :]) * people / (people - 1)
    return percentile_interval(_omegas(covariances), alpha)


def _omegas(covariances: Floats) -> Floats:
    """Return omega of each of a stack of covariance matrices, shape (m, k, k)."""
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    varies = np.all(variances > 1e-12, axis=1)
    sd = np.sqrt(np.where(varies[:, None], variances, 1.0))
    loadings = _minres(covariances / (sd[:, :, None] * sd[:, None, :]))
    common = (loadings * sd).sum(axis=1) ** 2
    unique = ((1 - loadings**2) * sd**2).sum(axis=1)
    return np.where(varies & (common + unique > 0), common / np.maximum(common + unique, 1e-300), np.nan)


def _minres(correlations: Floats) -> Floats:
    """Return the loadings of one factor, shape (m, k), that leave the smallest squared off-diagonals.

    Each loading in turn is set to its best value given the others, Σ r λ / Σ λ², within [−1, 1].
    """
    off = correlations - np.eye(correlations.shape[1])
    _, vectors = np.linalg.eigh(correlations)
    loadings = vectors[:, :, -1] * 0.7 * np.sqrt(correlations.shape[1])
    for _ in range(SWEEPS):
        before = loadings.copy()
        for item in range(loadings.shape[1]):
            others = (loadings**2).sum(axis=1) - loadings[:, item] ** 2
            pulled = (off[:, item] * loadings).sum(axis=1)
            loadings[:, item] = np.clip(pulled / np.maximum(others, 1e-12), -1, 1)
        if np.abs(loadings - before).max() < TOLERANCE:
            break
    return loadings
