"""A fitted mixed model as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from analysis.mixed.result import MixedFit


def summary(fit: MixedFit, alpha: float = 0.05) -> str:
    """Write estimates with tests and intervals, random effects, and the fit's messages."""
    levels = ", ".join(f"{count} {name}" for name, count in fit.n_levels.items())
    state = "converged" if fit.converged else "NOT CONVERGED: the numbers below are no estimates"
    parts = [
        f"{fit.design.formula}   ({fit.link}, {fit.method})",
        f"{fit.nobs} rows ({fit.missing} left out as incomplete); levels: {levels}",
        f"log-likelihood {fit.llf:.4f}; {fit.optimiser}, {fit.evaluations} evaluations, {state}",
        "",
        coefficients(fit, alpha).to_string(float_format=lambda value: f"{value:.4f}"),
        "",
        fit.random.to_string(index=False, na_rep="", float_format=lambda value: f"{value:.4f}"),
    ]
    if fit.sigma is not None:
        parts.append(f"residual sd {fit.sigma:.4f}")
    if fit.thresholds is not None:
        parts += ["", "thresholds", fit.thresholds.to_string()]
    return "\n".join([*parts, *(f"Note: {message}" for message in fit.messages)])


def coefficients(fit: MixedFit, alpha: float = 0.05) -> pd.DataFrame:
    """The table of the fixed effects: `estimate`, `se`, `df`, `t`, `p`, `low`, `high`."""
    table = pd.DataFrame(
        {"estimate": fit.params, "se": fit.bse, "df": fit.df, "t": fit.tvalues, "p": fit.pvalues}
    )
    return table.join(fit.conf_int(alpha))
