"""What a classical test returns."""

from __future__ import annotations

from dataclasses import dataclass, field
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
