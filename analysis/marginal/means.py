"""Estimated marginal means of a fitted mixed model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis.marginal.averaging import Weights
from analysis.marginal.cells import Cells, estimate_cells, require_back
from analysis.marginal.grid import ReferenceGrid, reference_grid
from analysis.marginal.scales import exponential, wald, wald_within_unit
from analysis.mixed.result import MixedFit
from analysis.options import require_alpha

Floats = NDArray[np.float64]


def marginal_means(
    fit: MixedFit,
    by: str | Sequence[str] = "condition",
    *,
    at: Mapping[str, Any] | None = None,
    weights: Weights = "equal",
    data: pd.DataFrame | None = None,
    grid: ReferenceGrid | None = None,
    alpha: float = 0.05,
    df: str = "model",
    back: str | None = None,
) -> pd.DataFrame:
    """Estimate the mean of each level of a factor, averaged over a reference grid.

    Parameters
    ----------
    fit : fitted mixed model
    by, at, weights, data : see `reference_grid`
    grid : a grid made before, in place of `by`, `at`, `weights` and `data`
    alpha : one minus the level of the intervals, which are not adjusted for several levels
    df : `model` (the fit's own degrees of freedom) or `asymptotic` (normal quantiles)
    back : `log` where the outcome of a linear mixed model is a logarithm

    Returns
    -------
    DataFrame indexed by level (a MultiIndex where `by` names several factors)
        Always `df`, and

        - logit and probit: `link`, `link_se`, `link_low`, `link_high`; `probability`, `probability_se`,
          `probability_low`, `probability_high` (integrated over the random effects: the share of right
          answers expected of new participants on new items); `conditional`, `conditional_se`,
          `conditional_low`, `conditional_high` (random effects at zero: inverse link of `link`).
        - identity: `mean`, `se`, `low`, `high`; with `back="log"` also `geometric_mean`,
          `geometric_low`, `geometric_high`.
        - cumulative logit: `link`, `link_se`, `link_low`, `link_high`: latent, relative to the baseline.

        Intervals are those of Student's t on the link scale; of `probability` on its logit, so that they
        stay inside (0, 1). What cannot be computed is NaN.

    Raises
    ------
    AnalysisError : the message names what is wrong and what is allowed.

    Source
    ------
    Searle, Speed and Milliken (1980), "Population Marginal Means in the Linear Model", American
    Statistician 34(4); Lenth, R package emmeans, whose response scale is `conditional`.
    """
    require_alpha(alpha)
    require_back(back, fit.link)
    grid = grid or reference_grid(fit, by, at=at, weights=weights, data=data)
    cells = estimate_cells(fit, grid)
    degrees = cells.degrees(fit, np.eye(len(grid.levels)), df)
    table = _columns(fit.link, cells, special.stdtrit(degrees, 1 - alpha / 2))
    geometric = _geometric(table) if back else {}
    return pd.DataFrame(table | {"df": degrees} | geometric, index=grid.index)


def _geometric(table: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the columns that undo a logarithm of the outcome."""
    told = {"geometric_mean": "mean", "geometric_low": "low", "geometric_high": "high"}
    return {name: exponential(table[source]) for name, source in told.items()}


def _columns(link: str, cells: Cells, reach: Floats) -> dict[str, Floats]:
    """Return the columns of a table of means, without the degrees of freedom."""
    low, high = wald(cells.link.value, cells.link.se, reach)
    if link == "identity":
        return {"mean": cells.link.value, "se": cells.link.se, "low": low, "high": high}
    table = {"link": cells.link.value, "link_se": cells.link.se, "link_low": low, "link_high": high}
    if cells.marginal is None or cells.conditional is None:
        return table
    inside = wald_within_unit(cells.marginal.value, cells.marginal.se, reach)
    return (
        table
        | _named("probability", cells.marginal.value, cells.marginal.se, *inside)
        | _named("conditional", cells.conditional.value, cells.conditional.se, *_inverse(link, low, high))
    )


def _named(name: str, value: Floats, se: Floats, low: Floats, high: Floats) -> dict[str, Floats]:
    return {name: value, f"{name}_se": se, f"{name}_low": low, f"{name}_high": high}


def _inverse(link: str, *ends: Floats) -> list[Floats]:
    inverse = special.ndtr if link == "probit" else special.expit
    return [inverse(end) for end in ends]
