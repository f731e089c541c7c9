"""The crossed logistic or probit mixed model, fitted by the Laplace approximation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ModelError, UnknownName
from analysis.mixed.assemble import conditional_modes, laplace_profile, start_theta
from analysis.mixed.binomial import outcomes
from analysis.mixed.degrees import degrees_of_freedom
from analysis.mixed.estimation import Estimation, Estimator
from analysis.mixed.laplace import Laplace
from analysis.mixed.likelihood import LINKS, Logit, Probit
from analysis.mixed.optimise import NAME
from analysis.mixed.problem import Problem, read_problem
from analysis.mixed.result import PENALISED, Course, MixedFit
from analysis.mixed.scaling import ScaledDesign, scale_design, scale_groupings
from analysis.mixed.separation import describe_separation, prior_precision, separating_direction
from analysis.mixed.singular import DROP, RULES
from analysis.mixed.structure import CrossedStructure, Floats

SHRINKAGE = {
    "logit": 0.346,
    "probit": 1.0,
}  # marginal coefficients are conditional ones / √(1 + this × variance)
SUSPICIOUS = 12.0  # a linear predictor without random effects beyond this may be on its way to infinity


def fit_glmm(
    formula: str,
    data: pd.DataFrame,
    random: Mapping[str, str],
    *,
    link: str = "logit",
    trials: str | None = None,
    weights: str | None = None,
    correlated: bool | Collection[str] = False,
    baselines: Mapping[str, Any] | None = None,
    singular: str = DROP,
    penalty: float | None = None,
) -> MixedFit:
    """Fit a generalised linear mixed model with one to three crossed random factors.

    Parameters
    ----------
    formula : `outcome ~ terms` in Wilkinson notation; the outcome is 0/1 or boolean, or successes with `trials`
    data : one row per trial; rows with a missing value in a column of the model are left out and counted
    random : terms per random factor, `{"participant": "1", "item": "1 + condition"}`; see `analysis.mixed.random`
    link : "logit" or "probit"
    trials : column with the number of trials of each row
    weights : column that says how often each row counts
    correlated : True for full covariances within each factor, or the names of the factors that have one
    baselines : the baseline of factors, `{"condition": "control"}`
    singular : "drop-slopes-then-intercepts" or "keep"; see `analysis.mixed.singular`
    penalty : standard deviation of a normal prior on the coefficients (2.5 is usual), which makes estimates
        finite under separation; see `analysis.mixed.separation`

    Returns
    -------
    MixedFit
        Under separation without a penalty, and where the search does not converge, `converged` is False,
        `messages` say why, standard errors and p-values are NaN, and separated coefficients are ±inf.

    Raises
    ------
    MissingColumns, ModelError, UnknownName : the message names the column and what is in it.

    Source
    ------
    The model and its Laplace approximation: Bates, Mächler, Bolker and Walker (2015), JSS 67(1); crossed
    participants and items: Baayen, Davidson and Bates (2008), Journal of Memory and Language 59(4).
    """
    _check_options(link, singular, penalty)
    problem = read_problem(
        formula,
        data,
        random,
        correlated=correlated,
        baselines=baselines,
        others=[name for name in (trials, weights) if name],
    )
    return _Model(problem, link, trials, weights, penalty).fit(singular)


def _check_options(link: str, rule: str, penalty: float | None) -> None:
    if not isinstance(link, str) or link not in LINKS:
        raise UnknownName(f"No link is called {link!r}. Known ones: {', '.join(LINKS)}.")
    if rule not in RULES:
        known = ", ".join(RULES)
        raise UnknownName(f"No rule for singular fits is called {rule!r}. Known ones: {known}.")
    is_number = isinstance(penalty, (int, float)) and not isinstance(penalty, bool)
    if penalty is not None and not (is_number and 0 < penalty < np.inf):
        raise ModelError(
            f"penalty is the standard deviation of a prior and must be positive, not {penalty!r}."
        )


class _Model:
    """One model on scaled columns, from the problem to the result."""

    def __init__(
        self, problem: Problem, link: str, trials: str | None, weights: str | None, penalty: float | None
    ) -> None:
        self.problem, self.link, self.penalty = problem, link, penalty
        self.successes, self.trials, self.weights = outcomes(problem, trials, weights)
        self.scaled: ScaledDesign = scale_design(problem.design)
        groupings, self.theta_scales, self.sizes = scale_groupings(
            problem.factors, problem.groupings, problem.covariance
        )
        self.precision = np.zeros((self.p, self.p))
        if penalty is not None:
            to = self.scaled.to_params
            self.precision = to.T @ prior_precision(problem.design, penalty) @ to
        self.likelihood: Logit | Probit = LINKS[link](self.successes, self.trials, self.weights)
        structure = CrossedStructure(groupings)
        self.laplace = Laplace(
            self.likelihood, self.scaled.values, structure, problem.covariance, self.precision
        )

    @property
    def p(self) -> int:
        return self.problem.design.values.shape[1]

    def fit(self, rule: str) -> MixedFit:
        """Start without random effects, look for separation, maximise."""
        beta, settled = self._without_random_effects()
        direction = None
        if self.penalty is None and not settled:
            direction = separating_direction(self.problem.design.values, self.successes, self.trials)
        estimation = Estimator(self.laplace, self._start(beta), rule).run()
        return self._result(estimation, direction)

    def _without_random_effects(self) -> tuple[Floats, bool]:
        """Coefficients of the model without random effects, and whether it has estimates."""
        x, beta = self.scaled.values, np.zeros(self.p)
        for _ in range(12):
            eta = x @ beta
            rows = self.likelihood.rows(eta, np.empty(0))
            slope = x.T @ rows.score - self.precision @ beta
            information = (x * rows.weights[:, None]).T @ x + self.precision
            step = np.linalg.solve(information, slope)
            if slope @ step < 1e-6 or np.abs(eta).max() > SUSPICIOUS:
                break
            beta = beta + step
        return beta, bool(slope @ step < 1e-6 and np.abs(eta).max() <= SUSPICIOUS)

    def _start(self, beta: Floats) -> Floats:
        """Where the search starts: the coefficients without random effects, grown by what those would add."""
        theta = start_theta(self.problem.covariance)
        grown = np.sqrt(1 + SHRINKAGE[self.link] * float(theta @ theta))
        return np.concatenate([theta, beta * grown])

    def _result(self, estimation: Estimation, direction: Floats | None) -> MixedFit:
        problem, k = self.problem, len(self.problem.covariance)
        theta, beta, joint = self._unscaled(estimation)
        params = pd.Series(beta, problem.design.names, name="estimate", dtype=float)
        messages = list(estimation.messages)
        if direction is not None:
            infinite = direction != 0
            params[infinite] = np.copysign(np.inf, direction[infinite])
            joint[:] = np.nan
            messages = [self._separated(direction)]
        names = [*problem.covariance.names, *problem.design.names]
        prior = float(estimation.psi[k:] @ self.precision @ estimation.psi[k:])
        found = estimation.found and direction is None
        return MixedFit(
            method="Laplace" if self.penalty is None else PENALISED,
            link=self.link,
            design=problem.design,
            covariance=problem.covariance,
            params=params,
            theta=pd.Series(theta, problem.covariance.names, name="theta", dtype=float),
            joint_cov=pd.DataFrame(joint, names, names),
            llf=-0.5 * (estimation.deviance - prior),
            nobs=len(problem.rows),
            missing=problem.missing,
            n_levels=problem.n_levels,
            course=Course(found, NAME, self.laplace.evaluations, estimation.gradient_max),
            messages=tuple(messages),
            dropped=tuple(problem.covariance.names[j] for j in estimation.dropped),
            modes=conditional_modes(self.laplace, estimation.psi, self.sizes),
            degrees=degrees_of_freedom(
                problem.design.values, problem.design.column_variables, problem.factors, problem.groupings
            ),
            profile=self._profile(estimation) if found and self.penalty is None else None,
        )

    def _profile(self, estimation: Estimation) -> Callable[[str, float], float]:
        return laplace_profile(self.laplace, estimation, self.problem.design.names, self.scaled.to_params)

    def _separated(self, direction: Floats) -> str:
        problem = self.problem
        return describe_separation(problem.design, problem.rows, direction, self.successes, self.trials)

    def _unscaled(self, estimation: Estimation) -> tuple[Floats, Floats, Floats]:
        """θ, β and their joint covariance on the original scale."""
        k = len(self.problem.covariance)
        theta, signs = self.problem.covariance.signed(estimation.psi[:k])
        back = np.zeros((k + self.p,) * 2)
        back[:k, :k] = np.diag(signs / self.theta_scales)
        back[k:, k:] = self.scaled.to_params
        joint = back @ estimation.covariance @ back.T
        return theta / self.theta_scales, self.scaled.to_params @ estimation.psi[k:], joint
