"""meta-d′ of rating counts, by maximum likelihood. Pure arrays; `analysis.metrics.metacognition` puts labels on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]

GRADIENT = 1e-5  # of the log-likelihood per trial: what counts as its top
ROOT = np.sqrt(2 * np.pi)
SMALLEST = 1e-100  # a probability that underflows has no logarithm, and its inverse must not overflow


@dataclass(frozen=True)
class MetaD:
    """d′ and criterion of the decisions, and the d′ that would give the confidences: meta-d′."""

    dprime: float
    criterion: float
    meta_d: float
    criteria: tuple[float, ...]
    llf: float
    converged: bool

    @property
    def ratio(self) -> float:
        """meta-d′ / d′: 1 for an observer who uses all the evidence of the decision for the confidence."""
        return self.meta_d / self.dprime


def fit_meta_d(noise: ArrayLike, signal: ArrayLike, start: ArrayLike | None = None) -> MetaD | None:
    """Fit meta-d′ to counts of ratings.

    Parameters
    ----------
    noise, signal : shape (2 K,), counts of trials without and with the signal, from “no signal, surest” over
        “no signal, least sure” and “signal, least sure” to “signal, surest”
    start : the `criteria` of an earlier fit to begin from, with its meta-d′ in front

    Returns
    -------
    MetaD, or None where nothing can be said
        Without noise or without signal trials, with one level of confidence, or with d′ ≤ 0: the model
        holds the criterion in units of d′ fixed, and that has no meaning at or below chance.

    Source
    ------
    Maniscalco and Lau (2012), "A Signal Detection Theoretic Approach for Estimating Metacognitive Sensitivity
    From Confidence Ratings", Conscious. Cogn. 21(1): equal variances, meta-c′ = c′, maximum likelihood of the
    confidences given response and signal. As they advise, 1 / (2 K) is added to every cell, always, so
    that no empty cell breaks the fit and everyone is adjusted alike.
    """
    counts = np.array([noise, signal], dtype=float)
    levels = counts.shape[1] // 2
    if levels < 2 or (counts.sum(axis=1) == 0).any():
        return None
    counts += 1 / (2 * levels)
    below = ndtri(np.cumsum(counts, axis=1)[:, :-1] / counts.sum(axis=1, keepdims=True))
    dprime, criterion = float(below[0, levels - 1] - below[1, levels - 1]), below.sum(axis=0) / 2
    if not dprime > 1e-9:
        return None
    relative = float(criterion[levels - 1]) / dprime
    first = _first(dprime, criterion - criterion[levels - 1], levels) if start is None else np.asarray(start)
    told = {"args": (counts, relative, levels), "jac": True, "options": {"gtol": GRADIENT / 100}}
    with np.errstate(over="ignore", invalid="ignore"):  # of steps far too long, which the search takes back
        found = optimize.minimize(_loss, first, method="BFGS", **told)
    settled = bool(np.isfinite(found.fun)) and bool(np.abs(found.jac).max() < GRADIENT)
    return MetaD(
        dprime,
        float(criterion[levels - 1]),
        float(found.x[0]),
        tuple(float(value) for value in found.x[1:]),
        -float(found.fun * counts.sum()),
        settled,
    )


def _first(dprime: float, criteria: Floats, levels: int) -> Floats:
    """Return meta-d′ = d′ and the logarithms of the gaps between the observed criteria."""
    gaps = np.log(np.maximum(np.diff(criteria), 1e-3))
    return np.concatenate([[dprime], gaps[: levels - 1][::-1], gaps[levels - 1 :]])


def _edges(parameters: Floats, levels: int) -> tuple[Floats, Floats]:
    """Return the gaps between neighbouring criteria, outwards from the decision's at zero, and all edges."""
    gaps = np.exp(np.clip(parameters[1:], -30, 30))
    left, right = -np.cumsum(gaps[: levels - 1])[::-1], np.cumsum(gaps[levels - 1 :])
    return gaps, np.concatenate([[-np.inf], left, [0.0], right, [np.inf]])


def _loss(parameters: Floats, counts: Floats, relative: float, levels: int) -> tuple[float, Floats]:
    """Return minus the log-likelihood of the confidences by trial, and its gradient."""
    gaps, edges = _edges(parameters, levels)
    per_unit = np.array([-0.5, 0.5]) - relative
    distance = edges - (per_unit * parameters[0])[:, None]
    below, above, density = ndtr(distance), ndtr(-distance), np.exp(-(distance**2) / 2) / ROOT
    cells = np.where(edges[:-1] >= 0, above[:, :-1] - above[:, 1:], below[:, 1:] - below[:, :-1])
    cells = np.maximum(cells, SMALLEST)
    sides = np.maximum(np.column_stack([below[:, levels], above[:, levels]]), SMALLEST)
    by_side = np.column_stack([counts[:, :levels].sum(axis=1), counts[:, levels:].sum(axis=1)])
    total, ratio = counts.sum(), counts / cells
    loss = (by_side * np.log(sides)).sum() - (counts * np.log(cells)).sum()
    to_edge = density[:, 1:-1] * (ratio[:, 1:] - ratio[:, :-1])  # of the loss, for each inner edge
    to_mean = (ratio * (density[:, 1:] - density[:, :-1])).sum(axis=1)
    to_mean += density[:, levels] * (by_side[:, 1] / sides[:, 1] - by_side[:, 0] / sides[:, 0])
    moved = to_edge.sum(axis=0)
    left, right = -np.cumsum(moved[: levels - 1])[::-1], np.cumsum(moved[levels:][::-1])[::-1]
    gradient = np.concatenate([[to_mean @ per_unit], gaps * np.concatenate([left, right])])
    return float(loss / total), gradient / total
