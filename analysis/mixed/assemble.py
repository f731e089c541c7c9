"""What the Laplace fits share: where the search starts, and the parts of the result that follow from its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from analysis.mixed.covariance import Covariance
from analysis.mixed.estimation import Estimation
from analysis.mixed.laplace import Laplace
from analysis.mixed.profile import constrained_deviance
from analysis.mixed.singular import is_intercept
from analysis.mixed.structure import Floats

FIRST_INTERCEPT, FIRST_SLOPE = 0.5, 0.3  # standard deviations from which the search starts


def start_theta(covariance: Covariance) -> Floats:
    """θ from which the search starts, on scaled columns: no correlations."""
    theta = np.zeros(len(covariance))
    for j, parameter in enumerate(covariance.parameters):
        first = FIRST_INTERCEPT if is_intercept(covariance, j) else FIRST_SLOPE
        theta[j] = first if parameter.is_sd else 0.0
    return theta


def conditional_modes(
    laplace: Laplace, psi: Floats, sizes: Sequence[Floats]
) -> dict[str, tuple[Floats, Floats]]:
    """Conditional modes Λu and standard deviations from the blocks of ΛA⁻¹Λ'.

    Parameters
    ----------
    laplace : the model on scaled columns
    psi : its parameters
    sizes : what each factor's columns were divided by

    Returns
    -------
    dict : factor → modes and standard deviations, each of shape (n_f, q_f), on the original scale
    """
    mode = laplace.mode(psi)
    blocks, effects = mode.factor.inverse()[1], laplace.structure.split(mode.u)
    found = {}
    for factor, root, u, block, size in zip(
        laplace.covariance.factors, mode.loading.roots, effects, blocks, sizes, strict=True
    ):
        variances = np.einsum("ij,njk,ik->ni", root, block, root)
        found[factor.name] = (u @ root.T / size, np.sqrt(variances) / size)
    return found


def laplace_profile(
    laplace: Laplace, estimation: Estimation, names: Sequence[str], to_params: Floats
) -> Callable[[str, float], float]:
    """The log-likelihood at a value of one coefficient, maximised over everything else that is free.

    Parameters
    ----------
    laplace, estimation : the model on scaled columns and its converged fit; the coefficients come last in psi
    names : of the coefficients
    to_params : from scaled coefficients to those of the names, shape (p, p)
    """
    psi, free = estimation.psi, np.diag(estimation.covariance) > 0
    covariance = estimation.covariance[np.ix_(free, free)]
    before = len(psi) - len(to_params)
    best = to_params @ psi[before:]

    def deviance(values: Floats) -> tuple[float, Floats]:
        moved = psi.copy()
        moved[free] = values
        value, gradient = laplace.deviance(moved)
        return value, gradient[free]

    def profile(name: str, value: float) -> float:
        j = list(names).index(name)
        constraint = np.concatenate([np.zeros(before), to_params[j]])[free]
        return -0.5 * constrained_deviance(deviance, psi[free], covariance, constraint, value - best[j])

    return profile
