"""Tests of ranks: Mann–Whitney and Wilcoxon's rank sum, Wilcoxon's signed ranks, Kruskal–Wallis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from analysis.classical.result import NAN, ClassicalResult
from analysis.classical.sample import Floats, Sample


def mann_whitney(
    sample: Sample, *, alternative: str = "two-sided", method: str = "asymptotic", continuity: bool = True
) -> ClassicalResult:
    """Mann–Whitney's U test of two groups.

    Parameters
    ----------
    sample : two groups
    alternative : of first against second
    method : `asymptotic` (with the correction for ties), `exact`, or `auto` as in scipy
    continuity : whether the asymptotic z is moved by one half towards zero

    Returns
    -------
    ClassicalResult
        The statistic is the first group's U: the number of pairs in which the first is larger, ties
        counting one half (R calls it W). The estimate is U over all pairs, P(first > second) + P(equal) / 2;
        the effect is the rank-biserial correlation, twice that less one. `details` has `z` and
        `r` = |z| / √n, both NaN for the exact method.

    Source
    ------
    Mann and Whitney (1947), Ann. Math. Stat. 18(1). R: `wilcox.test(x, y, exact = FALSE)`.
    """
    first, second = sample.two("mann-whitney", smallest=1)
    a, b = sample.groups
    result = stats.mannwhitneyu(
        first, second, alternative=alternative, method=method, use_continuity=continuity
    )
    share = float(result.statistic) / (len(first) * len(second))
    z = _z_of_u(first, second, continuity) if method == "asymptotic" else NAN
    return ClassicalResult(
        "mann-whitney",
        float(result.statistic),
        f"U of {a}",
        float(result.pvalue),
        estimate=share,
        estimate_name=f"P({a} > {b}) + P(equal) / 2",
        effect=2 * share - 1,
        effect_name="rank-biserial r",
        alternative=alternative,
        n=sample.n,
        details={"z": z, "r": abs(z) / np.sqrt(len(first) + len(second))},
    )


def wilcoxon_rank_sum(
    sample: Sample, *, alternative: str = "two-sided", method: str = "asymptotic", continuity: bool = True
) -> ClassicalResult:
    """Wilcoxon's rank-sum test: `mann_whitney`, told by the sum of the first group's ranks.

    Source: Wilcoxon (1945), "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1(6). What R
    prints as W is U, which is in `details`.
    """
    told = mann_whitney(sample, alternative=alternative, method=method, continuity=continuity)
    n = told.n[sample.groups[0]]
    return replace(
        told,
        test="wilcoxon-rank-sum",
        statistic=told.statistic + n * (n + 1) / 2,
        statistic_name=f"rank sum of {sample.groups[0]}",
        details={"U": told.statistic, **told.details},
    )


def wilcoxon_signed_rank(
    sample: Sample, *, alternative: str = "two-sided", method: str = "asymptotic", continuity: bool = True
) -> ClassicalResult:
    """Wilcoxon's signed-rank test of pairs.

    Parameters
    ----------
    sample : two groups, with one value for each participant or item in both
    alternative : of first against second
    method : `asymptotic` (with the correction for ties), `exact`, or `auto` as in scipy
    continuity : as in `mann_whitney`

    Returns
    -------
    ClassicalResult
        The statistic is V, the sum of the ranks of positive differences, first minus second. Pairs without
        a difference are left out. The effect is (V − rest) / (V + rest), the matched rank-biserial r.

    Source
    ------
    Wilcoxon (1945). R: `wilcox.test(x, y, paired = TRUE, exact = FALSE)`.
    """
    first, second, left_out = sample.pairs("wilcoxon-signed-rank")
    a, b = sample.groups
    differences = first - second
    told = [f"{left_out} {sample.unit}s are in one group only and are left out."] if left_out else []
    moved = differences[differences != 0]
    if zero := len(differences) - len(moved):
        told.append(f"{zero} pairs without a difference are left out of the ranks.")
    ranks = stats.rankdata(np.abs(moved))
    positive, total = float(ranks[moved > 0].sum()), float(ranks.sum())
    result = ClassicalResult(
        "wilcoxon-signed-rank",
        positive,
        "V",
        NAN,
        estimate=float(np.median(differences)),
        estimate_name=f"median of {a} − {b}",
        effect=(2 * positive - total) / total if total else NAN,
        effect_name="matched rank-biserial r",
        alternative=alternative,
        n={"pairs": len(differences)},
        warnings=tuple(told),
    )
    if not len(moved):
        return result
    p = stats.wilcoxon(moved, alternative=alternative, method=method, correction=continuity).pvalue
    return replace(result, p=float(p))


def kruskal_wallis(sample: Sample) -> ClassicalResult:
    """Kruskal and Wallis's test of several groups, with the correction for ties.

    The effect is ε² = H / (n − 1) (Tomczak and Tomczak 2014). Source: Kruskal and Wallis (1952), JASA
    47(260). R: `kruskal.test(y ~ g)`.
    """
    values = sample.each("kruskal-wallis", smallest=1)
    n = sum(map(len, values))
    if np.ptp(np.concatenate(values)) == 0:
        h, p = NAN, NAN
    else:
        h, p = map(float, stats.kruskal(*values))
    return ClassicalResult(
        "kruskal-wallis",
        h,
        "H",
        p,
        df=float(len(values) - 1),
        effect=h / (n - 1),
        effect_name="epsilon squared",
        n=sample.n,
        warnings=("Every value is the same: there is no H.",) if np.isnan(h) else (),
    )


def _z_of_u(first: Floats, second: Floats, continuity: bool) -> float:
    """Return the signed z of the first group's U, corrected for ties; 0 where every value is the same."""
    n, m = len(first), len(second)
    ranks = stats.rankdata(np.concatenate([first, second]))
    u = ranks[:n].sum() - n * (n + 1) / 2 - n * m / 2
    _, ties = np.unique(ranks, return_counts=True)
    variance = n * m / 12 * (n + m + 1 - (ties**3 - ties).sum() / ((n + m) * (n + m - 1)))
    if variance <= 0:
        return 0.0
    moved = np.sign(u) * max(abs(u) - 0.5 * continuity, 0.0)
    return float(moved / np.sqrt(variance))
