"""The stated rule for singular fits: what is estimated as zero is taken out, in a fixed order.

On scaled columns a standard deviation below `BOUNDARY` (on the scale of the linear predictor) counts as zero,
and a correlation beyond `PERFECT` as ±1. With the rule "drop-slopes-then-intercepts"

1. a factor with a correlation at ±1 loses its correlations,
2. then slopes at zero are dropped, 3. then intercepts at zero,

and the model is fitted again after each step. Standard errors are then those of the smaller model, but degrees
of freedom stay those of the planned one (see `degrees`). With "keep" nothing is dropped: what is at the boundary is
held there, and standard errors are over the other parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.mixed.covariance import Covariance
from analysis.mixed.structure import Floats

DROP = "drop-slopes-then-intercepts"
KEEP = "keep"
RULES = (DROP, KEEP)

BOUNDARY = 0.01
PERFECT = 0.999
HELD = 1e-4  # a standard deviation that stays in the model at its boundary


def effect_sds(covariance: Covariance, theta: Floats) -> list[Floats]:
    """Standard deviation of each column's effect, shape (q,) per factor."""
    return [np.sqrt((root**2).sum(axis=1)) for root in covariance.roots(theta)]


def perfectly_correlated(covariance: Covariance, theta: Floats, free: np.ndarray) -> list[int]:
    """Factors with a correlation at ±1 (or one that cannot be told because an effect is zero)."""
    sds = effect_sds(covariance, theta)
    found = []
    for f, root in enumerate(covariance.roots(theta)):
        mine = [covariance.parameters[j] for j in of_factor(covariance, f) if free[j]]
        diagonal = [parameter.rows[0] for parameter in mine if parameter.is_sd]
        floor = np.sqrt(1 - PERFECT**2) * sds[f] + BOUNDARY
        if len(diagonal) < len(mine) and (np.abs(np.diag(root)) < floor)[diagonal].any():
            found.append(f)
    return found


def of_factor(covariance: Covariance, factor: int) -> list[int]:
    """Positions in θ of a factor's parameters."""
    return [j for j, parameter in enumerate(covariance.parameters) if parameter.factor == factor]


def uncorrelated(covariance: Covariance, theta: Floats, factor: int) -> Floats:
    """θ with the factor's correlations set to zero and its standard deviations kept."""
    sds, theta = effect_sds(covariance, theta)[factor], theta.copy()
    for j in of_factor(covariance, factor):
        parameter = covariance.parameters[j]
        theta[j] = sds[parameter.rows[0]] if parameter.is_sd else 0.0
    return theta


def at_zero(covariance: Covariance, theta: Floats, free: np.ndarray) -> list[int]:
    """Free standard deviations at zero: slopes if there are any, else intercepts."""
    zero = [
        j
        for j, parameter in enumerate(covariance.parameters)
        if free[j] and parameter.is_sd and abs(theta[j]) < BOUNDARY
    ]
    slopes = [j for j in zero if not is_intercept(covariance, j)]
    return slopes or zero


def is_intercept(covariance: Covariance, j: int) -> bool:
    """Whether θ_j is the standard deviation of an intercept."""
    parameter = covariance.parameters[j]
    return not covariance.factors[parameter.factor].terms[parameter.term].variables


def message(covariance: Covariance, positions: Sequence[int], rule: str) -> str:
    """The sentence about a singular fit; `positions` in θ are what was dropped or held."""
    what = [text for f in range(len(covariance.factors)) for text in _in_words(covariance, f, positions)]
    several = len(positions) > 1
    told = f"{', '.join(what[:-1])} and {what[-1]}" if len(what) > 1 else what[0]
    at = "at their boundaries" if several else "at its boundary"
    if rule == DROP:
        verb, them = ("were", "them") if several else ("was", "it")
        return f"Singular fit: {told} {verb} estimated {at} and dropped; the model was fitted again without {them}."
    return f"Singular fit: {told} {'are' if several else 'is'} {at}; standard errors are conditional on that."


def _in_words(covariance: Covariance, f: int, positions: Sequence[int]) -> list[str]:
    """Name a factor's parameters: one by one, or together where there is a whole covariance matrix of them."""
    factor, mine = covariance.factors[f], [j for j in positions if j in of_factor(covariance, f)]
    if not factor.correlated:
        return [covariance.names[j] for j in mine]
    sds = [j for j in mine if covariance.parameters[j].is_sd]
    slopes = [j for j in sds if not is_intercept(covariance, j)]
    whole = len(slopes) > 1 and len(slopes) == len(factor.column_names) - 1
    named = [covariance.names[j] for j in sds if not (whole and j in slopes)]
    n = len(mine) - len(sds)
    together = f"the correlation{'s' * (n > 1)} of {factor.name}" if n else ""
    if whole:
        together = f"{together}, and its slopes," if n else f"the slopes of {factor.name}"
    return [together, *named] if together else named
