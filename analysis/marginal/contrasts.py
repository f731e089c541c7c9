"""Contrasts between the levels of a factor in a fitted mixed model."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.marginal.averaging import Weights
from analysis.marginal.cells import estimate_cells
from analysis.marginal.grid import ReferenceGrid, reference_grid
from analysis.marginal.testing import Testing, contrast_columns
from analysis.mixed.result import MixedFit
from analysis.options import made

Floats = NDArray[np.float64]
Contrasts = Mapping[str, Mapping[Any, float]]


def planned(
    fit: MixedFit,
    contrasts: Contrasts,
    by: str | Sequence[str] = "condition",
    *,
    at: Mapping[str, Any] | None = None,
    weights: Weights = "equal",
    data: pd.DataFrame | None = None,
    grid: ReferenceGrid | None = None,
    **testing: Any,
) -> pd.DataFrame:
    """Test planned contrasts, each given by weights of levels.

    Parameters
    ----------
    fit : fitted mixed model
    contrasts : per name the weights of levels, such as `{"shown - none": {"a": 0.5, "b": 0.5, "none": -1}}`;
        levels that are not named weigh nothing; weights sum to zero
    by, at, weights, data : see `analysis.marginal.grid.reference_grid`
    grid : a grid made before, in place of `by`, `at`, `weights` and `data`
    testing : `alpha`, `family`, `alternative`, `df`, `back`, see `Testing`

    Returns
    -------
    DataFrame indexed by contrast
        `estimate`, `se`, `df`, `t`, `p`, `p_adjusted`, `low`, `high` (not adjusted), `simultaneous_low`,
        `simultaneous_high` (over the family; NaN for `bh` and `none`), all on the link scale, and

        - logit: `odds_ratio`, `odds_ratio_low`, `odds_ratio_high`
        - logit and probit: `risk_difference`, `risk_difference_se`, `risk_difference_low`,
          `risk_difference_high` (integrated over the random effects), and the same four that begin with
          `conditional_difference` (random effects at zero)
        - cumulative logit: the odds ratios
        - identity with `back="log"`: `ratio`, `ratio_low`, `ratio_high` of geometric means

        p-values are those of the Wald t test on the link scale; intervals of differences have the same
        degrees of freedom. A one-sided alternative gives one-sided intervals. A contrast that could not be
        computed is NaN and counts as a member of the family.

    Raises
    ------
    AnalysisError, UnknownName : the message names what is wrong and what is allowed.

    Source
    ------
    See `marginal_means` and `analysis.marginal.families`.
    """
    grid = grid or reference_grid(fit, by, at=at, weights=weights, data=data)
    matrix = np.array([_weights(grid, name, told) for name, told in contrasts.items()])
    cells = estimate_cells(fit, grid)
    table = contrast_columns(fit, cells, matrix.reshape(-1, len(grid.levels)), made(Testing, testing))
    return pd.DataFrame(table, index=pd.Index(list(contrasts), name="contrast", dtype="str"))


def versus_reference(
    fit: MixedFit,
    by: str | Sequence[str] = "condition",
    *,
    reference: Hashable | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Compare each other level to the reference level, which by default is the model's baseline.

    Parameters, Returns, Raises : as in `planned`; contrasts are named `level - reference`.
    """
    grid, testing = _split(fit, by, options)
    base = grid.levels[0] if reference is None else grid.levels[grid.position(reference)]
    pairs = [(level, base) for level in grid.levels if level != base]
    return planned(fit, _differences(pairs), grid=grid, **testing)


def all_pairs(fit: MixedFit, by: str | Sequence[str] = "condition", **options: Any) -> pd.DataFrame:
    """Compare every level to every later one.

    Parameters, Returns, Raises : as in `planned`; contrasts are named `earlier - later`. The family `max-t`
    is Tukey's, also for unequal standard errors.
    """
    grid, testing = _split(fit, by, options)
    return planned(fit, _differences(list(combinations(grid.levels, 2))), grid=grid, **testing)


