"""The two-way (participants × items) pigeonhole bootstrap of sums over trials. Pure arrays.

One draw takes people and items with replacement, as many as there are; a trial then counts as often as its
person was drawn times as often as its item was. Only the weights are drawn: one product of matrices gives
the sums of many draws. Arms that share people (a within-subject design) get the same draw of people; arms
that share nobody draw each from their own. The same holds for items.

Source: Owen (2007), "The pigeonhole bootstrap", Ann. Appl. Stat. 1(2). Its variance is at least the true one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray

from analysis.resampling.cells import Arm, arm_cells, blocks
from analysis.resampling.codes import codes

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Progress = Callable[[Iterable[int]], Iterable[int]]

CHUNK = 200  # draws with a seed of their own
BATCH_NUMBERS = 2_000_000  # 16 MB of weights at a time


@dataclass(frozen=True)
class _Plan:
    """All arms' cells, and how many people and items each block holds."""

    arms: tuple[Arm, ...]
    people: tuple[int, ...]
    items: tuple[int, ...]

    @property
    def batch(self) -> int:
        """How many draws are held at a time, so that memory does not grow with the study."""
        widest = max((arm.cells.shape[1] for arm in self.arms), default=0)
        return max(BATCH_NUMBERS // max(sum(self.people) + sum(self.items) + widest, 1), 1)


def resample_sums(
    columns: ArrayLike,
    arms: ArrayLike,
    participants: ArrayLike,
    items: ArrayLike,
    *,
    n_arms: int,
    draws: int = 2000,
    seed: int = 1,
    n_jobs: int = 1,
    progress: Progress = iter,
) -> Floats:
    """Draw participants and items with replacement, and add up each arm's trials each time.

    Parameters
    ----------
    columns : shape (n, c), one row per trial, without missing values; a column of ones counts trials
    arms : shape (n,), integers from 0 to n_arms − 1
    participants, items : shape (n,), any hashable values
    n_arms : how many arms there are
    draws : how often
    seed : chunk i of 200 draws has the seed sequence (seed, i): the numbers are the same for any `n_jobs`
    n_jobs : processes, as in joblib (−1: all cores)
    progress : wraps the numbers of the chunks, e.g. `tqdm`

    Returns
    -------
    Array of shape (draws, n_arms, c)
        Weighted sums, in the units of the columns; 0 for an arm without a trial in that draw.

    Source
    ------
    See `analysis.resampling.two_way`.
    """
    values = np.asarray(columns, dtype=float)
    plan = _plan(values, np.asarray(arms, dtype=np.intp), codes(participants)[0], codes(items)[0], n_arms)
    sizes = {number: min(CHUNK, draws - number * CHUNK) for number in range(-(-draws // CHUNK))}
    work = (delayed(_chunk)(plan, seed, number, sizes[number]) for number in progress(sizes))
    parts = Parallel(n_jobs=n_jobs)(work)
    return np.concatenate([np.zeros((0, n_arms, values.shape[1])), *parts])


def _plan(values: Floats, arms: Ints, people: Ints, items: Ints, n_arms: int) -> _Plan:
    person_blocks, person_at, n_people = _places(arms, people, n_arms)
    item_blocks, item_at, n_items = _places(arms, items, n_arms)
    tables = []
    for arm in range(n_arms):
        mine, who, what = arms == arm, person_blocks[arm], item_blocks[arm]
        shape = (n_people[who], n_items[what])
        cells, items_first = arm_cells(values[mine], person_at[people[mine]], item_at[items[mine]], shape)
        tables.append(Arm(cells, items_first, values.shape[1], who, what))
    return _Plan(tuple(tables), n_people, n_items)


def _places(arms: Ints, levels: Ints, n_arms: int) -> tuple[Ints, Ints, tuple[int, ...]]:
    """Return each arm's block, each level's place inside its block, and the blocks' sizes."""
    n_levels = int(levels.max()) + 1 if len(levels) else 0
    of_arm, of_level = blocks(arms, levels, n_arms, n_levels)
    sizes = np.bincount(of_level, minlength=int(of_arm.max(initial=-1)) + 1)
    starts = np.cumsum(sizes) - sizes
    order = np.argsort(of_level, kind="stable")
    place = np.empty(n_levels, dtype=np.intp)
    place[order] = np.arange(n_levels) - starts[of_level[order]]
    return of_arm, place, tuple(int(size) for size in sizes)


def _chunk(plan: _Plan, seed: int, number: int, size: int) -> Floats:
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
    starts = range(0, size, plan.batch)
    return np.concatenate([_batch(plan, rng, min(plan.batch, size - start)) for start in starts])


def _batch(plan: _Plan, rng: np.random.Generator, size: int) -> Floats:
    items = [_drawn(rng, size, n) for n in plan.items]
    people = [_drawn(rng, size, n) for n in plan.people]
    return np.stack([arm.sums(people[arm.people], items[arm.items]) for arm in plan.arms], axis=1)


def _drawn(rng: np.random.Generator, size: int, n: int) -> Floats:
    """Return how often each of n was drawn in n draws with replacement, shape (size, n)."""
    counts = np.zeros((size, n))
    for row in counts if n else ():  # five times as fast as the generator's multinomial
        row[:] = np.bincount(rng.integers(n, size=n), minlength=n)
    return counts
