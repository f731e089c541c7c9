"""The curvature of a linear mixed model's deviance at its minimum, from which degrees of freedom follow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.mixed.covariance import Covariance
from analysis.mixed.lmm_deviance import Profile, ProfiledDeviance
from analysis.mixed.satterthwaite import Satterthwaite
from analysis.mixed.structure import Floats


def satterthwaite_at(
    deviance: ProfiledDeviance,
    covariance: Covariance,
    profile: Profile,
    free: NDArray[np.bool_],
    spread: Floats,
) -> Satterthwaite:
    """Covariance of the fixed effects, its derivatives, and the deviance's Hessian by φ = (free θ, σ).

    Parameters
    ----------
    profile : what stands at the minimum
    free : which θ are estimated, shape (k,); the others are constants
    spread : covariance of the free θ, twice the inverse Hessian of the profiled deviance

    Notes
    -----
    As a function of θ and σ the deviance is log|A| (+ log|X'V⁻¹X|) + 2 df log σ + rss(θ)/σ² + constant. At the
    best σ, its second derivatives by θ are those of the profiled deviance plus df rss′ rss′ᵀ / rss².
    """
    variance, places = deviance.variance(profile), np.flatnonzero(free)
    rss = covariance.gather(profile.rss_slopes)[places]
    inner = 2 * np.linalg.inv(spread) + deviance.df * np.outer(rss, rss) / profile.rss**2
    mixed = -2 * rss[:, None] / variance**1.5
    corner = np.full((1, 1), 4 * deviance.df / variance)
    hessian = np.block([[inner, mixed], [mixed.T, corner]])
    bread = deviance.spread(profile.bread)
    slopes = [variance * deviance.spread(_bread_slope(profile, covariance, int(j))) for j in places]
    return Satterthwaite(variance * bread, np.stack([*slopes, 2 * np.sqrt(variance) * bread]), hessian)


def _bread_slope(profile: Profile, covariance: Covariance, j: int) -> Floats:
    """Derivative of `bread` by the j-th θ, shape (p, p)."""
    parameter = covariance.parameters[j]
    return profile.bread_slopes[parameter.factor][parameter.rows, parameter.columns].sum(axis=0)
