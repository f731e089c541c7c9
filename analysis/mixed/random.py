"""Random effects: what varies between the levels of a factor, and how.

`{"participant": "1", "item": "1 + condition"}` says that participants differ in level and items in level and in
the effect of condition. Each term has its own standard deviation and terms are uncorrelated, unless
`correlated` is asked for.

Uncorrelated terms of a factor with k levels are k − 1 sum-to-zero orthonormal contrasts of its levels that share
one standard deviation: nothing then depends on which level is the baseline, nor on which contrasts are taken,
and the difference between any two levels varies with √2 times that standard deviation. Interactions are
products of such columns. A column of numbers is taken as it is. With `correlated` the columns are those of
treatment coding with a full covariance, as in lme4's and glmmTMB's `(1 + condition | participant)`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd
from formulaic.parser.types import Factor
from scipy import linalg

from analysis.columns import as_numbers, require_columns
from analysis.errors import ModelError
from analysis.mixed.formula import Coding, parse
from analysis.mixed.structure import Floats, Grouping
from analysis.options import listed

INTERCEPT = "1"


@dataclass(frozen=True)
class RandomTerm:
    """One term of a factor's random effects; `variables` is empty for the intercept."""

    name: str
    variables: tuple[str, ...]

    def columns(self, rows: pd.DataFrame, coding: Coding, *, treatment: bool) -> Floats:
        """The term's columns at the rows, shape (m, width)."""
        columns = np.ones((len(rows), 1))
        for name in self.variables:
            values = _coded(rows[name], coding, treatment=treatment)
            columns = (columns[:, :, None] * values[:, None, :]).reshape(len(rows), -1)
        return columns

    def names(self, coding: Coding, *, treatment: bool) -> list[str]:
        """The columns' names; with contrasts they are numbered, as no one of them means anything alone."""
        choices = [_names(name, coding, treatment=treatment) for name in self.variables]
        return [":".join(parts) or INTERCEPT for parts in product(*choices)]

    def is_numeric(self, coding: Coding) -> bool:
        return any(name not in coding.levels for name in self.variables)


def _coded(column: pd.Series, coding: Coding, *, treatment: bool) -> Floats:
    if column.name not in coding.levels:
        return as_numbers(column, str(column.name)).to_numpy()[:, None]
    k = len(coding.levels[str(column.name)])
    table = np.eye(k)[:, 1:] if treatment else contrasts(k)
    return table[coding.codes(column)]


def _names(name: str, coding: Coding, *, treatment: bool) -> list[str]:
    if name not in coding.levels:
        return [name]
    levels = coding.levels[name][1:]
    return [f"{name}[T.{level}]" if treatment else f"{name}[{j + 1}]" for j, level in enumerate(levels)]


def contrasts(k: int) -> Floats:
    """Sum-to-zero orthonormal contrasts of k levels, shape (k, k − 1): Helmert's."""
    return linalg.helmert(k).T


@dataclass(frozen=True)
class RandomFactor:
    """One random factor with its terms, as learnt from the rows of a model.

    Attributes
    ----------
    name : its column
    levels : the levels that were seen, in sorted order
    terms : what varies between them, the intercept first
    correlated : whether all columns share a full covariance
    """

    name: str
    levels: pd.Index
    terms: tuple[RandomTerm, ...]
    correlated: bool
    coding: Coding

    def columns(self, rows: pd.DataFrame) -> Floats:
        """Z at any rows, shape (m, q): the terms' columns side by side."""
        require_columns(rows, *self.variables, name="the table of new rows")
        parts = [term.columns(rows, self.coding, treatment=self.correlated) for term in self.terms]
        return np.concatenate(parts, axis=1)

    @cached_property
    def column_names(self) -> list[str]:
        """Names of the columns of Z."""
        return [name for term in self.terms for name in term.names(self.coding, treatment=self.correlated)]

    @cached_property
    def widths(self) -> list[int]:
        """How many columns each term has."""
        return [len(term.names(self.coding, treatment=self.correlated)) for term in self.terms]

    @cached_property
    def variables(self) -> list[str]:
        """The columns of the table that its terms use."""
        return list(dict.fromkeys(name for term in self.terms for name in term.variables))

    @property
    def q(self) -> int:
        return sum(self.widths)


