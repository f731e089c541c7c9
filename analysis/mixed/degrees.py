"""Degrees of freedom of Wald t tests: how many levels a contrast was really estimated from.

A random factor carries a coefficient if the coefficient's column is constant within the factor's levels (it
varies between them only), or if the factor has a planned random slope on the coefficient's term. From such a
factor it has as many degrees of freedom as the factor has levels, less the fixed effects that are estimated
between its levels (the dimensions of the span of X that are constant within them, the intercept included:
there are as many however the model is coded). The smallest over the factors counts, and over the
coefficients with a weight in a contrast; a coefficient that no factor carries is estimated from the rows
alone and has rows − p.

The planned structure counts: a slope that the rule for singular fits has dropped still carries, because a
variance that was estimated as zero from few levels is not known to be zero. This is the rule of balanced
designs ("containment" in SAS PROC MIXED) for crossed factors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from analysis.mixed.random import RandomFactor
from analysis.mixed.structure import Floats, Grouping

NEGLIGIBLE = 1e-10  # of columns of length 1, what is left of a combination that is constant within levels


def degrees_of_freedom(
    design: Floats,
    column_variables: Sequence[frozenset[str]],
    factors: Sequence[RandomFactor],
    groupings: Sequence[Grouping],
) -> Callable[[Floats], float]:
    """Prepare the rule for one model.

    Parameters
    ----------
    design : X, shape (n, p)
    column_variables : the columns of the table that each column of X is made of; empty for the intercept
    factors, groupings : the planned random effects

    Returns
    -------
    function : from a contrast's weights, shape (p,), to its degrees of freedom (at least 1)
    """
    within = [constant_within(design, grouping) for grouping in groupings]
    counts = [
        grouping.n_levels - n_between(design, grouping, flags)
        for grouping, flags in zip(groupings, within, strict=True)
    ]
    slopes = [[frozenset(term.variables) for term in factor.terms] for factor in factors]
    per_column = np.full(design.shape[1], float(max(len(design) - design.shape[1], 1)))
    for j, variables in enumerate(column_variables):
        carried = [
            max(count, 1)
            for count, flags, terms in zip(counts, within, slopes, strict=True)
            if flags[j] or (variables and variables in terms)
        ]
        per_column[j] = min(carried, default=per_column[j])
    return lambda weights: float(per_column[np.asarray(weights) != 0].min(initial=np.inf))


def constant_within(design: Floats, grouping: Grouping) -> np.ndarray:
    """For each column of X, whether it is the same in all rows of every level; shape (p,)."""
    first = np.zeros(grouping.n_levels, dtype=np.intp)
    first[grouping.index[::-1]] = np.arange(len(grouping.index))[::-1]
    return np.array([(column == column[first][grouping.index]).all() for column in design.T])


def n_between(design: Floats, grouping: Grouping, constant: np.ndarray) -> int:
    """How many dimensions of the span of X are constant within every level of a factor.

    Parameters
    ----------
    design : X of full rank, shape (n, p)
    constant : from `constant_within`, shape (p,)
    """
    varying = design[:, ~constant] / np.linalg.norm(design[:, ~constant], axis=0)
    sizes = np.bincount(grouping.index, minlength=grouping.n_levels)
    sums = np.zeros((grouping.n_levels, varying.shape[1]))
    np.add.at(sums, grouping.index, varying)
    left = varying - (sums / sizes[:, None])[grouping.index]
    lengths = np.linalg.svd(left, compute_uv=False)
    return design.shape[1] - int((lengths > NEGLIGIBLE).sum())
