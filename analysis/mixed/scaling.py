"""Scales on which a model is well conditioned, and the way back.

The fixed-effects matrix is centred where there is an intercept, scaled, and made orthonormal; the columns of
random slopes of numbers are divided by their root mean square. Estimates and covariances are transformed back
exactly, so that a covariate in milliseconds gives the same fit as one in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import ModelError
from analysis.mixed.covariance import Covariance
from analysis.mixed.formula import Design
from analysis.mixed.random import RandomFactor
from analysis.mixed.rows import shortened
from analysis.mixed.structure import Floats, Grouping

DEPENDENT = 1e-10  # share of a column's variance that the columns before it leave


@dataclass(frozen=True, eq=False)
class ScaledDesign:
    """`values` = X @ to_params, shape (n, p), with orthonormal columns (times √n); β = to_params @ scaled β."""

    values: Floats
    to_params: Floats


def scale_design(design: Design) -> ScaledDesign:
    """Centre, scale and orthogonalise the fixed-effects matrix.

    Raises
    ------
    ModelError : a column is a linear combination of the ones before it; the message names both.
    """
    x, intercept = design.values, design.intercept
    n, p = x.shape
    to_params = np.eye(p)
    if intercept is not None:
        means = x.mean(axis=0)
        means[intercept] = 0.0
        to_params[intercept] -= means
        x = x - means
    sizes = np.sqrt(np.einsum("ij,ij->j", x, x) / n)
    _check_columns(sizes, design)
    x = x / sizes
    gram = x.T @ x / n
    _check_rank(gram, design.names)
    whiten = np.linalg.inv(np.linalg.cholesky(gram)).T
    return ScaledDesign(x @ whiten, (to_params / sizes) @ whiten)


def _check_columns(sizes: Floats, design: Design) -> None:
    original = np.abs(design.values).max(axis=0)
    for name, size, largest in zip(design.names, sizes, original, strict=True):
        if size <= 1e-10 * largest or largest == 0:
            raise ModelError(f"The column {name!r} of {design.formula!r} has the same value in every row.")


def _check_rank(gram: Floats, names: Sequence[str]) -> None:
    for j in range(1, len(gram)):
        weights = np.linalg.solve(gram[:j, :j], gram[:j, j])
        if gram[j, j] - gram[:j, j] @ weights < DEPENDENT:
            others = [name for name, weight in zip(names, weights, strict=False) if abs(weight) > 1e-6]
            raise ModelError(
                f"The fixed effects cannot be told apart: {names[j]} is a linear combination of "
                f"{shortened(others)}."
            )


def scale_groupings(
    factors: Sequence[RandomFactor], groupings: Sequence[Grouping], covariance: Covariance
) -> tuple[list[Grouping], Floats, list[Floats]]:
    """Divide the columns of numeric slopes by their root mean square.

    Returns
    -------
    groupings : with scaled columns
    scales : what each θ has to be divided by to be on the original scale, shape (k,)
    sizes : what each factor's columns were divided by, each of shape (q,)
    """
    sizes = [_sizes(factor, grouping) for factor, grouping in zip(factors, groupings, strict=True)]
    scaled = [
        grouping if (size == 1).all() else replace(grouping, columns=grouping.columns / size)
        for grouping, size in zip(groupings, sizes, strict=True)
    ]
    return scaled, covariance.scales(sizes), sizes


def _sizes(factor: RandomFactor, grouping: Grouping) -> Floats:
    sizes, start = np.ones(grouping.q), 0
    for term, width in zip(factor.terms, factor.widths, strict=True):
        if term.is_numeric(factor.coding):
            squares = (grouping.columns[:, start : start + width] ** 2).mean(axis=0)
            found = np.sqrt(squares if factor.correlated else np.full(width, squares.mean()))
            if (found == 0).any():
                raise ModelError(f"The random slope {term.name!r} of {factor.name!r} is zero in every row.")
            sizes[start : start + width] = found
        start += width
    return sizes
