"""The profiled deviance of a linear mixed model with its exact gradient.

    y = Xβ + ZΛu + ε,  u ~ N(0, σ²I),  ε ~ N(0, σ²I),  V = I + ZΛΛ'Z'

For a given Λ the best β and σ have closed forms. All that the rows contribute are the cross-products of Z, X
and y, which are taken once: what one evaluation costs does not depend on the number of rows. X comes with
orthonormal columns and y is replaced by its least-squares residuals, so that neither collinear columns nor a
large mean cost digits.

Source: Bates, Mächler, Bolker and Walker (2015), "Fitting Linear Mixed-Effects Models Using lme4", JSS 67(1),
section 3.4. The derivatives follow from dV = Z(dΛ Λ' + Λ dΛ')Z' and Z'V⁻¹ = Λ'⁻¹A⁻¹Λ'Z' with A = Λ'Z'ZΛ + I.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np

from analysis.mixed.factorization import Factorization, Loading
from analysis.mixed.scaling import ScaledDesign
from analysis.mixed.structure import CrossedStructure, Floats

SMALLEST = 1e-6  # of Λ's diagonal, in units of σ: at zero its inverse, though not the gradient, is undefined


@dataclass(frozen=True)
class Profile:
    """What one Λ gives, in the scaled fixed effects: the two parts of the deviance and their gradients by Λ.

    Attributes
    ----------
    logdet : log|A|, plus log|X'V⁻¹X| under REML
    rss : the penalised residual sum of squares, y'V⁻¹y after the fixed effects
    coefficients, bread : the fixed effects beyond the least-squares ones, shape (p,), and (X'V⁻¹X)⁻¹, (p, p)
    logdet_slopes, rss_slopes : derivatives by the entries of Λ, one (q_f, q_f) per factor
    bread_slopes : derivatives of `bread` by the entries of Λ, one (q_f, q_f, p, p) per factor
    spheres, blocks : u, one (n_f, q_f) per factor, and A⁻¹ at each level, one (n_f, q_f, q_f) per factor
    """

    logdet: float
    rss: float
    coefficients: Floats
    bread: Floats
    logdet_slopes: list[Floats]
    rss_slopes: list[Floats]
    bread_slopes: list[Floats]
    spheres: list[Floats]
    blocks: list[Floats]


@dataclass(frozen=True)
class Held:
    """One fixed effect, by its place in X, that is kept at a value."""

    place: int
    value: float


class ProfiledDeviance:
    """The deviance as a function of Λ, for one structure, design and outcome.

    Parameters
    ----------
    structure : the random part
    design : the fixed effects, with orthonormal columns
    outcome : y, shape (n,)
    reml : restricted likelihood (the fixed effects are integrated out) or maximum likelihood

    Attributes
    ----------
    df : n − p under REML, else n
    """

    def __init__(
        self, structure: CrossedStructure, design: ScaledDesign, outcome: Floats, *, reml: bool
    ) -> None:
        self.structure, self.reml, self.to_params = structure, reml, design.to_params
        self.n, self.p = design.values.shape
        self.start = design.values.T @ outcome / self.n
        rows = np.column_stack([design.values, outcome - design.values @ self.start])
        self.gram = structure.gram(np.ones(self.n))
        self.sums = structure.sums(rows)
        self.squares = rows.T @ rows
        self.df = self.n - self.p if reml else self.n

    def by_ml(self) -> ProfiledDeviance:
        """The same model's deviance under maximum likelihood."""
        other = copy(self)
        other.reml, other.df = False, self.n
        return other

    def value(self, profile: Profile) -> float:
        """−2 log-likelihood at the best β and σ for this Λ."""
        constant = 2 * np.linalg.slogdet(self.to_params)[1] if self.reml else 0.0
        return float(profile.logdet - constant + self.df * (1 + np.log(2 * np.pi * profile.rss / self.df)))

    def slopes(self, profile: Profile) -> list[Floats]:
        """Derivatives of `value` by the entries of Λ, one (q_f, q_f) per factor."""
        parts = zip(profile.logdet_slopes, profile.rss_slopes, strict=True)
        return [logdet + self.df * rss / profile.rss for logdet, rss in parts]

    def variance(self, profile: Profile) -> float:
        """The best σ²."""
        return profile.rss / self.df

    def params(self, profile: Profile) -> Floats:
        """The fixed effects in the columns of X, shape (p,)."""
        return self.to_params @ (self.start + profile.coefficients)

    def spread(self, bread: Floats) -> Floats:
        """`bread` or a derivative of it, shape (p, p), in the columns of X."""
        return self.to_params @ bread @ self.to_params.T

    def profile(self, roots: list[Floats], held: Held | None = None) -> Profile:
        """Evaluate at Λ, given as one lower triangular (q_f, q_f) matrix per factor.

        `held` keeps one fixed effect at a value, while the others are the best.

        Raises
        ------
        numpy.linalg.LinAlgError : Λ is not finite.
        """
        roots = [_away_from_zero(root) for root in roots]
        loading = Loading(self.structure, roots)
        factor = Factorization(self.structure, self.gram, loading)
        right = loading.down(self.sums)
        solved = factor.solve(right)
        moment = self.squares - right.T @ solved
        bread = np.linalg.inv(moment[:-1, :-1])
        coefficients = bread @ moment[:-1, -1]
        if held is not None:
            coefficients = coefficients + self._move(held, coefficients, bread)
        residual = np.append(-coefficients, 1.0)
        u = self.structure.split(solved @ residual)
        x = [np.stack(parts, -1) for parts in zip(*map(self.structure.split, solved[:, :-1].T), strict=True)]
        logdet = factor.logdet + (np.linalg.slogdet(moment[:-1, :-1])[1] if self.reml else 0.0)
        blocks = factor.inverse()[1]
        slopes = _slopes(roots, blocks, x, u, bread, self.reml)
        rss = float(residual @ moment @ residual)
        return Profile(float(logdet), rss, coefficients, bread, *slopes, u, blocks)

    def modes(self, roots: list[Floats], profile: Profile) -> list[tuple[Floats, Floats]]:
        """Modes of the random effects b = Λu and their standard deviations given β, (n_f, q_f) per factor."""
        sigma = np.sqrt(self.variance(profile))
        return [
            (u @ root.T, sigma * np.sqrt(np.einsum("rk,lkm,rm->lr", root, block, root)))
            for u, root, block in zip(profile.spheres, roots, profile.blocks, strict=True)
        ]

    def _move(self, held: Held, coefficients: Floats, bread: Floats) -> Floats:
        """How the best coefficients change when one fixed effect has to have another value."""
        weights = self.to_params[held.place]
        away = held.value - weights @ (self.start + coefficients)
        return bread @ weights * (away / (weights @ bread @ weights))


def _slopes(
    roots: list[Floats],
    inverse: list[Floats],
    fixed: list[Floats],
    spheres: list[Floats],
    bread: Floats,
    reml: bool,
) -> tuple[list[Floats], list[Floats], list[Floats]]:
    """Derivatives by Λ of log-determinant, residual sum of squares and bread, from A⁻¹Λ'Z'[X y]."""
    logdet, rss, breads = [], [], []
    for root, blocks, x, u in zip(roots, inverse, fixed, spheres, strict=True):
        lift = np.linalg.inv(root).T
        products = np.einsum("lri,lcj->rcij", x, x)
        inner = (np.eye(len(root)) - blocks).sum(axis=0)
        if reml:
            inner = inner - np.einsum("rcij,ij->rc", products, bread)
        logdet.append(2 * lift @ inner)
        rss.append(-2 * lift @ (u.T @ u))
        moved = np.einsum("sr,rcij->scij", lift, products)
        breads.append(bread @ (moved + moved.swapaxes(-1, -2)) @ bread)
    return logdet, rss, breads


def _away_from_zero(root: Floats) -> Floats:
    """Keep Λ invertible. The deviance is flat there: it changes by the square of `SMALLEST`."""
    diagonal = np.diag(root)
    small = np.abs(diagonal) < SMALLEST
    return root + np.diag(np.where(small, SMALLEST - diagonal, 0.0))
