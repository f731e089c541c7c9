"""A fitted model's estimates in the cells of a reference grid, on three scales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.marginal.grid import ReferenceGrid
from analysis.marginal.integration import average_over_effects, probability_at
from analysis.marginal.scales import Scale, weighted_sums
from analysis.mixed.result import MixedFit

Floats = NDArray[np.float64]

PROBABILITY_LINKS = ("logit", "probit")
LINKS = (*PROBABILITY_LINKS, "identity", "cumulative-logit", "cumulative-probit")


@dataclass(frozen=True)
class Cells:
    """Estimates in the g cells of a grid.

    Parameters
    ----------
    fixed : shape (g, p), what each cell's linear predictor takes of the fixed effects
    link : averages of the linear predictor
    marginal : averages of the probabilities, integrated over the random effects; None unless the link is
        logit or probit
    conditional : inverse link of `link`: the probability for random effects of zero; None likewise
    """

    fixed: Floats
    link: Scale
    marginal: Scale | None = None
    conditional: Scale | None = None

    def degrees(self, fit: MixedFit, weights: Floats, df: str) -> Floats:
        """Return the df of each linear combination of cells, shape (c,): the model's, or `inf`."""
        if df == "asymptotic":
            return np.full(len(weights), np.inf)
        if df != "model":
            raise AnalysisError(f"df is {df!r}; allowed are model and asymptotic.")
        taken = weights @ self.fixed
        rounding = 1e-12 * (np.abs(weights) @ np.abs(self.fixed))
        taken = np.where(np.abs(taken) <= rounding, 0.0, taken)  # a coefficient that cancels carries no df
        return np.array([fit.df_of(row) for row in taken], dtype=float)


def estimate_cells(fit: MixedFit, grid: ReferenceGrid) -> Cells:
    """Estimate the cells of a grid with the covariances that intervals and contrasts need.

    The marginal probabilities depend on the random effects' parameters too; their covariance is that of
    the delta method through the joint covariance of both.
    """
    if fit.link not in LINKS:
        raise AnalysisError(f"The model's link is {fit.link!r}; known are {', '.join(LINKS)}.")
    grid.require_fits(fit)
    fixed = grid.averages @ grid.design
    k = len(fit.theta)
    link = Scale(fit.params.to_numpy(), fit.joint_cov.to_numpy()[k:, k:]).combine(fixed)
    if fit.link not in PROBABILITY_LINKS:
        return Cells(fixed, link)
    value, slope = probability_at(link.value, fit.link)
    conditional = Scale(value, slope[:, None] * link.covariance * slope)
    return Cells(fixed, link, _marginal(fit, grid), conditional)


def require_back(back: str | None, link: str) -> None:
    """Raise `AnalysisError` where a transformation is to be undone that the model cannot have."""
    if back is not None and (back, link) != ("log", "identity"):
        raise AnalysisError(
            f"back is {back!r} with link {link!r}; only log is allowed, with a linear mixed model."
        )


def _marginal(fit: MixedFit, grid: ReferenceGrid) -> Scale:
    theta = fit.theta.to_numpy()
    half_by_theta = grid.forms @ theta
    variance = np.maximum(half_by_theta @ theta, 0.0)
    eta = weighted_sums(grid.design, fit.params.to_numpy())
    averages = average_over_effects(eta, variance, fit.link)
    by_theta = 2 * averages.by_variance[:, None] * half_by_theta
    gradient = grid.averages @ np.hstack([by_theta, averages.by_eta[:, None] * grid.design])
    return Scale(grid.averages @ averages.value, gradient @ fit.joint_cov.to_numpy() @ gradient.T)
