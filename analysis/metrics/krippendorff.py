"""Krippendorff's alpha from how often each value was given to each unit. Pure arrays.

    alpha = 1 − D_o / D_e

D_o is the mean squared distance of two values of the same unit, each unit's pairs weighted by 1 / (m − 1) for
its m values, and D_e that of two values of any units. Units with fewer than two values cannot be paired and
are left out. Distances: nominal 0 or 1; interval the difference of the numbers; ordinal the difference of
their mid-ranks among all pairable values, which is Krippendorff's Σ n_g − (n_c + n_k) / 2.

For a nominal distance the sum over pairs is (Σ f)² − Σ f² with f the counts of the values; for numbers it is
2 (f₀ f₂ − f₁²) with f the sums of x⁰, x¹ and x². Either holds for one unit and, with f added up, for all,
so that a bootstrap over units needs no more than weighted sums.

Source: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval"]
SCALES: tuple[Scale, ...] = ("nominal", "ordinal", "interval")


def krippendorff_alpha(
    units: ArrayLike, values: ArrayLike, scale: Scale = "nominal", weights: ArrayLike | None = None
) -> Floats:
    """Compute alpha of the values given to units, once or with units counted several times.

    Parameters
    ----------
    units : shape (n,), integers from 0
        The unit that each value was given to; who gave it plays no part.
    values : shape (n,), without missing ones; numbers unless the scale is nominal
    scale : `nominal`, `ordinal` or `interval`
    weights : shape (draws, n_units), how often each unit counts; by default once each, in one draw

    Returns
    -------
    Array of shape (draws,)
        At most 1; 0 where units explain nothing, below 0 where people disagree more than by chance. NaN where
        no unit has two values, or all pairable values are equal: then nothing could have been disagreed on.

    Raises
    ------
    ValueError : the scale is none of the three.

    Source
    ------
    Krippendorff (2011), see the module.
    """
    if scale not in SCALES:
        raise ValueError(f"scale is {scale!r}; allowed are {', '.join(SCALES)}.")
    unit, value = np.asarray(units, dtype=np.intp), np.asarray(values)
    n_units = int(unit.max()) + 1 if len(unit) else 0
    drawn = np.ones((1, n_units)) if weights is None else np.asarray(weights, dtype=float)
    pairable = np.bincount(unit, minlength=n_units) > 1
    keep = pairable[unit]
    if scale == "nominal":
        return _nominal(unit[keep], value[keep], drawn)
    if scale == "interval":
        return _interval(unit[keep], value[keep].astype(float), drawn)
    return _ordinal(unit[keep], value[keep].astype(float), drawn)


def _nominal(unit: NDArray[np.intp], value: NDArray, weights: Floats) -> Floats:
    counts = _counts(unit, value, weights.shape[1])
    return _alpha(counts.sum(axis=1), counts, weights, _unequal_pairs)


def _interval(unit: NDArray[np.intp], value: Floats, weights: Floats) -> Floats:
    n_units = weights.shape[1]
    centred = value - value.mean() if len(value) else value  # large numbers would cancel
    powers = [np.bincount(unit, centred**power, n_units).astype(float) for power in range(3)]
    return _alpha(powers[0], np.column_stack(powers), weights, _squared_distances)


def _ordinal(unit: NDArray[np.intp], value: Floats, weights: Floats) -> Floats:
    counts = _counts(unit, value, weights.shape[1])
    return np.array([_ordinal_once(counts, row[None]) for row in weights])


def _ordinal_once(counts: Floats, weights: Floats) -> float:
    totals = (weights @ counts)[0]
    ranks = np.cumsum(totals) - totals / 2
    ranks = ranks - ranks.mean() if len(ranks) else ranks
    powers = np.column_stack([counts @ ranks**power for power in range(3)])
    return float(_alpha(powers[:, 0], powers, weights, _squared_distances)[0])


def _counts(unit: NDArray[np.intp], value: NDArray, n_units: int) -> Floats:
    distinct, codes = np.unique(value, return_inverse=True)
    flat = np.bincount(unit * len(distinct) + codes, minlength=n_units * len(distinct))
    return flat.reshape(n_units, len(distinct)).astype(float)


def _alpha(given: Floats, features: Floats, weights: Floats, pairs: Callable[[Floats], Floats]) -> Floats:
    """Return 1 − D_o / D_e, where `pairs` sums the squared distances over all pairs of values."""
    observed = np.divide(pairs(features), given - 1, out=np.zeros(len(given)), where=given > 1)
    total, expected = weights @ given, pairs(weights @ features)
    varied = expected > 1e-12 * np.maximum(total, 1)
    ratio = np.divide(
        (weights @ observed) * (total - 1), expected, out=np.full(len(total), np.nan), where=varied
    )
    return 1 - ratio


def _unequal_pairs(counts: Floats) -> Floats:
    return counts.sum(axis=1) ** 2 - (counts**2).sum(axis=1)


def _squared_distances(powers: Floats) -> Floats:
    return 2 * (powers[:, 0] * powers[:, 2] - powers[:, 1] ** 2)
