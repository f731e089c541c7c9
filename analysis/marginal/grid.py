"""The reference grid: the combinations of predictors at which a fitted model is asked for its means."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.errors import AnalysisError, UnknownName
from analysis.marginal.averaging import Weights, combination_shares, require_weights
from analysis.mixed.result import MixedFit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ReferenceGrid:
    """Rows at which a model is evaluated, and how they are averaged into cells.

    Parameters
    ----------
    by : names of the factors that tell the cells apart
    levels : the g cells in order: levels, or tuples of levels where `by` names several factors
    rows : DataFrame of shape (m, variables), one row per combination
    averages : shape (g, m), non-negative, each row sums to one
    parameters : names of the model's k random-effect parameters and p fixed effects
    design : shape (m, p), the fixed-effects rows
    forms : shape (m, k, k): the random effects' variance at row i is theta'forms[i]theta
    """

    by: tuple[str, ...]
    levels: tuple[Hashable, ...]
    rows: pd.DataFrame
    averages: Floats
    parameters: tuple[str, ...]
    design: Floats
    forms: Floats

    @cached_property
    def index(self) -> pd.Index:
        """The cells as the index of a table."""
        if len(self.by) == 1:
            return pd.Index(self.levels, name=self.by[0])
        return pd.MultiIndex.from_tuples(self.levels, names=self.by)

    def position(self, level: Hashable) -> int:
        """Return the number of a cell, or raise `UnknownName`."""
        if level not in self.levels:
            known = ", ".join(map(str, self.levels))
            raise UnknownName(f"{' × '.join(self.by)} has no level {level!r}. Levels: {known}.")
        return self.levels.index(level)

    def require_fits(self, fit: MixedFit) -> None:
        """Raise `AnalysisError` unless the grid was made for a model with the same parameters."""
        if tuple(fit.joint_cov.index) != self.parameters:
            raise AnalysisError(
                f"The grid was made for a model with {', '.join(self.parameters)}; this one has "
                f"{', '.join(fit.joint_cov.index)}."
            )


def reference_grid(
    fit: MixedFit,
    by: str | Sequence[str] = "condition",
    *,
    at: Mapping[str, Any] | None = None,
    weights: Weights = "equal",
    data: pd.DataFrame | None = None,
) -> ReferenceGrid:
    """Cross the levels of all factors, with numeric covariates at their mean.

    Parameters
    ----------
    fit : fitted mixed model
    by : the factor, or factors, whose cells are wanted
    at : values at which other predictors are held: a number for a covariate, a level for a factor
    weights : how the other factors' levels are averaged: `equal`; `proportional` to how often their
        combinations occur in the data; or shares per factor, such as
        `{"model_correct": {True: 0.97, False: 0.03}, "phase": "proportional"}` (not named: equal)
    data : rows from which the covariates' means and `proportional` frequencies are taken; by default the means
        are those of the model's own rows, and there are no frequencies

    Returns
    -------
    ReferenceGrid
        It can be used again for other fits with the same formulas, levels and covariates' means, which
        saves most of the time.

    Raises
    ------
    AnalysisError, UnknownName : the message names the predictor and what is allowed.
    """
    names, held = (by,) if isinstance(by, str) else tuple(by), dict(at or {})
    coding = fit.design.coding
    _require_known([*coding.levels, *coding.numbers], [*names, *held])
    if numeric := [name for name in names if name in coding.numbers]:
        raise AnalysisError(f"{numeric[0]!r} is a number, not a factor: hold it at chosen values with `at`.")
    factors = {name: _levels(name, levels, held) for name, levels in coding.levels.items()}
    inner = {name: levels for name, levels in factors.items() if name not in names}
    require_weights(weights, inner)
    cells = list(product(*(factors[name] for name in names)))
    others = list(product(*inner.values()))
    rows = pd.DataFrame([(*cell, *other) for cell in cells for other in others], columns=[*names, *inner])
    rows = rows.assign(**{name: _number(fit, name, held, data) for name in coding.numbers})
    shares = combination_shares(others, inner, weights, data)
    levels = tuple(cell[0] for cell in cells) if len(names) == 1 else tuple(cells)
    averages = np.asarray(np.kron(np.eye(len(cells)), shares), dtype=float)
    parameters = tuple(fit.joint_cov.index)
    return ReferenceGrid(
        names, levels, rows, averages, parameters, fit.design.matrix(rows), _variance_forms(fit, rows)
    )


def _require_known(known: Sequence[str], asked: Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            raise UnknownName(
                f"The model has no predictor {name!r}. Predictors: {', '.join(known) or 'none'}."
            )


def _levels(name: str, levels: list[Any], held: Mapping[str, Any]) -> list[Any]:
    if name not in held:
        return levels
    if held[name] not in levels:
        raise UnknownName(f"{name!r} has no level {held[name]!r}. Levels: {', '.join(map(str, levels))}.")
    return [held[name]]


def _number(fit: MixedFit, name: str, held: Mapping[str, Any], data: pd.DataFrame | None) -> float:
    if name in held:
        return float(held[name])
    if data is not None:
        require_columns(data, name, name="data")
        return float(data[name].mean())
    if name not in fit.design.names:
        raise AnalysisError(f"The mean of {name!r} is not in the fit: give `data`, or a value of it by `at`.")
    return float(fit.design.values[:, fit.design.names.index(name)].mean())


def _variance_forms(fit: MixedFit, rows: pd.DataFrame) -> Floats:
    """Return the quadratic forms that give the random effects' variance at the rows, shape (m, k, k).

    The variance z'ΛΛ'z is a quadratic form in the entries of Λ, so that its values at unit vectors and
    at their pairwise sums tell it whole.
    """
    unit = np.eye(len(fit.theta))
    forms = np.empty((len(rows), len(unit), len(unit)))
    for i in range(len(unit)):
        forms[:, i, i] = fit.random_variance(rows, unit[i])
        for j in range(i):
            both = fit.random_variance(rows, unit[i] + unit[j])
            forms[:, i, j] = forms[:, j, i] = (both - forms[:, i, i] - forms[:, j, j]) / 2
    return forms
