"""The parameters θ of the random effects: which entries of each Λ they are.

Uncorrelated terms have one parameter each, the standard deviation that their columns share. Correlated
factors have one for every entry of the lower triangle of Λ, column by column, as lme4 has. Λ is on the scale
of the linear predictor (for a linear mixed model: relative to the residual standard deviation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.mixed.random import RandomFactor
from analysis.mixed.structure import Floats


@dataclass(frozen=True)
class Parameter:
    """One θ: the factor it belongs to, its name, and the entries (rows, columns) of that Λ that it fills."""

    factor: int
    name: str
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    term: int  # of the factor: the last one it belongs to

    @property
    def is_sd(self) -> bool:
        """Whether it stands on the diagonal; otherwise it makes effects correlate."""
        return self.rows == self.columns


class Covariance:
    """All θ of a model with the map to the Λ of each factor and back.

    Attributes
    ----------
    parameters : in the order of θ
    names : `participant: 1`, `item: condition`, and `id: situ[T.self] × 1` for what is off the diagonal
    """

    def __init__(self, factors: Sequence[RandomFactor]) -> None:
        self.factors = list(factors)
        self.parameters: list[Parameter] = []
        for f, factor in enumerate(factors):
            self.parameters += _correlated(f, factor) if factor.correlated else _shared(f, factor)
        self.names = [parameter.name for parameter in self.parameters]

    def __len__(self) -> int:
        return len(self.parameters)

    def roots(self, theta: Floats) -> list[Floats]:
        """Λ of each factor, shape (q, q), lower triangular."""
        roots = [np.zeros((factor.q, factor.q)) for factor in self.factors]
        for value, parameter in zip(theta, self.parameters, strict=True):
            roots[parameter.factor][parameter.rows, parameter.columns] = value
        return roots

    def gather(self, derivatives: Sequence[Floats]) -> Floats:
        """From derivatives by the entries of each Λ, shape (q, q), to those by θ."""
        return np.array([derivatives[p.factor][p.rows, p.columns].sum() for p in self.parameters])

    def scales(self, columns: Sequence[Floats]) -> Floats:
        """What each θ is multiplied with when the columns of each Z are divided by `columns`, shape (q,)."""
        return np.array([columns[p.factor][p.rows[0]] for p in self.parameters])

    def signed(self, theta: Floats) -> tuple[Floats, Floats]:
        """θ with the sign convention that no standard deviation is negative, and the signs (±1) applied."""
        signs = np.ones(len(theta))
        flips = {
            (p.factor, p.columns[0]): -1.0 if value < 0 else 1.0
            for value, p in zip(theta, self.parameters, strict=True)
            if p.is_sd
        }
        for j, parameter in enumerate(self.parameters):
            signs[j] = flips[parameter.factor, parameter.columns[0]]
        return theta * signs, signs


def _shared(f: int, factor: RandomFactor) -> list[Parameter]:
    found, start = [], 0
    for t, (term, width) in enumerate(zip(factor.terms, factor.widths, strict=True)):
        entries = tuple(range(start, start + width))
        found.append(Parameter(f, f"{factor.name}: {term.name}", entries, entries, t))
        start += width
    return found


def _correlated(f: int, factor: RandomFactor) -> list[Parameter]:
    names, term = factor.column_names, np.repeat(np.arange(len(factor.terms)), factor.widths)
    found = []
    for column in range(factor.q):
        for row in range(column, factor.q):
            name = names[row] if row == column else f"{names[row]} × {names[column]}"
            found.append(Parameter(f, f"{factor.name}: {name}", (row,), (column,), int(term[row])))
    return found
