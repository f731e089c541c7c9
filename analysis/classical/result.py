"""What a classical test returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import Any

import pandas as pd

NAN = float("nan")
ALTERNATIVES = ("two-sided", "less", "greater")


@dataclass(frozen=True)
class ClassicalResult:
    """One test.

    Attributes
    ----------
    statistic, statistic_name : the test's statistic and what it is ("t", "U of expA" …)
    df : degrees of freedom, a pair for F; None where the test has none
    p : for the stated `alternative`
    estimate, estimate_name, low, high : what is estimated, with its interval; NaN where there is none
    effect, effect_name : the effect size; NaN where there is none
    n : rows used, by group (people, items or trials, as `unit` says)
    missing : rows left out for want of an outcome, a group or a pair
    details : further numbers that papers print, such as z
    table : the ANOVA table or the pairs of Tukey's test
    warnings : sentences on what the test ignores in these data, and where it is rough
    """

    test: str
    statistic: float
    statistic_name: str
    p: float
    df: float | tuple[float, float] | None = None
    estimate: float = NAN
    estimate_name: str = ""
    low: float = NAN
    high: float = NAN
    effect: float = NAN
    effect_name: str = ""
    alternative: str = "two-sided"
    n: dict[Any, int] = field(default_factory=dict)
    missing: int = 0
    unit: str = "trial"
    details: dict[str, float] = field(default_factory=dict)
    table: pd.DataFrame | None = None
    warnings: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return the test as text: statistic, estimate with its interval, effect size, rows, cautions."""
        lines = [f"{self.test}: {self.statistic_name} = {self.statistic:.4f}{self._df()}, p = {self.p:.4g}"]
        lines[0] += "" if self.alternative == "two-sided" else f" ({self.alternative})"
        if not isnan(self.estimate):
            interval = "" if isnan(self.low) else f" [{self.low:.4f}, {self.high:.4f}]"
            lines.append(f"{self.estimate_name} = {self.estimate:.4f}{interval}")
        if not isnan(self.effect):
            lines.append(f"{self.effect_name} = {self.effect:.4f}")
        counts = ", ".join(f"{group} {count:,}" for group, count in self.n.items())
        lines.append(f"n ({self.unit}): {counts}; {self.missing:,} left out as incomplete")
        if self.table is not None:
            lines.append(self.table.to_string(float_format=lambda value: f"{value:.4f}"))
        return "\n".join([*lines, *(f"Caution: {warning}" for warning in self.warnings)])

    def _df(self) -> str:
        if self.df is None:
            return ""
        told = self.df if isinstance(self.df, tuple) else (self.df,)
        return f", df = {', '.join(f'{value:.4g}' for value in told)}"
