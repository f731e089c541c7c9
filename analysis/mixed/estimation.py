"""Maximising a likelihood over its parameters, θ first, under the rule for singular fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.mixed import singular
from analysis.mixed.covariance import Covariance
from analysis.mixed.optimise import Optimum, leave_saddle, polish, quasi_newton
from analysis.mixed.structure import Floats

MAX_ROUNDS = 4
PROBE = 0.1  # where a standard deviation that came out as zero is tried again


class Objective(Protocol):
    """What is minimised: a deviance of ψ, of which the first k are θ.

    Attributes
    ----------
    runaway : a standard deviation above this, on scaled columns, has no finite estimate
    """

    k: int
    covariance: Covariance
    runaway: float

    def deviance(self, psi: Floats) -> tuple[float, Floats]:
        """−2 log L and its gradient; infinite where it does not exist."""
        ...

    def guess_inverse(self, psi: Floats) -> Floats:
        """A guess of the inverse Hessian of the deviance at ψ."""
        ...


@dataclass(frozen=True, eq=False)
class Estimation:
    """Where the maximisation ended, on scaled columns.

    Attributes
    ----------
    psi : all parameters; θ that were dropped are 0
    covariance : of psi, shape (d, d); rows of thetas at the boundary are 0; NaN where the search failed
    dropped : positions in θ of what the rule took out
    boundary : positions in θ of what was kept at its boundary
    messages : what a reader has to know
    """

    psi: Floats
    deviance: float
    covariance: Floats
    found: bool
    gradient_max: float
    dropped: list[int]
    boundary: list[int]
    messages: list[str]


class Estimator:
    """The search for one model: which parameters are free, and where it stands."""

    def __init__(self, objective: Objective, psi: Floats, rule: str) -> None:
        self.objective, self.rule = objective, rule
        self.psi, self.inverse = psi.copy(), objective.guess_inverse(psi)
        self.free = np.ones(len(psi), dtype=bool)
        self.dropped: list[int] = []
        self.boundary: list[int] = []

    @property
    def theta(self) -> Floats:
        return self.psi[: self.objective.k]

    def deviance(self, free: Floats) -> tuple[float, Floats]:
        """The deviance and its gradient as a function of the free parameters."""
        psi = self.psi.copy()
        psi[self.free] = free
        value, gradient = self.objective.deviance(psi)
        return value, gradient[self.free]

    def run(self) -> Estimation:
        """Search, apply the rule until it has nothing to say, then compute the Hessian."""
        for _ in range(MAX_ROUNDS):
            near = self._search()
            while near.found and self._simplify():
                near = self._search()
            optimum = polish(self.deviance, near)
            self.psi[self.free] = optimum.x
            if optimum.found and not self._simplify():
                break
            if not optimum.found:
                self.psi[self.free], inverse = leave_saddle(self.deviance, optimum)
                self.inverse[np.ix_(self.free, self.free)] = inverse
        return self._result(optimum)

    def _search(self) -> Optimum:
        part = np.ix_(self.free, self.free)
        near = quasi_newton(self.deviance, self.psi[self.free], self.inverse[part])
        self.psi[self.free] = near.x
        if near.found:
            self.inverse = self.inverse.copy()
            self.inverse[part] = near.inverse
        return near

    def _simplify(self) -> bool:
        """Take one step of the rule for singular fits; say whether there was one to take."""
        covariance, free = self.objective.covariance, self.free[: self.objective.k]
        for factor in singular.perfectly_correlated(covariance, self.theta, free):
            if self.rule == singular.DROP:
                self._drop_correlations(factor)
            else:
                self._hold(factor)
            return True
        zero = singular.at_zero(covariance, self.theta, free)
        if not zero:
            return False
        if (stuck := self._stuck(zero)) is not None:
            self.psi[stuck] = PROBE
            return True
        self.psi[zero], self.free[zero] = 0.0, False
        (self.dropped if self.rule == singular.DROP else self.boundary).extend(zero)
        return True

    def _stuck(self, zero: list[int]) -> int | None:
        """A parameter whose deviance falls away from zero: the search stopped on a saddle."""
        here = self.objective.deviance(self.psi)[0]
        for j in zero:
            psi = self.psi.copy()
            psi[j] = PROBE / 2
            if self.objective.deviance(psi)[0] < here - 1e-6:
                return j
        return None

    def _drop_correlations(self, factor: int) -> None:
        covariance, k = self.objective.covariance, self.objective.k
        self.psi[:k] = singular.uncorrelated(covariance, self.theta, factor)
        gone = [j for j in singular.of_factor(covariance, factor) if not covariance.parameters[j].is_sd]
        self.free[gone] = False
        self.dropped += gone

    def _hold(self, factor: int) -> None:
        """Keep a singular Λ: its vanishing diagonal entries are held just off zero."""
        covariance = self.objective.covariance
        smallest = min(
            (
                j
                for j in singular.of_factor(covariance, factor)
                if self.free[j] and covariance.parameters[j].is_sd
            ),
            key=lambda j: abs(self.psi[j]),
        )
        self.psi[smallest], self.free[smallest] = singular.HELD, False
        self.boundary.append(smallest)

    def _result(self, near: Optimum) -> Estimation:
        size = len(self.psi)
        found = near.found and not (np.abs(self.theta) > self.objective.runaway).any()
        covariance = np.full((size, size), np.nan)
        if found:
            covariance[:] = 0.0
            covariance[np.ix_(self.free, self.free)] = 2.0 * near.inverse
        largest = float(np.abs(near.gradient).max(initial=0.0))
        return Estimation(
            self.psi,
            near.value,
            covariance,
            found,
            largest,
            self.dropped,
            self.boundary,
            self._messages(near),
        )

    def _messages(self, near: Optimum) -> list[str]:
        covariance, said = self.objective.covariance, []
        for positions, rule in ((self.dropped, singular.DROP), (self.boundary, singular.KEEP)):
            said += [singular.message(covariance, positions, rule)] if positions else []
        for j in np.flatnonzero(np.abs(self.theta) > self.objective.runaway):
            said.append(
                f"The standard deviation of {covariance.names[j]} grows without bound: the levels tell the "
                "outcome without a miss."
            )
        if not near.found:
            said.append(
                "The search did not converge (largest element of the gradient "
                f"{np.abs(near.gradient).max():.2g}); there are no standard errors, and the estimates are none."
            )
        return said
