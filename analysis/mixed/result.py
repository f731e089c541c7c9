"""What a fitted mixed model says: estimates, tests, intervals, random effects, and how the fit went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from analysis.errors import ModelError, UnknownName
from analysis.mixed.covariance import Covariance
from analysis.mixed.estimate import Estimate
from analysis.mixed.formula import Design
from analysis.mixed.profile import profile_interval
from analysis.mixed.structure import Floats
from analysis.mixed.summary import summary

PENALISED = "penalised Laplace"


@dataclass(frozen=True)
class Course:
    """How an optimisation went."""

    converged: bool
    optimiser: str
    evaluations: int
    gradient_max: float  # largest element of the deviance's gradient at the end, on scaled columns


@dataclass(frozen=True, eq=False)
class MixedFit:
    """A fitted crossed mixed model.

    Attributes
    ----------
    method : what was maximised: `Laplace`, `penalised Laplace`, `REML` or `ML`
    link : `logit`, `probit`, `identity`, `cumulative-logit` or `cumulative-probit`
    design : the fixed effects; `design.matrix(rows)` is their matrix for any rows
    params : fixed effects in formula order
    theta : parameters of the random effects (see `covariance`); what was dropped is 0
    joint_cov : covariance of theta and params together, shape (k + p, k + p); rows of thetas that were dropped
        or left at their boundary are 0; NaN where the fit gives none
    llf : log-likelihood as `method` says, without the prior of a penalty
    nobs, missing : rows used, and rows left out because a column of the model was missing
    n_levels : number of levels of each random factor
    course : how the optimisation went
    messages : sentences that a reader of the estimates must know
    dropped : names of the thetas that the rule for singular fits took out
    modes : the random effects' conditional modes and standard deviations, one pair of (n_f, q_f) per factor
    degrees : from a contrast's weights to its degrees of freedom
    profile : from a coefficient's name and a value to the log-likelihood maximised over everything else; None
        where the fit did not converge or has a penalty
    sigma : residual standard deviation of a linear model, else None
    thresholds, threshold_cov : cut points of a cumulative model and their covariance, else None
    """

    method: str
    link: str
    design: Design
    covariance: Covariance
    params: pd.Series
    theta: pd.Series
    joint_cov: pd.DataFrame
    llf: float
    nobs: int
    missing: int
    n_levels: dict[str, int]
    course: Course
    messages: tuple[str, ...]
    dropped: tuple[str, ...]
    modes: Mapping[str, tuple[Floats, Floats]] = field(repr=False)
    degrees: Callable[[Floats], float] = field(repr=False)
    profile: Callable[[str, float], float] | None = field(default=None, repr=False)
    sigma: float | None = None
    thresholds: pd.Series | None = None
    threshold_cov: pd.DataFrame | None = None

    @property
    def converged(self) -> bool:
        return self.course.converged

    @property
    def separated(self) -> tuple[str, ...]:
        """Names of the coefficients without a finite estimate, see `analysis.mixed.separation`."""
        return tuple(str(name) for name in self.params.index[np.isinf(self.params)])

    @property
    def optimiser(self) -> str:
        return self.course.optimiser

    @property
    def evaluations(self) -> int:
        return self.course.evaluations

    @property
    def gradient_max(self) -> float:
        return self.course.gradient_max

    @property
    def n_parameters(self) -> int:
        """Parameters of the planned model: fixed effects, thetas (dropped ones too), thresholds, sigma."""
        thresholds = 0 if self.thresholds is None else len(self.thresholds)
        return len(self.params) + len(self.theta) + thresholds + (self.sigma is not None)

    def cov_params(self) -> pd.DataFrame:
        """Covariance of the fixed effects, shape (p, p)."""
        names = self.params.index
        return self.joint_cov.loc[names, names]

    @cached_property
    def bse(self) -> pd.Series:
        """Standard errors of the fixed effects; NaN where there is none."""
        variances = np.diag(self.cov_params().to_numpy())
        return pd.Series(np.sqrt(np.where(variances > 0, variances, np.nan)), self.params.index, name="se")

    @cached_property
    def tvalues(self) -> pd.Series:
        return (self.params / self.bse).rename("t")

    @cached_property
    def df(self) -> pd.Series:
        """Degrees of freedom of each coefficient's t test; infinite for a normal test."""
        values = [self.degrees(weights) for weights in np.eye(len(self.params))]
        return pd.Series(values, self.params.index, name="df", dtype=float)

    @cached_property
    def pvalues(self) -> pd.Series:
        """Two-sided p-values against zero."""
        values = 2 * stats.t.sf(np.abs(self.tvalues.to_numpy()), self.df.to_numpy())
        return pd.Series(values, self.params.index, name="p")

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Wald intervals of level 1 − alpha: columns `low` and `high`."""
        _require_level(alpha)
        reach = stats.t.ppf(1 - alpha / 2, self.df) * self.bse
        return pd.DataFrame({"low": self.params - reach, "high": self.params + reach})

    def contrast(self, weights: ArrayLike | Mapping[str, float], alpha: float = 0.05) -> Estimate:
        """Estimate Σ weight × coefficient.

        Parameters
        ----------
        weights : one per coefficient, shape (p,), or a mapping from names (what is not named counts 0)
        alpha : one minus the level of the interval
        """
        _require_level(alpha)
        w = self._weights(weights)
        used = w != 0
        value = float(w[used] @ self.params.to_numpy()[used])
        variance = float(w[used] @ self.cov_params().to_numpy()[np.ix_(used, used)] @ w[used])
        return Estimate.of(value, float(np.sqrt(variance)) if variance >= 0 else np.nan, self.df_of(w), alpha)

    def df_of(self, weights: ArrayLike | Mapping[str, float]) -> float:
        """Degrees of freedom of a contrast."""
        return float(self.degrees(self._weights(weights)))

    def _weights(self, weights: ArrayLike | Mapping[str, float]) -> Floats:
        if isinstance(weights, Mapping):
            if unknown := [name for name in weights if name not in self.params.index]:
                known = ", ".join(self.params.index)
                raise UnknownName(f"No coefficient is called {unknown[0]!r}. Coefficients: {known}.")
            return pd.Series(weights, dtype=float).reindex(self.params.index).fillna(0.0).to_numpy()
        w = np.asarray(weights, dtype=float)
        if w.shape != (len(self.params),):
            raise ModelError(
                f"A contrast has one weight per coefficient ({len(self.params)}), not {w.shape}."
            )
        return w

    @cached_property
    def random(self) -> pd.DataFrame:
        """One row per parameter of the random effects.

        Columns `factor`, `term`, `columns` (how many share it), `sd` (on the link scale), `correlation` (with
        the term named in `with`; NaN where none is estimated), `with` and `dropped`.
        """
        rows = [self._random_row(j) for j in range(len(self.theta))]
        return pd.DataFrame(
            rows, columns=["factor", "term", "columns", "sd", "correlation", "with", "dropped"]
        )

    def _random_row(self, j: int) -> dict[str, Any]:
        parameter = self.covariance.parameters[j]
        factor = self.covariance.factors[parameter.factor]
        full = self.effects_cov(factor.name)
        sds = np.sqrt(np.diag(full))
        row, column = parameter.rows[0], parameter.columns[0]
        names = factor.column_names
        with np.errstate(invalid="ignore", divide="ignore"):
            correlation = full[row, column] / (sds[row] * sds[column])
        return {
            "factor": factor.name,
            "term": names[row] if factor.correlated else factor.terms[parameter.term].name,
            "columns": len(parameter.rows),
            "sd": sds[row] if parameter.is_sd else np.nan,
            "correlation": np.nan if parameter.is_sd else correlation,
            "with": None if parameter.is_sd else names[column],
            "dropped": self.covariance.names[j] in self.dropped,
        }

    def effects_cov(self, factor: str, theta: ArrayLike | None = None) -> Floats:
        """Covariance of one level's random effects, shape (q, q), on the link scale."""
        names = [known.name for known in self.covariance.factors]
        if factor not in names:
            raise UnknownName(f"No random factor is called {factor!r}. Factors: {', '.join(names)}.")
        values = self.theta.to_numpy() if theta is None else np.asarray(theta, dtype=float)
        root = self.covariance.roots(values)[names.index(factor)] * (self.sigma or 1.0)
        return root @ root.T

    def random_variance(self, rows: pd.DataFrame, theta: ArrayLike | None = None) -> Floats:
        """Total variance of the random effects on the link scale at these rows, shape (m,).

        Parameters
        ----------
        rows : any rows with the columns that the random effects use; the factors themselves are not needed
        theta : other values than the fitted ones, shape (k,)
        """
        total = np.zeros(len(rows))
        for factor in self.covariance.factors:
            z = factor.columns(rows)
            total += np.einsum("ik,kl,il->i", z, self.effects_cov(factor.name, theta), z)
        return total

    def ranef(self, factor: str) -> pd.DataFrame:
        """Conditional modes of one factor's effects.

        Returns
        -------
        DataFrame indexed by level and term
            `mode` and `sd` (conditional standard deviation given the estimates), on the link scale.
        """
        if factor not in self.modes:
            raise UnknownName(f"No random factor is called {factor!r}. Factors: {', '.join(self.modes)}.")
        known = next(found for found in self.covariance.factors if found.name == factor)
        index = pd.MultiIndex.from_product([known.levels, known.column_names], names=[factor, "term"])
        mode, sd = self.modes[factor]
        return pd.DataFrame({"mode": mode.ravel(), "sd": sd.ravel()}, index=index)

    def profile_interval(self, name: str, alpha: float = 0.05) -> tuple[float, float]:
        """Interval of level 1 − alpha of one coefficient by the profile of the log-likelihood."""
        _require_level(alpha)
        return profile_interval(self, name, alpha)

    def summary(self, alpha: float = 0.05) -> str:
        """The fit as text: estimates, random effects, and everything that was said on the way."""
        return summary(self, alpha)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        state = "converged" if self.converged else "not converged"
        return f'MixedFit("{self.design.formula}", {self.link}, {self.nobs} rows, {state})'


def _require_level(alpha: float) -> None:
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not 0 < alpha < 1:
        raise UnknownName(f"alpha is {alpha!r}; it lies between 0 and 1.")
