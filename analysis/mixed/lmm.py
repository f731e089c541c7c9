"""The crossed linear mixed model, fitted by restricted (REML) or full maximum likelihood."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ModelError, UnknownName
from analysis.mixed import singular
from analysis.mixed.covariance import Covariance
from analysis.mixed.degrees import degrees_of_freedom
from analysis.mixed.estimation import Estimation, Estimator
from analysis.mixed.lmm_curvature import satterthwaite_at
from analysis.mixed.lmm_deviance import Held, Profile, ProfiledDeviance
from analysis.mixed.optimise import NAME, Optimum, quasi_newton
from analysis.mixed.problem import Problem, check_not_constant, numbers, read_problem
from analysis.mixed.result import Course, MixedFit
from analysis.mixed.scaling import scale_design, scale_groupings
from analysis.mixed.structure import CrossedStructure, Floats

FIRST = 0.5  # standard deviations from which the search starts, in units of σ
NOTHING_LEFT = 1e-20  # share of the outcome's squares that the fixed effects leave


def fit_lmm(
    formula: str,
    data: pd.DataFrame,
    random: Mapping[str, str],
    *,
    reml: bool = True,
    correlated: bool | Collection[str] = False,
    baselines: Mapping[str, Any] | None = None,
    singular: str = singular.DROP,
) -> MixedFit:
    """Fit a linear mixed model with one to three crossed random factors.

    Parameters
    ----------
    formula : `outcome ~ terms` in Wilkinson notation; the outcome is a column of numbers
    data : one row per trial; rows with a missing value in a column of the model are left out and counted
    random : terms per random factor, `{"participant": "1", "item": "1 + condition"}`; see `analysis.mixed.random`
    reml : restricted maximum likelihood, or (for likelihood-ratio tests of fixed effects) maximum likelihood
    correlated : True for full covariances within each factor, or the names of the factors that have one
    baselines : the baseline of factors, `{"condition": "control"}`
    singular : "drop-slopes-then-intercepts" or "keep"; see `analysis.mixed.singular`

    Returns
    -------
    MixedFit
        `theta` is relative to `sigma`, the residual standard deviation. Degrees of freedom are Satterthwaite's;
        where the rule for singular fits dropped something, at most those of the planned model's levels (see
        `analysis.mixed.degrees`). `profile` is that of the full likelihood, also of a REML fit. Where the
        search does not converge, `converged` is False, `messages` say why, and standard errors are NaN.

    Raises
    ------
    MissingColumns, ModelError, UnknownName : the message names the column and what is in it.

    Source
    ------
    Bates, Mächler, Bolker and Walker (2015), "Fitting Linear Mixed-Effects Models Using lme4", JSS 67(1);
    Kuznetsova, Brockhoff and Christensen (2017), "lmerTest Package", JSS 82(13).
    """
    _check_rule(singular)
    problem = read_problem(formula, data, random, correlated=correlated, baselines=baselines)
    return _Model(problem, reml=reml).fit(singular)


def _check_rule(rule: str) -> None:
    if rule not in singular.RULES:
        known = ", ".join(singular.RULES)
        raise UnknownName(f"No rule for singular fits is called {rule!r}. Known ones: {known}.")


class LinearObjective:
    """The profiled deviance as a function of θ on scaled columns, as `Estimator` takes it."""

    runaway = np.inf  # a standard deviation many times σ is unusual, but not without an estimate

    def __init__(self, deviance: ProfiledDeviance, covariance: Covariance, held: Held | None = None) -> None:
        self.profiled, self.covariance, self.held = deviance, covariance, held
        self.k = len(covariance)
        self.evaluations = 0

    def deviance(self, theta: Floats) -> tuple[float, Floats]:
        """−2 log-likelihood at the best β and σ, and its gradient by θ; infinite where it does not exist."""
        self.evaluations += 1
        try:
            profile = self.profiled.profile(self.covariance.roots(theta), self.held)
        except np.linalg.LinAlgError:
            return np.inf, np.full(self.k, np.nan)
        return self.profiled.value(profile), self.covariance.gather(self.profiled.slopes(profile))

    def guess_inverse(self, theta: Floats) -> Floats:
        """A guess of the inverse Hessian, shape (k, k), from the information ½ tr (V⁻¹ ∂V)² within levels."""
        roots = self.covariance.roots(theta)
        blocks = self.profiled.profile(roots).blocks
        guess = np.eye(self.k)
        for j, parameter in enumerate(self.covariance.parameters):
            kept = 1.0 - np.diagonal(blocks[parameter.factor], axis1=1, axis2=2)
            rows, columns = list(parameter.rows), list(parameter.columns)
            information = max(float((kept[:, rows] * kept[:, columns]).sum()), 1e-8)
            guess[j, j] = min(roots[parameter.factor][rows[0], rows[0]] ** 2 / (4.0 * information), 1.0)
        return guess


class _Model:
    """One model on scaled columns, from the problem to the result."""

    def __init__(self, problem: Problem, *, reml: bool) -> None:
        self.problem, self.covariance = problem, problem.covariance
        outcome = numbers(problem.rows, problem.design.outcome)
        check_not_constant(outcome, problem.design.outcome)
        _check_sizes(problem)
        groupings, self.theta_scales, self.sizes = scale_groupings(
            problem.factors, problem.groupings, problem.covariance
        )
        self.profiled = ProfiledDeviance(
            CrossedStructure(groupings), scale_design(problem.design), outcome, reml=reml
        )
        _check_residuals(self.profiled, outcome, problem.design.formula)
        self.objective = LinearObjective(self.profiled, problem.covariance)

    def fit(self, rule: str) -> MixedFit:
        start = np.array([FIRST if parameter.is_sd else 0.0 for parameter in self.covariance.parameters])
        return self._result(Estimator(self.objective, start, rule).run())

    def _result(self, estimation: Estimation) -> MixedFit:
        problem, theta = self.problem, estimation.psi
        profile = self.profiled.profile(self.covariance.roots(theta))
        free = np.diag(estimation.covariance) > 0
        joint, degrees = self._inference(estimation, profile, free)
        signed, _ = self.covariance.signed(theta)
        names = [*self.covariance.names, *problem.design.names]
        return MixedFit(
            method="REML" if self.profiled.reml else "ML",
            link="identity",
            design=problem.design,
            covariance=self.covariance,
            params=pd.Series(
                self.profiled.params(profile), problem.design.names, name="estimate", dtype=float
            ),
            theta=pd.Series(signed / self.theta_scales, self.covariance.names, name="theta", dtype=float),
            joint_cov=pd.DataFrame(joint, names, names),
            llf=-0.5 * estimation.deviance,
            nobs=len(problem.rows),
            missing=problem.missing,
            n_levels=problem.n_levels,
            course=Course(estimation.found, NAME, self.objective.evaluations, estimation.gradient_max),
            messages=tuple(estimation.messages),
            dropped=tuple(self.covariance.names[j] for j in estimation.dropped),
            modes=self._modes(theta, profile),
            degrees=degrees,
            profile=self._profile(estimation, free) if estimation.found else None,
            sigma=float(np.sqrt(self.profiled.variance(profile))),
        )

    def _inference(
        self, estimation: Estimation, profile: Profile, free: NDArray[np.bool_]
    ) -> tuple[Floats, Callable[[Floats], float]]:
        """Joint covariance of θ and β (independent of each other), and the degrees of freedom of a contrast."""
        k, p = self.objective.k, self.profiled.p
        joint = np.full((k + p, k + p), np.nan)
        if not estimation.found:
            return joint, lambda weights: float("nan")
        found = satterthwaite_at(
            self.profiled, self.covariance, profile, free, estimation.covariance[np.ix_(free, free)]
        )
        signs = self.covariance.signed(estimation.psi)[1] / self.theta_scales
        joint[:] = 0.0
        joint[:k, :k] = estimation.covariance * np.outer(signs, signs)
        joint[k:, k:] = found.covariance
        if not estimation.dropped:
            return joint, found.df
        planned = self._planned_degrees()
        return joint, lambda weights: min(found.df(weights), planned(weights))

    def _planned_degrees(self) -> Callable[[Floats], float]:
        problem, design = self.problem, self.problem.design
        return degrees_of_freedom(design.values, design.column_variables, problem.factors, problem.groupings)

    def _modes(self, theta: Floats, profile: Profile) -> dict[str, tuple[Floats, Floats]]:
        found = self.profiled.modes(self.covariance.roots(theta), profile)
        return {
            factor.name: (mode / size, sd / size)
            for factor, (mode, sd), size in zip(self.problem.factors, found, self.sizes, strict=True)
        }

    def _profile(self, estimation: Estimation, free: NDArray[np.bool_]) -> Callable[[str, float], float]:
        """The log-likelihood with one fixed effect held; a REML fit's is shifted to have its own maximum."""
        ml = self.profiled.by_ml()
        inverse = estimation.covariance[np.ix_(free, free)] / 2

        def lowest(held: Held | None) -> float:
            objective = LinearObjective(ml, self.covariance, held)

            def deviance(values: Floats) -> tuple[float, Floats]:
                theta = estimation.psi.copy()
                theta[free] = values
                value, gradient = objective.deviance(theta)
                return value, gradient[free]

            return _checked(quasi_newton(deviance, estimation.psi[free], inverse, near=1e-7)).value

        def profile(name: str, value: float) -> float:
            held = Held(self.problem.design.names.index(name), value)
            return -0.5 * (estimation.deviance + lowest(held) - lowest(None))

        return profile


def _checked(found: Optimum) -> Optimum:
    if not found.found:
        raise ModelError(
            "The profile of the likelihood could not be followed: a maximisation failed on the way."
        )
    return found


def _check_sizes(problem: Problem) -> None:
    """Raise `ModelError` where a factor has as many effects as there are rows: σ could not be told apart."""
    n = len(problem.rows)
    for factor, grouping in zip(problem.factors, problem.groupings, strict=True):
        if grouping.size >= n:
            raise ModelError(
                f"The random factor {factor.name!r} has {grouping.size} effects in {n} rows: they cannot be told "
                "from the residuals. It needs several rows per level, or fewer terms."
            )


def _check_residuals(profiled: ProfiledDeviance, outcome: Floats, formula: str) -> None:
    """Raise `ModelError` where the fixed effects reproduce the outcome."""
    if profiled.squares[-1, -1] <= NOTHING_LEFT * float(outcome @ outcome):
        raise ModelError(
            f"The fixed effects of {formula!r} reproduce the outcome exactly: nothing is left to model."
        )
