"""Wald t tests of contrasts between cells, on every scale the model has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnknownName
from analysis.marginal.cells import Cells, require_back
from analysis.marginal.families import ALTERNATIVES, FAMILIES, Statistics, adjust
from analysis.marginal.scales import Scale, exponential, wald
from analysis.mixed.result import MixedFit
from analysis.options import require_alpha

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Testing:
    """How contrasts are tested.

    Parameters
    ----------
    alpha : level of the tests; intervals have level 1 − alpha
    family : how p-values are adjusted over the contrasts, see `analysis.marginal.families`
    alternative : `two-sided`, `greater` (the contrast is above zero) or `less`
    df : `model` (the fit's own degrees of freedom) or `asymptotic` (normal quantiles)
    back : `log` where the outcome of a linear mixed model is a logarithm
    """

    alpha: float = 0.05
    family: str = "holm"
    alternative: str = "two-sided"
    df: str = "model"
    back: str | None = None

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise UnknownName(f"No family is called {self.family!r}. Known: {', '.join(FAMILIES)}.")
        if self.alternative not in ALTERNATIVES:
            raise UnknownName(f"alternative is {self.alternative!r}; allowed are {', '.join(ALTERNATIVES)}.")
        require_alpha(self.alpha)


def contrast_columns(fit: MixedFit, cells: Cells, weights: Floats, how: Testing) -> dict[str, Floats]:
    """Return the columns of a table of contrasts, as `analysis.marginal.planned` describes them.

    Parameters
    ----------
    cells : estimates in g cells
    weights : shape (c, g), one row per contrast
    """
    require_back(how.back, fit.link)
    link, df = cells.link.combine(weights), cells.degrees(fit, weights, how.df)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = link.value / link.se
    statistics = Statistics(t, df, link.correlation, how.alternative, how.alpha)
    adjusted, reach = adjust(statistics, how.family), statistics.critical()
    low, high = wald(link.value, link.se, reach, how.alternative)
    jointly = wald(link.value, link.se, adjusted.critical, how.alternative)
    table = {"estimate": link.value, "se": link.se, "df": df, "t": t, "p": statistics.p}
    table |= {"p_adjusted": adjusted.p, "low": low, "high": high}
    table |= {"simultaneous_low": jointly[0], "simultaneous_high": jointly[1]}
    table |= _ratios(fit.link, how.back, link.value, low, high)
    for name, scale in (("risk_difference", cells.marginal), ("conditional_difference", cells.conditional)):
        if scale is not None:
            table |= _difference(name, scale.combine(weights), reach, how.alternative)
    return table


def _ratios(link: str, back: str | None, *values: Floats) -> dict[str, Floats]:
    """Return the exponentiated estimate with its interval, where it means something."""
    name = "odds_ratio" if link in ("logit", "cumulative-logit") else "ratio"
    if name == "ratio" and back is None:
        return {}
    keys = (name, f"{name}_low", f"{name}_high")
    return {key: exponential(value) for key, value in zip(keys, values, strict=True)}


def _difference(name: str, scale: Scale, reach: Floats, alternative: str) -> dict[str, Floats]:
    low, high = wald(scale.value, scale.se, reach, alternative)
    return {name: scale.value, f"{name}_se": scale.se, f"{name}_low": low, f"{name}_high": high}