def parse_random(spec: Mapping[str, str]) -> dict[str, tuple[RandomTerm, ...]]:
    """Read `{"participant": "1", "item": "1 + condition"}` into terms per factor, the intercept first.

    Raises
    ------
    ModelError : there is no factor or more than three, or a factor's terms cannot be read or are none.
    """
    if not isinstance(spec, Mapping):
        raise ModelError(f'random is {spec!r}; a mapping such as {{"participant": "1"}} is needed.')
    if not 1 <= len(spec) <= 3:
        raise ModelError(f"A model has one to three random factors; {len(spec)} were given: {list(spec)}.")
    return {name: _terms(name, terms) for name, terms in spec.items()}


def _terms(factor: str, text: str | int) -> tuple[RandomTerm, ...]:
    """Read one factor's terms; a bare number, as YAML reads `1`, is text."""
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        raise ModelError(
            f'The terms of the random factor {factor!r} are {text!r}; a text such as "1" is needed.'
        )
    found = []
    for term in parse(str(text)):
        names = tuple(str(part) for part in term.factors)
        if computed := [part.expr for part in term.factors if part.eval_method is Factor.EvalMethod.PYTHON]:
            raise ModelError(
                f"The random factor {factor!r} has a slope on {computed[0]!r}; make it a column first."
            )
        found.append(RandomTerm(INTERCEPT, ()) if names == (INTERCEPT,) else RandomTerm(str(term), names))
    if not found:
        raise ModelError(f'The random factor {factor!r} has no term; the simplest is "1".')
    return tuple(sorted(found, key=lambda term: len(term.variables)))


def needed_columns(terms: Mapping[str, tuple[RandomTerm, ...]]) -> list[str]:
    """The columns that the random effects use: the factors' and their terms'."""
    inside = [name for those in terms.values() for term in those for name in term.variables]
    return list(dict.fromkeys([*terms, *inside]))


def slope_columns(terms: Mapping[str, tuple[RandomTerm, ...]]) -> list[str]:
    """The columns whose effects vary: those that have to be coded as factors or numbers."""
    return list(dict.fromkeys(name for those in terms.values() for term in those for name in term.variables))


def random_design(
    rows: pd.DataFrame,
    terms: Mapping[str, tuple[RandomTerm, ...]],
    coding: Coding,
    correlated: bool | Collection[str] = False,
) -> tuple[list[RandomFactor], list[Grouping]]:
    """Learn the factors' levels from complete rows and lay out their effects.

    Parameters
    ----------
    rows : complete rows of the model
    terms : from `parse_random`
    coding : of the columns in `slope_columns`
    correlated : True, False, or the names of the factors whose effects are correlated

    Returns
    -------
    factors and groupings, in the order of `terms`

    Raises
    ------
    ModelError : a factor has fewer than two levels, or `correlated` names none of them.
    """
    full = _full(correlated, list(terms))
    factors, groupings = [], []
    for name, those in terms.items():
        index, levels = pd.factorize(rows[name], sort=True)
        if len(levels) < 2:
            raise ModelError(
                f"The random factor {name!r} has one level ({levels[0]!r}); it needs at least two."
            )
        factor = RandomFactor(name, pd.Index(levels), those, name in full, coding)
        factors.append(factor)
        groupings.append(Grouping(index.astype(np.intp, copy=False), len(levels), factor.columns(rows)))
    return factors, groupings


def _full(correlated: bool | Collection[str], names: list[str]) -> list[str]:
    """The factors whose effects are correlated."""
    if isinstance(correlated, bool):
        return names if correlated else []
    if not isinstance(correlated, Collection):
        raise ModelError(
            f"correlated is {correlated!r}; True, False, or names of random factors are allowed."
        )
    chosen = listed(correlated)  # type: ignore[arg-type]  # a set, too
    if unknown := [name for name in chosen if name not in names]:
        raise ModelError(f"correlated names {unknown[0]!r}; the random factors are {', '.join(names)}.")
    return chosen
