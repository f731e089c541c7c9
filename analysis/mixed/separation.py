"""Separation: a combination of the fixed effects that tells the outcome without a miss.

Where all answers of an arm are right, its log-odds have no finite estimate. A direction δ separates if
x_i'δ ≥ 0 for every row that is all success, ≤ 0 for every row that is all failure, = 0 for every other one, and
not 0 throughout; a linear programme finds one or proves that there is none. Random effects with finite
variances do not change the answer.

The penalty that makes the estimates finite is a normal prior on every coefficient but the intercept, on columns
that are scaled as by Gelman et al.: two-valued ones to differ by 1, others divided by two standard deviations.

Source: Konis (2007), "Linear programming algorithms for detecting separated data in binary logistic regression
models", DPhil thesis, Oxford; Gelman, Jakulin, Pittau and Su (2008), "A Weakly Informative Default Prior
Distribution for Logistic and Other Regression Models", Annals of Applied Statistics 2(4).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize

from analysis.mixed.formula import Design
from analysis.mixed.structure import Floats


def separating_direction(design: Floats, successes: Floats, trials: Floats) -> Floats | None:
    """A separating direction of the coefficients, shape (p,), largest element 1, or None.

    Parameters
    ----------
    design : X, shape (n, p)
    successes, trials : shape (n,)
    """
    side = np.where(successes == trials, 1.0, np.where(successes == 0, -1.0, 0.0))
    scaled = design / np.maximum(np.abs(design).max(axis=0), 1e-300)
    rows = pd.DataFrame(np.column_stack([scaled, side])).drop_duplicates().to_numpy()
    x, side = rows[:, :-1], rows[:, -1]
    told = x[side != 0] * side[side != 0, None]
    found = optimize.linprog(
        -told.sum(axis=0),
        A_ub=-told if len(told) else None,
        b_ub=np.zeros(len(told)) if len(told) else None,
        A_eq=x[side == 0] if (side == 0).any() else None,
        b_eq=np.zeros(int((side == 0).sum())) if (side == 0).any() else None,
        bounds=(-1, 1),
    )
    if found.status != 0 or found.fun > -1e-6:
        return None
    direction = np.where(np.abs(found.x) > 1e-7, found.x, 0.0)
    return direction / np.abs(direction).max()


def describe_separation(
    design: Design, rows: pd.DataFrame, direction: Floats, successes: Floats, trials: Floats
) -> str:
    """Say which coefficients have no finite estimate and, where one level explains it, which."""
    names = [name for name, value in zip(design.names, direction, strict=True) if value != 0]
    used = set().union(
        *(found for found, value in zip(design.column_variables, direction, strict=True) if value != 0)
    )
    factors = sorted(used & set(design.coding.levels))
    where = [text for name in factors for text in _pure_levels(rows[name], successes, trials)]
    told = f" ({'; '.join(where)})" if where else ""
    verb = "tells" if len(names) == 1 else "tell"
    return (
        f"Separation: {', '.join(names)} {verb} the outcome {design.outcome!r} without a miss{told}, so that there "
        "is no finite estimate. Give a penalty (penalty=2.5) or leave the term out."
    )


def _pure_levels(column: pd.Series, successes: Floats, trials: Floats) -> list[str]:
    totals = pd.DataFrame({"successes": successes, "trials": trials}).groupby(column.to_numpy()).sum()
    found = []
    for level, (right, all_) in zip(totals.index, totals.to_numpy(), strict=True):
        if right in (0, all_):
            found.append(f"all {all_:g} outcomes with {column.name} = {level!r} are {int(right > 0)}")
    return found


def prior_precision(design: Design, sd: float) -> Floats:
    """Precision of the normal prior on the coefficients, shape (p, p), zero for the intercept."""
    x = design.values
    lowest, highest = x.min(axis=0), x.max(axis=0)
    two_valued = ((x == lowest) | (x == highest)).all(axis=0)
    sizes = np.where(two_valued, highest - lowest, 2 * x.std(axis=0))
    if design.intercept is not None:
        sizes[design.intercept] = 0.0
    return np.diag((sizes / sd) ** 2)
