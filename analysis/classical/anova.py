"""Analysis of variance with one or two groupings, and Tukey's comparisons of all pairs."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.oneway import anova_oneway

from analysis.classical.result import ClassicalResult
from analysis.classical.sample import FACTORS, Sample
from analysis.errors import AnalysisError, UnknownName

TYPES = (1, 2, 3)


def one_way_anova(sample: Sample, *, equal_variances: bool = True) -> ClassicalResult:
    """One-way analysis of variance, or Welch's where variances may differ.

    Parameters
    ----------
    sample : two or more groups
    equal_variances : False gives Welch's test (1951), whose second df is not a whole number

    Returns
    -------
    ClassicalResult
        The effect is η², the share of the sum of squares that is between groups; `details` has ω².

    Source
    ------
    Fisher (1925), "Statistical Methods for Research Workers". R: `oneway.test(y ~ g, var.equal = TRUE)`.
    """
    values = sample.each("one-way-anova")
    k, n = len(values), sum(map(len, values))
    grand = np.concatenate(values)
    if np.ptp(grand) == 0:
        raise AnalysisError("one-way-anova needs values that differ; every one is the same.")
    result = anova_oneway(values, use_var="equal" if equal_variances else "unequal")
    within = sum(float(((one - one.mean()) ** 2).sum()) for one in values)
    between = float(((grand - grand.mean()) ** 2).sum()) - within
    error = within / (n - k)
    return ClassicalResult(
        "one-way-anova",
        float(result.statistic),
        "F",
        float(result.pvalue),
        df=(float(result.df_num), float(result.df_denom)),
        effect=between / (between + within),
        effect_name="eta squared",
        n=sample.n,
        details={"omega_squared": (between - (k - 1) * error) / (between + within + error)},
    )


def two_way_anova(sample: Sample, *, type: int = 2, interaction: bool = True) -> ClassicalResult:
    """Two-way analysis of variance with the sums of squares of type I, II or III.

    Parameters
    ----------
    sample : two groupings, named as `group=["first", "second"]`
    type : 1 (each after those before it), 2 (each after the other, without the interaction) or 3 (each
        after all others, with sum-to-zero contrasts); they differ where cells differ in size
    interaction : whether the model has one

    Returns
    -------
    ClassicalResult
        `table` has a row for each grouping, their interaction and the residual: `sum_sq`, `df`, `F`, `p`, `eta_sq`
        and `partial_eta_sq`. The result's own numbers are those of the first grouping, its effect is partial η².

    Source
    ------
    Yates (1934), JASA 29(185); Searle (1987), "Linear Models for Unbalanced Data". R: `anova(lm(y ~ a * b))` for
    type I, `car::Anova(…, type = 2)` or `3`, the latter with `contr.sum`.
    """
    if "second" not in sample.table:
        raise UnknownName('two-way-anova needs two groupings: group=["first", "second"].')
    if type not in TYPES:
        raise UnknownName(f"type={type!r} is unknown. Known: {', '.join(map(str, TYPES))}.")
    _no_empty_cell(sample, interaction)
    sign = "*" if interaction else "+"
    model = ols(f"y ~ C(group, Sum) {sign} C(second, Sum)", sample.table).fit()
    table = _tidy(anova_lm(model, typ=type), [sample.names[name] for name in FACTORS])
    first, rest = table.iloc[0], table.loc["residual", "df"]
    return ClassicalResult(
        "two-way-anova",
        float(first["F"]),
        f"F of {table.index[0]}",
        float(first["p"]),
        df=(float(first["df"]), float(rest)),
        effect=float(first["partial_eta_sq"]),
        effect_name="partial eta squared",
        n=sample.n,
        table=table,
    )


def tukey_hsd(sample: Sample, *, alpha: float = 0.05) -> ClassicalResult:
    """Compare all pairs of groups by Tukey's honestly significant difference (Tukey–Kramer for unequal n).

    Parameters
    ----------
    sample : two or more groups
    alpha : one minus the simultaneous level of the intervals

    Returns
    -------
    ClassicalResult
        `table` has a row for each pair: `first`, `second`, `difference` (first − second), `low`, `high`, `p`, adjusted
        over all pairs. The result's own numbers are those of the pair with the smallest p.

    Source
    ------
    Tukey (1949), Biometrics 5(2); Kramer (1956), Biometrics 12(3). R: `TukeyHSD(aov(y ~ g))`.
    """
    values = sample.each("tukey-hsd")
    if np.ptp(np.concatenate(values)) == 0:
        raise AnalysisError("tukey-hsd needs values that differ; every one is the same.")
    result = stats.tukey_hsd(*values)
    interval = result.confidence_interval(1 - alpha)
    pairs = [
        {
            "first": sample.groups[i],
            "second": sample.groups[j],
            "difference": float(result.statistic[i, j]),
            "low": float(interval.low[i, j]),
            "high": float(interval.high[i, j]),
            "p": float(result.pvalue[i, j]),
        }
        for i, j in combinations(range(len(values)), 2)
    ]
    table = pd.DataFrame(pairs)
    best = table.loc[table["p"].idxmin()]
    return ClassicalResult(
        "tukey-hsd",
        float(best["difference"]),
        "difference",
        float(best["p"]),
        df=float(sum(map(len, values)) - len(values)),
        estimate=float(best["difference"]),
        estimate_name=f"mean of {best['first']} − mean of {best['second']}",
        low=float(best["low"]),
        high=float(best["high"]),
        n=sample.n,
        table=table,
    )


def _no_empty_cell(sample: Sample, interaction: bool) -> None:
    cells = sample.table.groupby(list(FACTORS), observed=True).size().unstack(fill_value=0)
    for name, levels in zip(FACTORS, cells.shape, strict=True):
        if levels < 2:
            raise AnalysisError(
                f"two-way-anova needs two levels of {sample.names[name]!r}; there is {levels}."
            )
    if interaction and (cells == 0).to_numpy().any():
        first, second = cells.stack().loc[lambda count: count == 0].index[0]
        raise AnalysisError(
            f"two-way-anova has no row with {sample.names['group']} = {first} and {sample.names['second']} = "
            f"{second}; say interaction=False."
        )


def _tidy(table: pd.DataFrame, factors: list[str]) -> pd.DataFrame:
    """Name rows by the groupings, drop the intercept, add effect sizes."""
    table = table.drop(index="Intercept", errors="ignore")
    names: list[Any] = [*factors, ":".join(factors), "residual"]
    table.index = pd.Index(names if len(table) == 4 else [*factors, "residual"], name="source")
    squares = table["sum_sq"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "sum_sq": squares,
            "df": table["df"],
            "F": table["F"],
            "p": table["PR(>F)"],
            "eta_sq": np.r_[squares[:-1] / squares.sum(), np.nan],
            "partial_eta_sq": np.r_[squares[:-1] / (squares[:-1] + squares[-1]), np.nan],
        },
        index=table.index,
    )
