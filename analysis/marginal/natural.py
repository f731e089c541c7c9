"""Contrasts at the rate at which the model errs in use, beside those of the study's strata.

A study shows many items on which the model is wrong, because people have to be seen on them. The effect of
an explanation usually differs between items on which the model is right and wrong, so that the effect in
use is another mixture than the study's. Both come from one model that holds `condition * model_correct`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from analysis.errors import AnalysisError
from analysis.marginal.averaging import Weights
from analysis.marginal.contrasts import versus_reference
from analysis.marginal.means import marginal_means
from analysis.mixed.result import MixedFit

Statistic = Callable[..., pd.DataFrame]


def natural_weights(accuracy: float, stratum: str = "model_correct") -> dict[str, dict[bool, float]]:
    """Return the grid weights of items on which the model is right and wrong, for its `accuracy` in use."""
    if not 0 <= accuracy <= 1:
        raise AnalysisError(f"The model's accuracy is {accuracy!r}; it lies between 0 and 1.")
    return {stratum: {True: accuracy, False: 1 - accuracy}}


def beside_natural(
    fit: MixedFit,
    accuracy: float,
    by: str | Sequence[str] = "condition",
    *,
    stratum: str = "model_correct",
    weights: Weights = "equal",
    statistic: Statistic = versus_reference,
    **options: Any,
) -> pd.DataFrame:
    """Compute contrasts (or means) twice: as the study weighs its strata, and at the natural error rate.

    Parameters
    ----------
    fit : model with a factor `stratum` that interacts with `by`
    accuracy : share of items in use on which the model is right, taken as known
    by, options : as in `statistic`
    stratum : boolean factor that tells items on which the model is right
    weights : the study's weighting, see `analysis.marginal.grid.reference_grid`
    statistic : `versus_reference`, `all_pairs`, `planned` (with `contrasts=`), `trend` or `marginal_means`

    Returns
    -------
    DataFrame with the columns of `statistic`, indexed by `weighting` (`study`, `natural`) and its index
        Families are adjusted within each weighting. Probabilities are averaged over the strata after
        integrating over the random effects; `estimate` and `conditional` columns average on the link scale.

    Raises
    ------
    AnalysisError, UnknownName : as in `statistic`; where the model has no `stratum`.
    """
    natural = _others(fit, by, weights) | natural_weights(accuracy, stratum)
    told: dict[str, Weights] = {"study": weights, "natural": natural}
    tables = {name: statistic(fit, by=by, weights=shares, **options) for name, shares in told.items()}
    return pd.concat(tables, names=["weighting"])


def means_beside_natural(fit: MixedFit, accuracy: float, **options: Any) -> pd.DataFrame:
    """Marginal means as the study weighs its strata and at the natural error rate, see `beside_natural`."""
    return beside_natural(fit, accuracy, statistic=marginal_means, **options)


def _others(fit: MixedFit, by: str | Sequence[str], weights: Weights) -> dict[str, Any]:
    """Return the study's weighting factor by factor, so that one of them can be replaced."""
    if not isinstance(weights, str):
        return dict(weights)
    taken = [by] if isinstance(by, str) else by
    return {name: weights for name in fit.design.coding.levels if name not in taken}
