"""Trials as tables of people × items, one per arm: what the two-way bootstrap weights and sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

DENSE_CELLS = 4_000_000  # 32 MB of one arm's cells
SPARSE_BELOW = (
    0.02  # share of filled cells; above it, multiplying the empty ones costs less than skipping them
)


@dataclass(frozen=True)
class Arm:
    """The sums of one arm's trials by person and item.

    `cells` has shape (n_long, n_columns · n_short), column after column: the side with more levels comes
    first and is summed over first, so that what is left is small. `people` and `items` are the numbers
    of the blocks in which this arm's people and items are drawn.
    """

    cells: Floats | sparse.csr_array
    items_first: bool
    columns: int
    people: int
    items: int

    def sums(self, people: Floats, items: Floats) -> Floats:
        """Return the weighted sums, shape (draws, columns), for weights of shape (draws, levels)."""
        first, second = (items, people) if self.items_first else (people, items)
        by_short = (first @ self.cells).reshape(len(first), self.columns, second.shape[1])
        return np.einsum("dcs,ds->dc", by_short, second)


def arm_cells(
    values: Floats, people: Ints, items: Ints, shape: tuple[int, int]
) -> tuple[Floats | sparse.csr_array, bool]:
    """Add up trials in their cells.

    Parameters
    ----------
    values : shape (n, columns)
    people, items : shape (n,), numbers from 0
    shape : how many people and items there are

    Returns
    -------
    The cells as in `Arm`, dense or sparse, whichever is faster and small enough, and whether items come first.
    """
    items_first = shape[1] > shape[0]
    long, short = (items, people) if items_first else (people, items)
    n_long, n_short = max(shape), min(shape)
    columns = values.shape[1]
    at = [long * (columns * n_short) + number * n_short + short for number in range(columns)]
    size = (n_long, columns * n_short)
    if size[0] * size[1] <= DENSE_CELLS and len(values) >= SPARSE_BELOW * n_long * n_short:
        return _dense(values, at, size), items_first
    return _sparse(values, at, size), items_first


def _dense(values: Floats, at: list[Ints], size: tuple[int, int]) -> Floats:
    flat = np.zeros(size[0] * size[1])
    for column, places in zip(values.T, at, strict=True):
        np.add.at(flat, places, column)
    return flat.reshape(size)


def _sparse(values: Floats, at: list[Ints], size: tuple[int, int]) -> sparse.csr_array:
    rows, columns = np.divmod(np.concatenate(at), size[1])
    table: Any = sparse.csr_array((values.T.ravel(), (rows, columns)), shape=size)
    table.eliminate_zeros()
    return table


def blocks(arms: Ints, levels: Ints, n_arms: int, n_levels: int) -> tuple[Ints, Ints]:
    """Group arms that share levels (people or items): what is shared must be drawn once for all of them.

    Returns
    -------
    The block of each arm, shape (n_arms,), and of each level, shape (n_levels,).
    """
    links = sparse.coo_array(
        (np.ones(len(arms), dtype=bool), (arms, n_arms + levels)), shape=(n_arms + n_levels,) * 2
    )
    _, block = sparse.csgraph.connected_components(links, directed=False)
    numbers = np.unique(block, return_inverse=True)[1].astype(np.intp)
    return numbers[:n_arms], numbers[n_arms:]
