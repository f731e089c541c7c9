"""Whether something that happened to people happened more often in one arm than in another."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import betaln
from statsmodels.stats.proportion import proportion_confint

SMALLEST_EXPECTED = 5.0
MOST_TABLES = 2_000_000
RESAMPLES = 99_999


@dataclass(frozen=True)
class Independence:
    """The test of a share against arm: its p-value (NaN where nothing varies) and how it was computed."""

    p: float
    method: str


def shares_by_arm(
    hit: pd.Series, arm: pd.Series, arms: list[str], reference: str, alpha: float = 0.05
) -> pd.DataFrame:
    """Count whom something happened to, by arm, with exact intervals.

    Parameters
    ----------
    hit : boolean, one value per person
    arm : the arm of each person, on the same index
    arms : which arms, in order
    reference : the arm that `difference` is taken to
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm
        `people`, `hit` (counts), `share` in [0, 1] with `low` and `high`, and `difference` to the reference
        in [−1, 1]; NaN in an arm without people.

    Source
    ------
    Clopper and Pearson (1934), "The Use of Confidence or Fiducial Limits", Biometrika 26(4).
    """
    groups = hit.astype(bool).groupby(arm)
    table = pd.DataFrame({"people": groups.size(), "hit": groups.sum()}, index=pd.Index(arms, name="arm"))
    table = table.fillna(0).astype(int)
    some = table["people"] > 0
    table["share"] = table["hit"] / table["people"].where(some)
    bounds = [_interval(row.hit, row.people, alpha) for row in table.itertuples()]
    table[["low", "high"]] = pd.DataFrame(bounds, index=table.index, dtype=float)
    table["difference"] = table["share"] - float(table["share"][reference])
    return table


def independence(people: ArrayLike, hit: ArrayLike, seed: int = 1) -> Independence:
    """Test whether the share of people hit is the same in every arm.

    Parameters
    ----------
    people, hit : shape (arms,), counts
    seed : of the Monte-Carlo test

    Returns
    -------
    Independence
        By Pearson's chi-square where every expected count is at least 5; else by Fisher's exact test, which
        is drawn by Monte Carlo where more than two million tables are possible. NaN with fewer than two
        arms with people, or where nobody or everybody is hit.

    Source
    ------
    Freeman and Halton (1951), "Note on an Exact Treatment of Contingency", Biometrika 38, for more than two
    arms; the threshold is Cochran's (1954), Biometrics 10(4).
    """
    sizes, hits = (np.asarray(counts, dtype=int) for counts in (people, hit))
    sizes, hits = sizes[sizes > 0], hits[sizes > 0]
    if len(sizes) < 2 or not 0 < hits.sum() < sizes.sum():
        return Independence(nan, "nothing to test")
    table = np.stack([hits, sizes - hits])
    if stats.contingency.expected_freq(table).min() >= SMALLEST_EXPECTED:
        return Independence(float(stats.chi2_contingency(table, correction=False).pvalue), "chi-square")
    rare = hits if hits.sum() * 2 <= sizes.sum() else sizes - hits
    if float(np.prod(np.minimum(sizes, rare.sum())[:-1] + 1.0)) <= MOST_TABLES:
        return Independence(_fisher(sizes, rare), "Fisher's exact test")
    method = stats.MonteCarloMethod(n_resamples=RESAMPLES, rng=np.random.default_rng(seed))
    return Independence(float(stats.fisher_exact(table, method=method).pvalue), "Fisher's test, Monte Carlo")


def _interval(hit: int, people: int, alpha: float) -> tuple[float, float]:
    if people == 0:
        return nan, nan
    low, high = proportion_confint(hit, people, alpha=alpha, method="beta")
    return float(low), float(high)


def _fisher(sizes: NDArray[np.int_], hits: NDArray[np.int_]) -> float:
    """Add up the probabilities of all tables with these margins that are no more probable than this one."""
    total = int(hits.sum())
    sums, logs = np.zeros(1, dtype=int), np.zeros(1)
    for size in sizes[:-1]:
        here = np.arange(min(size, total) + 1)
        sums = (sums[:, None] + here).ravel()
        logs = (logs[:, None] + _log_choose(size, here)).ravel()
        logs, sums = logs[sums <= total], sums[sums <= total]
    last = total - sums
    possible = last <= sizes[-1]
    logs = logs[possible] + _log_choose(sizes[-1], last[possible])
    chances = np.exp(logs - _log_choose(int(sizes.sum()), np.array([total])))
    own = np.exp(_log_choose(sizes, hits).sum() - _log_choose(int(sizes.sum()), np.array([total])))
    return float(min(chances[chances <= own * (1 + 1e-7)].sum(), 1.0))  # ties may differ by rounding


def _log_choose(n: ArrayLike, k: ArrayLike) -> NDArray[np.float64]:
    n, k = np.asarray(n, dtype=float), np.asarray(k, dtype=float)
    return -np.log(n + 1) - betaln(n - k + 1, k + 1)
