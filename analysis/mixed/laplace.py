"""The Laplace approximation to the log-likelihood of a crossed mixed model, with its exact gradient.

With η = Xβ + ZΛu and u standard normal, let û maximise the joint log-likelihood f(u) = l(y | η) − ½ u'u and
A = Λ'Z'WZΛ + I be minus its Hessian there. The Laplace approximation is

    L(θ, β) = f(û) − ½ log|A|.

û moves with (θ, β), so the gradient holds a part through û: with the leverages h_i of the rows and
v = A⁻¹ Λ'Z' (h·w'), w' the derivative of the weights, everything follows from sums over the rows; see
`Laplace.gradient`. What the trace term needs of A⁻¹ is only its blocks on the diagonal, because
Λ'Z'WZΛ = A − I.

Source: Kristensen, Nielsen, Berg, Skaug and Bell (2016), "TMB: Automatic Differentiation and Laplace
Approximation", JSS 70(5), section 2, with the derivatives written out by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.mixed.covariance import Covariance
from analysis.mixed.factorization import Factorization, Loading
from analysis.mixed.likelihood import Likelihood, Rows
from analysis.mixed.structure import CrossedStructure, Floats

MODE_TOLERANCE = 1e-14  # squared length of the last Newton step, in conditional standard deviations
MAX_STEPS = 100
SMALLEST = 1e-6  # a standard deviation nearer to zero is evaluated here, where its derivative still exists


@dataclass(frozen=True, eq=False)
class Mode:
    """The maximum of the joint log-likelihood at one parameter."""

    u: Floats
    eta: Floats
    rows: Rows
    loading: Loading
    factor: Factorization
    found: bool


class Laplace:
    """Deviance −2L of the parameters ψ = (θ, the likelihood's own, β), with its gradient.

    Parameters
    ----------
    likelihood : of the outcome given η
    design : X, shape (n, p)
    structure, covariance : the random effects; θ holds all of the covariance's parameters, also those at zero
    precision : of a normal prior on β around zero, shape (p, p); no prior by default

    Attributes
    ----------
    u : the last mode, from which the next search starts
    evaluations : how often the deviance was evaluated
    """

    runaway = 30.0  # logits or probits per scaled column: nothing that is estimated varies that much

    def __init__(
        self,
        likelihood: Likelihood,
        design: Floats,
        structure: CrossedStructure,
        covariance: Covariance,
        precision: Floats | None = None,
    ) -> None:
        self.likelihood, self.design = likelihood, design
        self.structure, self.covariance = structure, covariance
        self.precision = np.zeros((design.shape[1],) * 2) if precision is None else precision
        self.k, self.extra = len(covariance), likelihood.n_extra
        self.u = np.zeros(structure.size)
        self.evaluations = 0
        self._plain = Loading(structure, [np.eye(grouping.q) for grouping in structure.groupings])

    def parts(self, psi: Floats) -> tuple[Floats, Floats, Floats]:
        """Split ψ into θ, the likelihood's own parameters, and β."""
        return psi[: self.k], psi[self.k : self.k + self.extra], psi[self.k + self.extra :]

    def deviance(self, psi: Floats) -> tuple[float, Floats]:
        """−2L and its gradient, shape of ψ; infinite where the search for the mode failed."""
        self.evaluations += 1
        try:
            mode = self.mode(psi)
        except np.linalg.LinAlgError:
            return np.inf, np.full(len(psi), np.nan)
        if not mode.found:
            return np.inf, np.full(len(psi), np.nan)
        self.u = mode.u
        beta = self.parts(psi)[2]
        value = -2.0 * mode.rows.value + mode.u @ mode.u + mode.factor.logdet
        return value + beta @ self.precision @ beta, self.gradient(psi, mode)

    def mode(self, psi: Floats) -> Mode:
        """Find û by Newton's method with step halving, from the last one."""
        theta, extra, beta = self.parts(psi)
        loading = Loading(self.structure, self.covariance.roots(self._apart(theta)))
        fixed = self.design @ beta
        u, eta, rows, joint = self._joint(self.u, loading, fixed, extra)
        for _ in range(MAX_STEPS):
            slope = loading.down(self.structure.sums(rows.score)) - u
            factor = Factorization(self.structure, self.structure.gram(rows.weights), loading)
            step = factor.solve(slope)
            if slope @ step < MODE_TOLERANCE:
                return Mode(u, eta, rows, loading, factor, True)
            size, before = 1.0, joint
            while True:
                at = self._joint(u + size * step, loading, fixed, extra)
                if at[3] >= before - 1e-10 * abs(before) or size < 1e-6:
                    break
                size /= 2
            u, eta, rows, joint = at
        return Mode(u, eta, rows, loading, factor, False)

    def gradient(self, psi: Floats, mode: Mode) -> Floats:
        """Gradient of −2L at ψ, whose mode is given."""
        structure, rows, u = self.structure, mode.rows, mode.u
        _, extra, beta = self.parts(psi)
        entries, blocks = mode.factor.inverse()
        leverage = structure.quadratic(entries)
        pushed = leverage * rows.slopes
        v = mode.factor.solve(mode.loading.down(structure.sums(pushed)))
        pull = structure.at_rows(mode.loading.up(v))
        residual = rows.score - 0.5 * (pushed - rows.weights * pull)
        sums = self._plain.down(structure.sums(np.column_stack([residual, rows.score])))
        by_root = [
            residual_sum.T @ u_f - 0.5 * score_sum.T @ v_f - _trace(block, root)
            for residual_sum, score_sum, u_f, v_f, block, root in zip(
                structure.split(sums[:, 0]),
                structure.split(sums[:, 1]),
                structure.split(u),
                structure.split(v),
                blocks,
                mode.loading.roots,
                strict=True,
            )
        ]
        by_extra = self.likelihood.extra_gradient(mode.eta, extra, leverage, pull)
        by_beta = self.design.T @ residual - self.precision @ beta
        return -2.0 * np.concatenate([self.covariance.gather(by_root), by_extra, by_beta])

    def guess_inverse(self, psi: Floats) -> Floats:
        """A guess of the inverse Hessian of the deviance at ψ, shape (d, d), as if the model were linear.

        For β it is half the inverse of X'V⁻¹X; for a standard deviation θ it follows from the information
        ½ tr (V⁻¹ ∂V)², of which only the part within levels is taken.
        """
        mode = self.mode(psi)
        self.u = mode.u
        guess = np.eye(len(psi))
        blocks = mode.factor.inverse()[1]
        for j, parameter in enumerate(self.covariance.parameters):
            kept = 1.0 - np.diagonal(blocks[parameter.factor], axis1=1, axis2=2)
            rows, columns = list(parameter.rows), list(parameter.columns)
            scale = mode.loading.roots[parameter.factor][rows[0], rows[0]] ** 2
            information = float((kept[:, rows] * kept[:, columns]).sum())
            guess[j, j] = min(scale / (4.0 * max(information, 1e-8)), 1.0)
        weighted = self.design * mode.rows.weights[:, None]
        crossed = mode.loading.down(self.structure.sums(weighted))
        fixed = self.design.T @ weighted - crossed.T @ mode.factor.solve(crossed) + self.precision
        start = self.k + self.extra
        guess[start:, start:] = np.linalg.inv(fixed) / 2.0
        return guess

    def _joint(
        self, u: Floats, loading: Loading, fixed: Floats, extra: Floats
    ) -> tuple[Floats, Floats, Rows, float]:
        eta = fixed + self.structure.at_rows(loading.up(u))
        rows = self.likelihood.rows(eta, extra)
        return u, eta, rows, rows.value - 0.5 * float(u @ u)

    def _apart(self, theta: Floats) -> Floats:
        """θ with standard deviations moved away from 0, but for those that are 0 exactly: they are dropped."""
        is_sd = np.array([parameter.is_sd for parameter in self.covariance.parameters], dtype=bool)
        near = is_sd & (theta != 0) & (np.abs(theta) < SMALLEST)
        return np.where(near, np.copysign(SMALLEST, theta), theta)


def _trace(block: Floats, root: Floats) -> np.ndarray:
    """Derivative of ½ log|A| by the entries of Λ: ((Σ_levels I − A⁻¹) Λ⁻¹)'."""
    total = len(block) * np.eye(len(root)) - block.sum(axis=0)
    return (total @ _inverse(root)).T


def _inverse(root: Floats) -> np.ndarray:
    """Λ⁻¹, where terms that are dropped (zero on the diagonal) stay zero."""
    dropped = np.diag(np.diag(root) == 0)
    return np.linalg.inv(root + dropped) - dropped
