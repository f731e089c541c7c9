"""Satterthwaite's degrees of freedom for the fixed effects of a linear mixed model.

The variance of a contrast c'β̂ is a function of the variance parameters φ = (θ, σ), v(φ) = c'C(φ)c. Its estimate
is treated as a scaled χ² with the df that give it the variance of v(φ̂) by the delta method:

    df = 2 v² / (g' A g),   g = ∂v/∂φ,   A = 2 H⁻¹ with H the Hessian of the (RE)ML deviance by φ.

Pure arrays; `analysis.mixed.lmm` computes C, ∂C/∂φ and H.

Source: Satterthwaite (1946), Biometrics Bulletin 2(6); Fai and Cornelius (1996), J. Statist. Comput. Simul. 54;
Kuznetsova, Brockhoff and Christensen (2017), "lmerTest Package", JSS 82(13).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

NEGLIGIBLE = 1e-10  # eigenvalues below this share of the largest count as zero


@dataclass(frozen=True)
class Satterthwaite:
    """What the degrees of freedom of any contrast follow from.

    Parameters
    ----------
    covariance : C, of the p fixed effects, shape (p, p)
    slopes : ∂C/∂φ, shape (k, p, p)
    hessian : of the deviance by φ at its minimum, shape (k, k)
    """

    covariance: Floats
    slopes: Floats
    hessian: Floats

    def df(self, weights: ArrayLike) -> float:
        """The df of the contrast `weights @ β`, shape (p,); infinite where its variance does not depend on φ.

        A direction in which the deviance is flat or falls (a variance at its boundary) is left out of the
        variance of φ̂, as lmerTest does.
        """
        c = np.asarray(weights, dtype=float)
        variance = c @ self.covariance @ c
        gradient = np.einsum("i,kij,j->k", c, self.slopes, c)
        spread = gradient @ self.parameter_covariance @ gradient
        return float(2 * variance**2 / spread) if spread > 0 else float("inf")

    @cached_property
    def parameter_covariance(self) -> Floats:
        """A = 2 H⁻¹ over the directions in which the deviance rises, shape (k, k)."""
        values, vectors = np.linalg.eigh((self.hessian + self.hessian.T) / 2)
        kept = values > NEGLIGIBLE * max(values.max(), 0.0)
        return 2 * (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
