"""The permutation test of a difference of two means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.classical.result import ClassicalResult
from analysis.classical.sample import Floats, Sample
from analysis.classical.t_tests import cohens_d
from analysis.resampling.codes import codes

NUMBERS = 2_000_000  # shuffled at a time: 16 MB


def permutation(
    sample: Sample, *, alternative: str = "two-sided", draws: int = 10_000, seed: int = 1
) -> ClassicalResult:
    """Test the difference of two means by shuffling the groups over the rows.

    Parameters
    ----------
    sample : two groups; with `strata`, groups are shuffled within each stratum only (such as within each
        participant of a within-subject design, or within each recruitment wave)
    alternative : of first against second
    draws, seed : how many shuffles, and from which seed

    Returns
    -------
    ClassicalResult
        The statistic and the estimate are the mean of the first group minus that of the second. p counts
        the observed order as one of the shuffles, so it is never zero; the two-sided one counts differences
        that are at least as large in absolute value. The effect is Cohen's d.

    Source
    ------
    Phipson and Smyth (2010), "Permutation P-values Should Never Be Zero", Stat. Appl. Genet. Mol. Biol. 9(1).
    """
    first, second = sample.two("permutation", smallest=1)
    a, b = sample.groups
    observed = float(first.mean() - second.mean())
    strata = sample.table["stratum"] if "stratum" in sample.table else np.zeros(len(sample.table))
    order = np.argsort(codes(strata)[0], kind="stable")
    rows = sample.table.iloc[order]
    drawn = _shuffled(
        rows["y"].to_numpy(dtype=float),
        (rows["group"] == a).to_numpy(),
        codes(strata)[0][order],
        draws,
        np.random.default_rng(seed),
    )
    return ClassicalResult(
        "permutation",
        observed,
        "difference of means",
        _p(drawn, observed, alternative),
        estimate=observed,
        estimate_name=f"mean of {a} − mean of {b}",
        effect=cohens_d(first, second),
        effect_name="Cohen's d",
        alternative=alternative,
        n=sample.n,
        details={"draws": float(draws), "seed": float(seed)},
    )


def _shuffled(
    y: Floats, is_first: NDArray[np.bool_], strata: NDArray[np.intp], draws: int, rng: np.random.Generator
) -> Floats:
    """Return the difference of means of each shuffle; `strata` must be sorted."""
    n_first, n_second = int(is_first.sum()), int((~is_first).sum())
    differences = np.empty(draws)
    batch = max(NUMBERS // len(y), 1)
    for start in range(0, draws, batch):
        size = min(batch, draws - start)
        keys = strata + rng.random((size, len(y)))  # sorting them shuffles inside each stratum
        sums = y[np.argsort(keys, axis=1)] @ is_first
        differences[start : start + size] = sums / n_first - (y.sum() - sums) / n_second
    return differences


def _p(drawn: Floats, observed: float, alternative: str) -> float:
    slack = 1e-12 * max(
        np.abs(drawn).max(initial=0.0), abs(observed)
    )  # sums in another order differ in the last bit
    sides = {
        "two-sided": np.abs(drawn) >= abs(observed) - slack,
        "greater": drawn >= observed - slack,
        "less": drawn <= observed + slack,
    }
    return float((sides[alternative].sum() + 1) / (len(drawn) + 1))
