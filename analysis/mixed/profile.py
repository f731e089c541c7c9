"""Inference by the likelihood: ratio tests of nested models, and profile intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, stats

from analysis.errors import ModelError, UnknownName
from analysis.mixed.optimise import Deviance, quasi_newton
from analysis.mixed.structure import Floats

if TYPE_CHECKING:
    from analysis.mixed.result import MixedFit


@dataclass(frozen=True)
class LikelihoodRatio:
    """A likelihood-ratio test: chi-square, its degrees of freedom, and p."""

    chisq: float
    df: int
    p: float


def likelihood_ratio(full: MixedFit, reduced: MixedFit) -> LikelihoodRatio:
    """Test a model against one that is nested in it.

    Parameters
    ----------
    full, reduced : fits of the same rows by the same method; the degrees of freedom are the difference in
        planned parameters. Where these are variances, p is conservative (a variance cannot be negative).

    Raises
    ------
    ModelError : the fits are not comparable, or one did not converge.
    """
    if full.nobs != reduced.nobs or full.method != reduced.method or full.link != reduced.link:
        raise ModelError(
            f"The models are not nested: {full.nobs} rows, {full.link}, {full.method} against {reduced.nobs} "
            f"rows, {reduced.link}, {reduced.method}."
        )
    if full.method not in ("Laplace", "ML", "REML"):
        raise ModelError(
            f"A fit by {full.method} is not at its largest likelihood: there is no ratio to test."
        )
    if full.method == "REML":
        raise ModelError(
            "REML likelihoods of different fixed effects cannot be compared: fit both with reml=False."
        )
    if not (full.converged and reduced.converged):
        raise ModelError("A model that did not converge has no likelihood to compare.")
    df = full.n_parameters - reduced.n_parameters
    if df < 1:
        raise ModelError(f"The full model needs more parameters than the reduced one; it has {df} more.")
    chisq = max(2 * (full.llf - reduced.llf), 0.0)
    return LikelihoodRatio(chisq, df, float(stats.chi2.sf(chisq, df)))


def profile_interval(fit: MixedFit, name: str, alpha: float = 0.05) -> tuple[float, float]:
    """Interval of all values of a coefficient that a likelihood-ratio test at `alpha` does not reject.

    Parameters
    ----------
    fit : a converged fit
    name : of the coefficient
    alpha : one minus the level

    Raises
    ------
    UnknownName, ModelError : there is no such coefficient, or the fit has no profile.
    """
    if name not in fit.params.index:
        known = ", ".join(fit.params.index)
        raise UnknownName(f"No coefficient is called {name!r}. Coefficients: {known}.")
    if fit.profile is None or not fit.converged:
        raise ModelError(f"This fit ({fit.method}) has no likelihood to profile.")
    reach = float(stats.norm.ppf(1 - alpha / 2))
    ends = [_end(fit, fit.profile, name, side * reach) for side in (-1, 1)]
    return ends[0], ends[1]


def _end(fit: MixedFit, profile: Callable[[str, float], float], name: str, reach: float) -> float:
    """Where the signed root of the deviance's rise reaches `reach`."""
    best, se = float(fit.params[name]), float(fit.bse[name])

    def excess(z: float) -> float:
        rise = np.sqrt(max(2 * (fit.llf - profile(name, best + z * se)), 0.0))
        return float(np.copysign(rise, z)) - reach

    return best + se * float(optimize.newton(excess, reach, x1=1.05 * reach, tol=1e-4))


def constrained_deviance(
    function: Deviance, x: Floats, covariance: Floats, constraint: Floats, shift: float
) -> float:
    """Minimise a deviance where constraint'x has moved by `shift` from its minimum.

    Parameters
    ----------
    function : the deviance with its gradient
    x : its minimum, shape (d,)
    covariance : of x: 2 × the inverse Hessian
    constraint : shape (d,)
    shift : how far constraint'x is moved
    """
    root = np.linalg.cholesky(covariance)
    along = root.T @ constraint
    basis = np.linalg.qr(along[:, None], mode="complete")[0][:, 1:]
    start, free = x + root @ along * (shift / (along @ along)), root @ basis

    def inside(z: Floats) -> tuple[float, Floats]:
        value, gradient = function(start + free @ z)
        return value, free.T @ gradient

    found = quasi_newton(inside, np.zeros(free.shape[1]), np.eye(free.shape[1]) / 2, near=1e-7)
    if not found.found:
        raise ModelError(
            "The profile of the likelihood could not be followed: a maximisation failed on the way."
        )
    return found.value
