"""Minimising a deviance whose gradient is exact: quasi-Newton steps, then the Hessian, then Newton's steps.

BFGS with a good first guess of the inverse Hessian comes within a small fraction of a standard error of the
minimum. There the Hessian is computed by central differences of the gradient, at steps that are a fixed
fraction of the standard errors, so that no scale matters; one or two Newton steps with it finish the work.
Deviance here is −2 log L, so that 2 H⁻¹ is a covariance and g'H⁻¹g (`decrement`) the squared distance to the
minimum in standard errors, times two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.mixed.structure import Floats

Deviance = Callable[[Floats], tuple[float, Floats]]

NAME = "BFGS, then Newton"
NEAR = 1e-5  # decrement at which BFGS hands over
THERE = 1e-6  # decrement by the true Hessian at which the minimum counts as found
NOISE = 1e-6  # by which a deviance may differ from itself, as the modes are found to a tolerance
STEP = 0.02  # of a standard error, for differences
AWAY = 0.1  # how far to go from a saddle
MAX_ITERATIONS = 200
LONGEST = 1.0  # change of any parameter in one step: on scaled columns parameters are of the order of 1


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where a minimisation ended; `hessian` is that of the deviance, None where it was not asked for."""

    x: Floats
    value: float
    gradient: Floats
    inverse: Floats
    found: bool
    hessian: Floats | None = None


def quasi_newton(function: Deviance, x: Floats, inverse: Floats, near: float = NEAR) -> Optimum:
    """Minimise by BFGS from x with a first guess of the inverse Hessian, until the decrement is below `near`."""
    value, gradient = function(x)
    first, fresh = inverse, True
    for _ in range(MAX_ITERATIONS):
        if not np.isfinite(value):
            return Optimum(x, value, gradient, inverse, False)
        step = -inverse @ gradient
        decrement = -float(gradient @ step)
        if decrement < near:
            return Optimum(x, value, gradient, inverse, True)
        found = _line_search(function, x, value, step, decrement)
        if found is None:
            if fresh:
                return Optimum(x, value, gradient, inverse, False)
            inverse, fresh = first, True
            continue
        size, new_value, new_gradient = found
        inverse = _bfgs(inverse, size * step, new_gradient - gradient)
        x, value, gradient, fresh = x + size * step, new_value, new_gradient, False
    return Optimum(x, value, gradient, inverse, False)


def _line_search(
    function: Deviance, x: Floats, value: float, step: Floats, decrement: float
) -> tuple[float, float, Floats] | None:
    """Shorten the step until the deviance falls as it should (Armijo), by quadratic interpolation."""
    size = min(1.0, LONGEST / float(np.abs(step).max()))
    for _ in range(30):
        new_value, new_gradient = function(x + size * step)
        if new_value <= value - 1e-4 * size * decrement + NOISE:
            return size, new_value, new_gradient
        bend = (new_value - value + size * decrement) / size**2
        best = decrement / (2 * bend) if np.isfinite(bend) and bend > 0 else 0.0
        size = float(np.clip(best, 0.1 * size, 0.5 * size))
    return None


def _bfgs(inverse: Floats, step: Floats, change: Floats) -> Floats:
    """Update an inverse Hessian; where the curvature along the step is not positive it stays as it is."""
    curvature = float(step @ change)
    if curvature <= 1e-10 * np.sqrt(float(step @ step) * float(change @ change)):
        return inverse
    left = np.eye(len(step)) - np.outer(step, change) / curvature
    return left @ inverse @ left.T + np.outer(step, step) / curvature


def hessian(function: Deviance, x: Floats, inverse: Floats) -> Floats:
    """Hessian at x by central differences of the gradient, symmetrised; shape (d, d).

    `inverse` is a guess of the inverse Hessian of the deviance: it only sets the steps.
    """
    reach = STEP * np.sqrt(2.0 * np.maximum(np.diag(inverse), 1e-12))
    rows = []
    for j, size in enumerate(reach):
        step = np.zeros(len(x))
        step[j] = size
        rows.append((function(x + step)[1] - function(x - step)[1]) / (2 * size))
    found = np.array(rows).reshape(len(x), len(x))
    return (found + found.T) / 2


def polish(function: Deviance, near: Optimum) -> Optimum:
    """From near the minimum: the Hessian, and Newton's steps with it.

    Returns
    -------
    Optimum : `found` only if the Hessian is positive definite and the decrement by it came below `THERE`.
    """
    x, value, gradient = near.x, near.value, near.gradient
    if not (near.found and np.isfinite(gradient).all()):
        return near
    found = hessian(function, x, near.inverse)
    inverse = positive_inverse(found)
    if inverse is None:
        return Optimum(x, value, gradient, near.inverse, False, found)
    for _ in range(5):
        step = -inverse @ gradient
        new_value, new_gradient = function(x + step)
        if not new_value <= value + 10 * NOISE:
            break
        x, value, gradient = x + step, new_value, new_gradient
        if gradient @ inverse @ gradient < THERE:
            return Optimum(x, value, gradient, inverse, True, found)
    return Optimum(x, value, gradient, inverse, False, found)


def positive_inverse(matrix: Floats) -> Floats | None:
    """The inverse of a symmetric matrix, or None unless it is positive definite."""
    try:
        lower = np.linalg.inv(np.linalg.cholesky(matrix))
    except np.linalg.LinAlgError:
        return None
    return lower.T @ lower


def leave_saddle(function: Deviance, at: Optimum) -> tuple[Floats, Floats]:
    """Where to search again, and with which inverse Hessian, after `polish` found no minimum.

    Where the Hessian has a direction of negative curvature, the deviance falls along it on at least one side.
    """
    if at.hessian is None or not np.isfinite(at.hessian).all():
        return at.x, at.inverse
    values, vectors = np.linalg.eigh(at.hessian)
    inverse = (vectors / np.maximum(np.abs(values), 1.0)) @ vectors.T
    if values[0] > 0:
        return at.x, inverse
    away = AWAY * vectors[:, 0] / np.abs(vectors[:, 0]).max()
    sides = [at.x + away, at.x - away]
    return min(sides, key=lambda x: function(x)[0]), inverse