def trend(
    fit: MixedFit,
    by: str = "condition",
    *,
    scores: Mapping[Any, float],
    degree: int = 1,
    **options: Any,
) -> pd.DataFrame:
    """Test polynomial trends over ordered levels.

    Parameters
    ----------
    scores : what each level stands for, such as the number of examples shown
    degree : 1 for the linear trend alone, 2 for linear and quadratic, and so on
    fit, by, options : as in `planned`

    Returns
    -------
    DataFrame as in `planned`, indexed by `linear`, `quadratic`, `cubic` or `degree 4` and so on
        Estimates are the leading coefficients of the least-squares polynomial through the levels'
        estimates: the linear one is the change per unit of score, of the risk difference too.
    """
    grid, testing = _split(fit, by, options)
    told = [float(scores[level]) for level in grid.levels if level in scores]
    if len(told) < len(grid.levels) or len(scores) > len(told) or len(set(told)) <= degree:
        levels = ", ".join(map(str, grid.levels))
        raise AnalysisError(
            f"A trend of degree {degree} needs a score for each of {levels}, and more than {degree} "
            f"different ones; received {dict(scores)!r}."
        )
    names = [*("linear", "quadratic", "cubic"), *(f"degree {power}" for power in range(4, degree + 1))]
    rows = [np.linalg.pinv(np.vander(told, power + 1))[0] for power in range(1, degree + 1)]
    weights = {name: dict(zip(grid.levels, row, strict=True)) for name, row in zip(names, rows, strict=False)}
    return planned(fit, weights, grid=grid, **testing)


def changes_versus_reference(
    fit: MixedFit,
    by: str = "condition",
    *,
    over: str = "phase",
    before: Hashable = "pre",
    after: Hashable = "post",
    reference: Hashable | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Compare each level's change from `before` to `after` to the reference level's change.

    Parameters
    ----------
    over : the factor that changes; the model has its interaction with `by`
    fit, by, reference, options : as in `versus_reference`

    Returns
    -------
    DataFrame as in `planned`, indexed by `(level - reference) × (after - before)`
        The odds ratios are ratios of odds ratios; risk differences are differences of differences.
    """
    grid, testing = _split(fit, (by, over), options)
    levels = list(dict.fromkeys(grid.index.get_level_values(by)))
    base = levels[0] if reference is None else reference
    weights = {
        f"({level} - {base}) × ({after} - {before})": {
            (level, after): 1.0,
            (level, before): -1.0,
            (base, after): -1.0,
            (base, before): 1.0,
        }
        for level in levels
        if level != base
    }
    return planned(fit, weights, grid=grid, **testing)


def _split(
    fit: MixedFit, by: str | Sequence[str], options: Mapping[str, Any]
) -> tuple[ReferenceGrid, dict[str, Any]]:
    """Make the grid of some options; return it with the options that are left."""
    about_grid = {key: options[key] for key in ("at", "weights", "data") if key in options}
    testing = {key: value for key, value in options.items() if key not in (*about_grid, "grid")}
    return options.get("grid") or reference_grid(fit, by, **about_grid), testing


def _differences(pairs: Sequence[tuple[Hashable, Hashable]]) -> dict[str, dict[Any, float]]:
    return {f"{_text(one)} - {_text(other)}": {one: 1.0, other: -1.0} for one, other in pairs}


def _text(level: Hashable) -> str:
    return " ".join(map(str, level)) if isinstance(level, tuple) else str(level)


def _weights(grid: ReferenceGrid, name: str, told: Mapping[Any, float]) -> Floats:
    weights = np.zeros(len(grid.levels))
    for level, weight in told.items():
        weights[grid.position(level)] = weight
    if abs(weights.sum()) > 1e-8 * max(np.abs(weights).max(initial=0.0), 1e-300) or not weights.any():
        raise AnalysisError(f"The weights of contrast {name!r} are {dict(told)!r}; they must sum to zero.")
    return weights
