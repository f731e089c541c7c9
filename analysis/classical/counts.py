"""Tests of counts: chi-square and Fisher's exact test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.classical.result import ClassicalResult
from analysis.classical.sample import Sample
from analysis.errors import AnalysisError

SMALLEST_EXPECTED = 5


def chi_square(sample: Sample, *, continuity: bool = True, alpha: float = 0.05) -> ClassicalResult:
    """Pearson's chi-square test of independence of group and outcome.

    Parameters
    ----------
    sample : two or more groups; the outcome may be of any kind
    continuity : Yates's correction, which applies to tables of 2 × 2 only
    alpha : one minus the level of the interval

    Returns
    -------
    ClassicalResult
        The effect is Cramér's V without Yates's correction (|phi| for 2 × 2). For 2 × 2 tables the estimate is
        the difference of the shares of the larger outcome, first minus second group, with Newcombe's interval.

    Source
    ------
    Pearson (1900), Phil. Mag. 50. R: `chisq.test(table, correct = continuity)`.
    """
    table = _table(sample, "chi-square")
    result = stats.chi2_contingency(table, correction=continuity)
    plain = stats.chi2_contingency(table, correction=False).statistic
    n = int(table.to_numpy().sum())
    smallest = float(result.expected_freq.min())
    rough = f"An expected count is {smallest:.1f}, below {SMALLEST_EXPECTED}: the test is rough; see fisher."
    return ClassicalResult(
        "chi-square",
        float(result.statistic),
        "chi-square",
        float(result.pvalue),
        df=float(result.dof),
        effect=float(np.sqrt(plain / n / (min(table.shape) - 1))),
        effect_name="Cramér's V",
        n=sample.n,
        details={"smallest_expected": smallest},
        table=table,
        warnings=(rough,) if smallest < SMALLEST_EXPECTED else (),
        **_difference(table, alpha),
    )


def fisher(sample: Sample, *, alternative: str = "two-sided", alpha: float = 0.05) -> ClassicalResult:
    """Fisher's exact test of a 2 × 2 table.

    The statistic, the estimate and the effect are the conditional maximum-likelihood odds ratio of the larger outcome,
    first against second group, with its exact interval, as in R's `fisher.test`. Source: Fisher (1935), "The
    Logic of Inductive Inference", JRSS 98(1).
    """
    table = _table(sample, "fisher")
    if table.shape != (2, 2):
        raise AnalysisError(f"fisher needs a 2 × 2 table; this one is {table.shape[0]} × {table.shape[1]}.")
    flipped = table.to_numpy()[:, ::-1]  # the larger outcome first: its odds, not the other's
    ratio = stats.contingency.odds_ratio(flipped, kind="conditional")
    interval = ratio.confidence_interval(1 - alpha, alternative=alternative)
    a, b = sample.groups
    return ClassicalResult(
        "fisher",
        float(ratio.statistic),
        "odds ratio",
        float(stats.fisher_exact(flipped, alternative=alternative).pvalue),
        estimate=float(ratio.statistic),
        estimate_name=f"odds of {table.columns[1]} in {a} / in {b}",
        low=float(interval.low),
        high=float(interval.high),
        effect=float(ratio.statistic),
        effect_name="odds ratio",
        alternative=alternative,
        n=sample.n,
        table=table,
    )


def _table(sample: Sample, test: str) -> pd.DataFrame:
    """Return the counts, groups × outcomes in sorted order; at least 2 × 2."""
    if sample.unit != "trial":
        raise AnalysisError(f'{test} counts answers, which averages are not: say unit="trial".')
    if len(sample.groups) < 2:
        raise AnalysisError(f"{test} compares groups; there is {len(sample.groups)}.")
    table = pd.crosstab(sample.table["group"].astype(object), sample.table["y"].astype(object))
    if table.shape[1] < 2:
        raise AnalysisError(f"{test} needs two outcomes; every answer is {table.columns[0]}.")
    return table.loc[list(sample.groups)]


def _difference(table: pd.DataFrame, alpha: float) -> dict[str, Any]:
    if table.shape != (2, 2):
        return {}
    (first, second), totals = table.iloc[:, 1], table.sum(axis=1)
    low, high = confint_proportions_2indep(
        first, totals.iloc[0], second, totals.iloc[1], method="newcomb", compare="diff", alpha=alpha
    )
    a, b = table.index
    return {
        "estimate": float(first / totals.iloc[0] - second / totals.iloc[1]),
        "estimate_name": f"share of {table.columns[1]} in {a} − in {b}",
        "low": float(low),
        "high": float(high),
    }
