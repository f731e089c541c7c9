"""Several contrasts at once: adjusted p-values and simultaneous intervals, by named family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from analysis.errors import UnknownName
from analysis.inference.holm import holm
from analysis.marginal.maximum import LargestStatistic

Floats = NDArray[np.float64]

ALTERNATIVES = ("two-sided", "greater", "less")


@dataclass(frozen=True)
class Statistics:
    """t statistics of a family of contrasts; NaN for one that was planned and could not be computed.

    Parameters
    ----------
    t, df : shape (m,); a z statistic has df `inf`
    correlation : shape (m, m), of the estimates
    alternative : `two-sided`, `greater` or `less`
    alpha : familywise level
    """

    t: Floats
    df: Floats
    correlation: Floats
    alternative: str = "two-sided"
    alpha: float = 0.05

    @property
    def sides(self) -> int:
        return 2 if self.alternative == "two-sided" else 1

    @property
    def against(self) -> Floats:
        """The statistics turned so that large values speak against the null hypothesis."""
        return {"two-sided": np.abs(self.t), "greater": self.t, "less": -self.t}[self.alternative]

    @property
    def p(self) -> Floats:
        return self.sides * special.stdtr(self.df, -self.against)

    def critical(self, tests: int = 1) -> Floats:
        """Return each one's critical value when alpha is split evenly over `tests`."""
        return special.stdtrit(self.df, 1 - self.alpha / (self.sides * tests))


@dataclass(frozen=True)
class Adjusted:
    """Adjusted p-values and the multiples of the standard error that hold simultaneously, each (m,)."""

    p: Floats
    critical: Floats


@dataclass(frozen=True)
class Family:
    """A way to adjust, and what a reader has to know about its simultaneous intervals."""

    adjust: Callable[[Statistics], Adjusted]
    note: str


def adjust(statistics: Statistics, family: str = "holm") -> Adjusted:
    """Adjust a family of contrasts.

    Parameters
    ----------
    statistics : Statistics
    family : a key of `FAMILIES`: `holm`, `max-t`, `bh` or `none`

    Returns
    -------
    Adjusted
        A contrast that could not be computed stays NaN and still counts as a member of the family.
        `critical` is NaN for `bh` and `none`, which promise nothing simultaneous.

    Raises
    ------
    UnknownName : the message lists the families.

    Source
    ------
    Holm (1979), Scand. J. Stat. 6; Benjamini and Hochberg (1995), JRSS B 57(1); Hothorn, Bretz and Westfall
    (2008), "Simultaneous Inference in General Parametric Models", Biometrical Journal 50(3).
    """
    if family not in FAMILIES:
        raise UnknownName(f"No family of contrasts is called {family!r}. Known: {', '.join(FAMILIES)}.")
    return FAMILIES[family].adjust(statistics)


def benjamini_hochberg(p_values: ArrayLike, *, is_planned: bool = True) -> Floats:
    """Return p-values that control the false discovery rate; NaN stays NaN.

    Parameters
    ----------
    p_values : shape (m,)
    is_planned : whether a NaN is a contrast that was planned and lost, which counts as a member so that it never
        makes the others look better; False where a NaN is what nobody tested, as in exploration, which then
        goes over the computed values only

    Returns
    -------
    Array of shape (m,)

    Source
    ------
    Benjamini and Hochberg (1995), "Controlling the False Discovery Rate", JRSS B 57(1).
    """
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    if (tested := ~np.isnan(p)).any():
        member = np.full(p.shape, is_planned) | tested
        adjusted[member] = stats.false_discovery_control(np.where(tested, p, 1.0)[member])
    return np.where(tested, adjusted, np.nan)


def _holm(statistics: Statistics) -> Adjusted:
    return Adjusted(holm(statistics.p), statistics.critical(max(len(statistics.t), 1)))


def _benjamini_hochberg(statistics: Statistics) -> Adjusted:
    return Adjusted(benjamini_hochberg(statistics.p), np.full(len(statistics.t), np.nan))


def _none(statistics: Statistics) -> Adjusted:
    return Adjusted(statistics.p, np.full(len(statistics.t), np.nan))


def _largest(statistics: Statistics) -> Adjusted:
    """Take the smallest df for all; contrasts without a value are paid for as Bonferroni would."""
    known = np.isfinite(statistics.t) & np.isfinite(statistics.correlation.diagonal())
    if not known.any():
        return _none(statistics)
    lost, df = int((~known).sum()), float(statistics.df[known].min())
    correlation = statistics.correlation[np.ix_(known, known)]
    largest = LargestStatistic.of(correlation, df, signed=statistics.sides == 1)
    p, critical = statistics.p, np.full(len(known), np.nan)
    jointly = np.array([largest.sf(value) for value in statistics.against[known]])
    p[known] = np.minimum(np.maximum(jointly, p[known]) + lost * p[known], 1.0)
    critical[known] = largest.critical_value(statistics.alpha * known.sum() / len(known))
    return Adjusted(p, critical)


FAMILIES = {
    "holm": Family(
        _holm,
        "Simultaneous intervals are Bonferroni's; Holm's test can reject where they just hold zero.",
    ),
    "max-t": Family(
        _largest,
        "Simultaneous intervals and p-values agree: both come from the largest of the correlated "
        "t statistics, with the smallest degrees of freedom among the contrasts.",
    ),
    "bh": Family(_benjamini_hochberg, "Controls the share of false discoveries: for exploration only."),
    "none": Family(_none, "Not adjusted for several contrasts."),
}
