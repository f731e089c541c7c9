"""Equivalence and non-inferiority of contrasts, with margins that were declared beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis.errors import AnalysisError, UnknownName
from analysis.inference.holm import holm
from analysis.marginal.scales import wald
from analysis.options import require_alpha

Floats = NDArray[np.float64]

SCALES = {
    "link": ("estimate", "se"),
    "risk-difference": ("risk_difference", "risk_difference_se"),
    "conditional-difference": ("conditional_difference", "conditional_difference_se"),
}
NO_VERDICT = "no verdict: the contrast could not be computed"


def equivalence(
    contrasts: pd.DataFrame,
    margin: float | tuple[float, float],
    *,
    scale: str = "risk-difference",
    alpha: float = 0.05,
    family: str = "holm",
) -> pd.DataFrame:
    """Test by two one-sided tests whether contrasts lie within a margin.

    Parameters
    ----------
    contrasts : table made by `planned`, `versus_reference`, `all_pairs` or `trend`
    margin : a positive number for (−margin, margin), or the two ends around zero, in units of the scale
    scale : `risk-difference` (integrated over the random effects), `conditional-difference`, or `link`
        (log odds ratios; differences of means in a linear mixed model)
    alpha : level of each of the two tests
    family : `holm` adjusts the p-values over the contrasts, `none` leaves them

    Returns
    -------
    DataFrame indexed by contrast
        `estimate`, `se`, `df`, `low`, `high` (the 1 − 2·alpha interval, not adjusted), `margin_low`,
        `margin_high`, `p_low` (against: at or below the lower margin), `p_high` (against: at or above the
        upper one), `p` (the larger of them), `p_adjusted`, `equivalent` (p_adjusted < alpha; missing where
        nothing could be computed) and `verdict`: `equivalent`, `different` (the whole interval lies outside
        the margin), `undecided`, or why there is none.

    Raises
    ------
    AnalysisError, UnknownName : the message names what is wrong and what is allowed.

    Source
    ------
    Schuirmann (1987), "A Comparison of the Two One-Sided Tests Procedure and the Power Approach", J. Pharmacokinetics
    and Biopharmaceutics 15(6).
    """
    least, most = _ends(margin)
    table = _estimates(contrasts, scale, 2 * alpha)
    table["margin_low"], table["margin_high"] = least, most
    table["p_low"] = _p_above(table["estimate"] - least, table)
    table["p_high"] = _p_above(most - table["estimate"], table)
    table["p"] = np.maximum(table["p_low"], table["p_high"])
    _decide(table, "equivalent", alpha, family)
    outside = (table["low"] > most) | (table["high"] < least)
    table["verdict"] = _verdicts(table, "equivalent", outside, "different")
    return table


def non_inferiority(
    contrasts: pd.DataFrame,
    margin: float,
    *,
    scale: str = "risk-difference",
    better: str = "higher",
    alpha: float = 0.05,
    family: str = "holm",
) -> pd.DataFrame:
    """Test whether contrasts are worse than zero by less than a margin.

    Parameters
    ----------
    contrasts, scale, family : as in `equivalence`
    margin : the largest loss that is accepted, a positive number in units of the scale
    better : `higher` where larger values are better (margin below zero), `lower` where they are worse
    alpha : level of the one-sided test

    Returns
    -------
    DataFrame indexed by contrast
        `estimate`, `se`, `df`, `low`, `high` (the 1 − 2·alpha interval, not adjusted: its end towards the margin
        is the one-sided bound), `margin` (with its sign), `p`, `p_adjusted`, `non_inferior` (p_adjusted < alpha;
        missing where nothing could be computed) and `verdict`: `non-inferior`, `inferior` (the whole interval
        lies beyond the margin), `undecided`, or why there is none.

    Raises
    ------
    AnalysisError, UnknownName : the message names what is wrong and what is allowed.

    Source
    ------
    Piaggio et al. (2012), "Reporting of Noninferiority and Equivalence Randomized Trials", JAMA 308(24).
    """
    if better not in ("higher", "lower"):
        raise UnknownName(f"better is {better!r}; allowed are higher and lower.")
    _, limit = _ends(margin)
    sign = 1 if better == "higher" else -1
    table = _estimates(contrasts, scale, 2 * alpha)
    table["margin"] = -sign * limit
    table["p"] = _p_above(sign * table["estimate"] + limit, table)
    _decide(table, "non_inferior", alpha, family)
    beyond = table["high"] < -limit if sign > 0 else table["low"] > limit
    table["verdict"] = _verdicts(table, "non_inferior", beyond, "inferior")
    return table


def _ends(margin: float | tuple[float, float]) -> tuple[float, float]:
    low, high = (-margin, margin) if isinstance(margin, int | float) else margin
    if not low < 0 < high or not np.isfinite([low, high]).all():
        raise AnalysisError(f"The margin is {margin!r}; it is a positive number, or two ends around zero.")
    return float(low), float(high)


def _estimates(contrasts: pd.DataFrame, scale: str, alpha: float) -> pd.DataFrame:
    """Return estimate, se, df and the 1 − alpha interval on a scale."""
    if scale not in SCALES:
        raise UnknownName(f"No scale is called {scale!r}. Known: {', '.join(SCALES)}.")
    if not isinstance(contrasts, pd.DataFrame):
        raise AnalysisError(
            f"Equivalence is a question about contrasts, such as versus_reference(fit); received a "
            f"{type(contrasts).__name__}."
        )
    if missing := [name for name in SCALES[scale] if name not in contrasts]:
        raise AnalysisError(f"These contrasts have no {missing[0]}: the scale {scale!r} is not the model's.")
    table = contrasts[[*SCALES[scale], "df"]].set_axis(["estimate", "se", "df"], axis=1)
    reach = special.stdtrit(table["df"].to_numpy(), 1 - alpha / 2)
    low, high = wald(table["estimate"].to_numpy(), table["se"].to_numpy(), reach)
    return table.assign(low=low, high=high)


def _p_above(distance: pd.Series, table: pd.DataFrame) -> Floats:
    """Return the one-sided p-value that a distance to a margin is above zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = distance.to_numpy() / table["se"].to_numpy()
    return special.stdtr(table["df"].to_numpy(), -t)


def _decide(table: pd.DataFrame, name: str, alpha: float, family: str) -> None:
    require_alpha(alpha)
    if family not in ("holm", "none"):
        raise UnknownName(f"No family is called {family!r} here. Known: holm, none.")
    table["p_adjusted"] = holm(table["p"]) if family == "holm" else table["p"]
    table[name] = (table["p_adjusted"] < alpha).astype("boolean").where(table["p"].notna())


def _verdicts(table: pd.DataFrame, name: str, outside: pd.Series, otherwise: str) -> pd.Series:
    told = pd.Series("undecided", index=table.index, dtype="str")
    told = told.mask(outside, otherwise).mask(table[name].fillna(False), name.replace("_", "-"))
    return told.mask(table["p"].isna(), NO_VERDICT)
