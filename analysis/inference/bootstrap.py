"""The two-way (participants × items) pigeonhole bootstrap of the means of several arms. Pure arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from analysis.inference.two_way import codes

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Progress = Callable[[Iterable[int]], Iterable[int]]

CHUNK = 100


@dataclass(frozen=True)
class _Cell:
    """One arm and stratum: sums of the outcome and counts of trials, both of shape (people, items)."""

    share: float
    sums: sparse.csr_array
    counts: sparse.csr_array


def pigeonhole_means(
    outcome: ArrayLike,
    arms: ArrayLike,
    participants: ArrayLike,
    items: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    n_arms: int,
    shares: Sequence[float] = (1.0,),
    draws: int = 2000,
    seed: int = 1,
    progress: Progress = iter,
) -> Floats:
    """Draw participants (within arm) and items with replacement, and take each arm's mean each time.

    Parameters
    ----------
    outcome : shape (n,), without missing values
    arms : shape (n,), integers from 0 to n_arms − 1
    participants, items : shape (n,), any values that can be sorted
    strata : shape (n,), integers from 0 to len(shares) − 1; none means one stratum
    shares : weight of each stratum's mean in the arm's mean
    draws, seed : how often, and from which seed
    progress : wraps the sequence of chunks, e.g. `tqdm`

    Returns
    -------
    Array of shape (draws, n_arms)
        Means in the units of the outcome; NaN where a draw left an arm's stratum without a trial. The
        same items are drawn for every arm, so the difference of two columns keeps items paired. A trial
        counts as often as its participant was drawn times as often as its item was.

    Source
    ------
    Owen (2007), "The pigeonhole bootstrap", Ann. Appl. Stat. 1(2). Its variance is at least the true one.
    """
    y, arm_of = np.asarray(outcome, dtype=float), np.asarray(arms)
    stratum_of = np.zeros(len(y), dtype=int) if strata is None else np.asarray(strata)
    people, _ = codes(participants)
    things, n_things = codes(items)
    of_arm = [arm_of == arm for arm in range(n_arms)]
    cells = [
        _cells(y[rows], stratum_of[rows], people[rows], things[rows], n_things, shares) for rows in of_arm
    ]
    rng = np.random.default_rng(seed)
    sizes = [min(CHUNK, draws - start) for start in range(0, draws, CHUNK)]
    chunks = [_chunk(rng, size, cells, n_things) for size in progress(sizes)]
    return np.concatenate(chunks) if chunks else np.empty((0, n_arms))


def percentile_interval(values: Floats, alpha: float = 0.05) -> tuple[float, float]:
    """Return the middle 1 − alpha of the finite values; NaN where there are fewer than two."""
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return float("nan"), float("nan")
    low, high = np.quantile(finite, [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)


def _cells(
    y: Floats, strata: Ints, people: Ints, things: Ints, n_things: int, shares: Sequence[float]
) -> list[_Cell]:
    person, n_people = codes(people)
    cells = []
    for number, share in enumerate(shares):
        rows = strata == number
        at, shape = (person[rows], things[rows]), (n_people, n_things)
        sums = sparse.csr_array((y[rows], at), shape=shape)
        cells.append(_Cell(share, sums, sparse.csr_array((np.ones(rows.sum()), at), shape=shape)))
    return cells


def _chunk(rng: np.random.Generator, size: int, cells: list[list[_Cell]], n_things: int) -> Floats:
    things = _drawn(rng, size, n_things)
    means = np.zeros((size, len(cells)))
    for arm, strata in enumerate(cells):
        people = _drawn(rng, size, strata[0].sums.shape[0])
        for cell in strata:
            means[:, arm] += cell.share * _means(people, things, cell)
    return means


def _means(people: Floats, things: Floats, cell: _Cell) -> Floats:
    total = ((people @ cell.counts) * things).sum(axis=1)
    value = ((people @ cell.sums) * things).sum(axis=1)
    return np.divide(value, total, out=np.full(len(total), np.nan), where=total > 0)


def _drawn(rng: np.random.Generator, size: int, n: int) -> Floats:
    """Return how often each of n was drawn in n draws with replacement, shape (size, n)."""
    if n == 0:
        return np.zeros((size, 0))
    return rng.multinomial(n, np.full(n, 1 / n), size=size).astype(float)
