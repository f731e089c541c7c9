"""Student's and Welch's t-tests: of two groups, of pairs, of one group."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from analysis.classical.result import NAN, ClassicalResult
from analysis.classical.sample import Floats, Sample

CONSTANT = "Every value is the same within each group: there is no t."


def student_t(sample: Sample, *, alternative: str = "two-sided", alpha: float = 0.05) -> ClassicalResult:
    """Student's t-test of two groups with one variance. Options as in `welch_t`.

    Source: Student (1908), "The Probable Error of a Mean", Biometrika 6(1). R: `t.test(x, y, var.equal = TRUE)`.
    """
    return _two_groups(sample, "student-t", True, alternative, alpha)


def welch_t(sample: Sample, *, alternative: str = "two-sided", alpha: float = 0.05) -> ClassicalResult:
    """Welch's t-test of two groups, each with its own variance.

    Parameters
    ----------
    sample : two groups
    alternative : of first against second
    alpha : one minus the level of the interval

    Returns
    -------
    ClassicalResult
        The estimate is the mean of the first group minus that of the second; the effect is Cohen's d over
        the pooled standard deviation, with Hedges' g in `details`.

    Source
    ------
    Welch (1947), "The Generalization of 'Student's' Problem", Biometrika 34(1–2). R: `t.test(x, y)`.
    """
    return _two_groups(sample, "welch-t", False, alternative, alpha)


def paired_t(sample: Sample, *, alternative: str = "two-sided", alpha: float = 0.05) -> ClassicalResult:
    """Student's t-test of the differences, first minus second group, of those who are in both.

    The effect is Cohen's d_z: the mean difference over the standard deviation of the differences.
    R: `t.test(x, y, paired = TRUE)`.
    """
    first, second, left_out = sample.pairs("paired-t")
    a, b = sample.groups
    told = [f"{left_out} {sample.unit}s are in one group only and are left out."] if left_out else []
    return _of_one(
        first - second,
        "paired-t",
        null=0.0,
        alternative=alternative,
        alpha=alpha,
        estimate_name=f"mean of {a} − {b}",
        effect_name="Cohen's d_z",
        n={"pairs": len(first)},
        warnings=told,
    )


def one_sample_t(
    sample: Sample, *, null: float = 0.0, alternative: str = "two-sided", alpha: float = 0.05
) -> ClassicalResult:
    """Student's t-test of the mean of all rows against `null`. R: `t.test(x, mu = null)`."""
    values = sample.table["y"].to_numpy(dtype=float)
    return _of_one(
        values,
        "one-sample-t",
        null=null,
        alternative=alternative,
        alpha=alpha,
        estimate_name="mean",
        effect_name=f"Cohen's d against {null:g}",
        n={"all": len(values)},
        warnings=[],
    )


def cohens_d(first: Floats, second: Floats) -> float:
    """Return the mean difference over the pooled standard deviation; NaN without variation.

    Source: Cohen (1988), "Statistical Power Analysis for the Behavioral Sciences", 2nd ed., eq. 2.5.1.
    """
    n, m = len(first), len(second)
    if n + m < 3:
        return NAN
    pooled = (((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum()) / (n + m - 2)
    return float((first.mean() - second.mean()) / np.sqrt(pooled)) if pooled > 0 else NAN


def _two_groups(
    sample: Sample, test: str, equal_variances: bool, alternative: str, alpha: float
) -> ClassicalResult:
    first, second = sample.two(test)
    a, b = sample.groups
    told: dict[str, Any] = {
        "estimate": float(first.mean() - second.mean()),
        "estimate_name": f"mean of {a} − mean of {b}",
        "alternative": alternative,
        "n": sample.n,
    }
    if np.ptp(first) == 0 and np.ptp(second) == 0:
        return ClassicalResult(test, NAN, "t", NAN, **told, warnings=(CONSTANT,))
    result = stats.ttest_ind(first, second, equal_var=equal_variances, alternative=alternative)
    interval = result.confidence_interval(1 - alpha)
    d, df = cohens_d(first, second), len(first) + len(second) - 2
    return ClassicalResult(
        test,
        float(result.statistic),
        "t",
        float(result.pvalue),
        df=float(result.df),
        low=float(interval.low),
        high=float(interval.high),
        effect=d,
        effect_name="Cohen's d",
        details={"hedges_g": d * (1 - 3 / (4 * df - 1)), **_spread(sample)},
        **told,
    )


def _of_one(
    values: Floats,
    test: str,
    *,
    null: float,
    alternative: str,
    alpha: float,
    estimate_name: str,
    effect_name: str,
    n: dict[str, int],
    warnings: list[str],
) -> ClassicalResult:
    told: dict[str, Any] = {
        "estimate": float(values.mean()),
        "estimate_name": estimate_name,
        "alternative": alternative,
        "n": n,
    }
    if len(values) < 2 or np.ptp(values) == 0:
        return ClassicalResult(test, NAN, "t", NAN, **told, warnings=(*warnings, CONSTANT))
    result = stats.ttest_1samp(values, null, alternative=alternative)
    interval = result.confidence_interval(1 - alpha)
    return ClassicalResult(
        test,
        float(result.statistic),
        "t",
        float(result.pvalue),
        df=float(result.df),
        low=float(interval.low),
        high=float(interval.high),
        effect=float((values.mean() - null) / values.std(ddof=1)),
        effect_name=effect_name,
        details={"sd": float(values.std(ddof=1))},
        warnings=tuple(warnings),
        **told,
    )


def _spread(sample: Sample) -> dict[str, float]:
    told: dict[str, float] = {}
    for group in sample.groups:
        values = sample.values(group)
        told |= {f"mean_{group}": float(values.mean()), f"sd_{group}": float(values.std(ddof=1))}
    return told
