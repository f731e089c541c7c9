"""The cumulative-link mixed model for ordinal ratings, fitted by the Laplace approximation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import UnknownName
from analysis.mixed import singular
from analysis.mixed.cumulative import CUMULATIVE_LINKS, Cumulative
from analysis.mixed.cumulative_design import NoIntercept, slopes_of
from analysis.mixed.degrees import degrees_of_freedom
from analysis.mixed.estimation import Estimation, Estimator
from analysis.mixed.laplace import Laplace
from analysis.mixed.optimise import NAME
from analysis.mixed.problem import Problem, read_problem
from analysis.mixed.profile import constrained_deviance
from analysis.mixed.ratings import Ratings, read_ratings
from analysis.mixed.result import Course, MixedFit
from analysis.mixed.scaling import scale_design, scale_groupings
from analysis.mixed.separation import separating_direction
from analysis.mixed.structure import CrossedStructure, Floats

FIRST_INTERCEPT, FIRST_SLOPE = 0.5, 0.3  # standard deviations from which the search starts
SPREAD = 10.0  # first guess of n × the inverse Hessian for the thresholds' parameters
SUSPICIOUS = 12.0  # a linear predictor beyond this may be on its way to infinity


def fit_clmm(
    formula: str,
    data: pd.DataFrame,
    random: Mapping[str, str],
    *,
    link: str = "logit",
    correlated: bool | Collection[str] = False,
    baselines: Mapping[str, Any] | None = None,
    singular: str = singular.DROP,
) -> MixedFit:
    """Fit P(rating ≤ k) = F(threshold_k − η) with one to three crossed random factors in η.

    Parameters
    ----------
    formula : `rating ~ terms` in Wilkinson notation; ratings are whole numbers or an ordered categorical
    data : one row per rating; rows with a missing value in a column of the model are left out and counted
    random : terms per random factor, `{"participant": "1", "item": "1 + condition"}`; see `analysis.mixed.random`
    link : "logit" (proportional odds) or "probit"
    correlated : True for full covariances within each factor, or the names of the factors that have one
    baselines : the baseline of factors, `{"condition": "control"}`
    singular : "drop-slopes-then-intercepts" or "keep"; see `analysis.mixed.singular`

    Returns
    -------
    MixedFit
        `params` has no intercept, which the thresholds stand for; a positive coefficient means higher ratings.
        `thresholds` are named `3|4`, with `threshold_cov`. A rating that nobody gave has no threshold of its
        own, and `messages` say so. Under separation, and where the search does not converge, `converged` is
        False, `messages` say why, standard errors are NaN, and separated coefficients are ±inf.

    Raises
    ------
    MissingColumns, ModelError, UnknownName : the message names the column and what is in it.

    Source
    ------
    Agresti (2010), "Analysis of Ordinal Categorical Data", chapter 10; Christensen, `ordinal::clmm` for R.
    """
    _check_options(link, singular)
    problem = read_problem(formula, data, random, correlated=correlated, baselines=baselines)
    return _Model(problem, link).fit(singular)


def _check_options(link: str, rule: str) -> None:
    if link not in CUMULATIVE_LINKS:
        raise UnknownName(f"No link is called {link!r}. Known ones: {', '.join(CUMULATIVE_LINKS)}.")
    if rule not in singular.RULES:
        known = ", ".join(singular.RULES)
        raise UnknownName(f"No rule for singular fits is called {rule!r}. Known ones: {known}.")


class RatingLaplace(Laplace):
    """Laplace with a guess for the thresholds' own parameters, too."""

    def guess_inverse(self, psi: Floats) -> Floats:
        """A guess of the inverse Hessian of the deviance at ψ, shape (d, d)."""
        guess, own = super().guess_inverse(psi), np.arange(self.k, self.k + self.extra)
        guess[own, own] = SPREAD / len(self.design)
        return guess


class _Model:
    """One model on scaled columns, from the problem to the result.

    The parameters are ψ = (θ, the likelihood's own, scaled coefficients). Columns are centred, so that the
    thresholds of the search lie c'β higher than the reported ones.
    """

    def __init__(self, problem: Problem, link: str) -> None:
        self.problem, self.link = problem, link
        self.ratings: Ratings = read_ratings(problem.rows[problem.design.outcome])
        self.kept = slopes_of(problem.design)
        self.design = NoIntercept(problem.design, self.kept)
        scaled = scale_design(problem.design)
        self.to_params = scaled.to_params[np.ix_(self.kept, self.kept)]
        self.centre = scaled.to_params[problem.design.intercept, self.kept]
        groupings, self.theta_scales, self.sizes = scale_groupings(
            problem.factors, problem.groupings, problem.covariance
        )
        self.likelihood = Cumulative(self.ratings.codes, len(self.ratings.levels), CUMULATIVE_LINKS[link])
        structure = CrossedStructure(groupings)
        self.laplace = RatingLaplace(
            self.likelihood, scaled.values[:, self.kept], structure, problem.covariance
        )

    def fit(self, rule: str) -> MixedFit:
        estimation = Estimator(self.laplace, self._start(), rule).run()
        return self._result(estimation, self._direction(estimation))

    def _start(self) -> Floats:
        """Where the search starts: the thresholds reproduce the shares of the ratings, nothing has an effect."""
        covariance = self.problem.covariance
        theta = np.zeros(len(covariance))
        for j, parameter in enumerate(covariance.parameters):
            first = FIRST_INTERCEPT if singular.is_intercept(covariance, j) else FIRST_SLOPE
            theta[j] = first if parameter.is_sd else 0.0
        return np.concatenate([theta, self.likelihood.start(), np.zeros(len(self.kept))])

    def _direction(self, estimation: Estimation) -> Floats | None:
        """A direction of the coefficients that separates the ratings, if the fit looks like it."""
        fixed = self.laplace.design @ self.laplace.parts(estimation.psi)[2]
        if estimation.found and np.abs(fixed).max(initial=0.0) < SUSPICIOUS:
            return None
        found = separating_direction(*_two_answers(self.design.values, self.ratings))
        return None if found is None else found[self.likelihood.n_extra :]

    def _result(self, estimation: Estimation, direction: Floats | None) -> MixedFit:
        problem, covariance = self.problem, self.problem.covariance
        k, extra = self.laplace.k, self.likelihood.n_extra
        values, joint = self._unscaled(estimation)
        params = pd.Series(values[k + extra :], self.design.names, name="estimate", dtype=float)
        messages = [*self.ratings.messages, *estimation.messages]
        if direction is not None:
            infinite = np.abs(direction) > 0
            params[infinite] = np.copysign(np.inf, direction[infinite])
            joint[:] = np.nan
            messages = [self._separated(infinite), *messages]
        found = estimation.found and direction is None
        names = [*covariance.names, *self.ratings.cuts, *self.design.names]
        whole = pd.DataFrame(joint, names, names)
        outer = [*covariance.names, *self.design.names]
        return MixedFit(
            method="Laplace",
            link=f"cumulative-{self.link}",
            design=self.design,
            covariance=covariance,
            params=params,
            theta=pd.Series(values[:k], covariance.names, name="theta", dtype=float),
            joint_cov=whole.loc[outer, outer],
            llf=-0.5 * estimation.deviance,
            nobs=len(problem.rows),
            missing=problem.missing,
            n_levels=problem.n_levels,
            course=Course(found, NAME, self.laplace.evaluations, estimation.gradient_max),
            messages=tuple(messages),
            dropped=tuple(covariance.names[j] for j in estimation.dropped),
            modes=self._modes(estimation),
            degrees=self._degrees(),
            profile=self._profile(estimation) if found else None,
            thresholds=pd.Series(values[k : k + extra], self.ratings.cuts, name="threshold", dtype=float),
            threshold_cov=whole.loc[self.ratings.cuts, self.ratings.cuts],
        )

    def _separated(self, infinite: np.ndarray) -> str:
        names = [name for name, where in zip(self.design.names, infinite, strict=True) if where]
        return (
            f"Separation: {', '.join(names)} tell the rating {self.design.outcome!r} without a "
            "miss, so that there is no finite estimate. Leave the term out, or merge ratings."
        )

    def _unscaled(self, estimation: Estimation) -> tuple[Floats, Floats]:
        """(θ, thresholds, β) on the original scale and their joint covariance."""
        theta, extra, scaled = self.laplace.parts(estimation.psi)
        signed, signs = self.problem.covariance.signed(theta)
        k, e = len(theta), len(extra)
        back = np.zeros((len(estimation.psi),) * 2)
        back[:k, :k] = np.diag(signs / self.theta_scales)
        back[k : k + e, k : k + e] = self.likelihood.jacobian(extra)
        back[k : k + e, k + e :] = -self.centre
        back[k + e :, k + e :] = self.to_params
        cuts = self.likelihood.thresholds(extra) - self.centre @ scaled
        values = np.concatenate([signed / self.theta_scales, cuts, self.to_params @ scaled])
        return values, back @ estimation.covariance @ back.T

    def _modes(self, estimation: Estimation) -> dict[str, tuple[Floats, Floats]]:
        """Conditional modes Λu and standard deviations from the blocks of ΛA⁻¹Λ', per factor."""
        mode = self.laplace.mode(estimation.psi)
        blocks, effects = mode.factor.inverse()[1], self.laplace.structure.split(mode.u)
        found = {}
        for factor, root, u, block, size in zip(
            self.problem.factors, mode.loading.roots, effects, blocks, self.sizes, strict=True
        ):
            variances = np.einsum("ij,njk,ik->ni", root, block, root)
            found[factor.name] = (u @ root.T / size, np.sqrt(variances) / size)
        return found

    def _degrees(self) -> Callable[[Floats], float]:
        problem, whole = self.problem, self.problem.design
        degrees = degrees_of_freedom(whole.values, whole.column_variables, problem.factors, problem.groupings)

        def of(weights: Floats) -> float:
            padded = np.zeros(len(whole.names))
            padded[self.kept] = weights
            return degrees(padded)

        return of

    def _profile(self, estimation: Estimation) -> Callable[[str, float], float]:
        free = np.diag(estimation.covariance) > 0
        covariance = estimation.covariance[np.ix_(free, free)]
        before = self.laplace.k + self.likelihood.n_extra
        best = self.to_params @ estimation.psi[before:]

        def deviance(values: Floats) -> tuple[float, Floats]:
            psi = estimation.psi.copy()
            psi[free] = values
            value, gradient = self.laplace.deviance(psi)
            return value, gradient[free]

        def profile(name: str, value: float) -> float:
            j = self.design.names.index(name)
            constraint = np.concatenate([np.zeros(before), self.to_params[j]])[free]
            moved = constrained_deviance(
                deviance, estimation.psi[free], covariance, constraint, value - best[j]
            )
            return -0.5 * moved

        return profile


def _two_answers(design: Floats, ratings: Ratings) -> tuple[Floats, Floats, Floats]:
    """A rating as two binary answers, "at most this" and "at most the one below": X, successes, trials."""
    cuts = len(ratings.levels) - 1
    above, below = ratings.codes < cuts, ratings.codes > 0
    unit = np.eye(cuts)
    upper = np.column_stack([unit[ratings.codes[above]], -design[above]])
    lower = np.column_stack([unit[ratings.codes[below] - 1], -design[below]])
    successes = np.concatenate([np.ones(len(upper)), np.zeros(len(lower))])
    return np.concatenate([upper, lower]), successes, np.ones(len(successes))
