"""Crossed random effects as arrays: which rows belong to which level, and what is summed over them.

A model has one to three random factors. Factor f has n_f levels and q_f columns Z_f; its effects are
b_f = Λ_f u_f with u_f standard normal, and row i gets Σ_f z_fi' b_f[level of i]. Everything that an
estimator needs from the rows is a sum over them, and those sums are products with two sparse matrices
that never change while a model is fitted:

- `rows @ b` are the random effects at the rows, and `rows.T @ v` the sums of v over each level's rows;
- `pairs.T @ w` are the entries of Z'WZ (a `Gram`), and `pairs @ a` the diagonal of Z a Z'.

The factor with the most effects (usually the participants) is *primary*: it is eliminated level by level
and only the others are kept together (see `factorization`). Where the other factors' columns are the same in
all rows of a primary level (a condition that varies between participants), the primary levels are put into
`blocks` with the same columns. The rows then need one cell per item instead of one per item and column,
which for a million rows and five arms makes the factorization some twenty times cheaper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

MAX_BLOCKS = 16
WORTH_BLOCKING = 5e6  # multiplications per factorization, below which the overhead of blocks is larger


@dataclass(frozen=True)
class Grouping:
    """One random factor: the level of each row, shape (n,), from 0 to n_levels − 1, and Z_f, shape (n, q)."""

    index: Integers
    n_levels: int
    columns: Floats

    @property
    def q(self) -> int:
        return self.columns.shape[1]

    @property
    def size(self) -> int:
        return self.n_levels * self.q


@dataclass(frozen=True)
class Block:
    """Primary levels `levels` (a slice) whose rows all have the same columns in the other factors.

    `expand` has one matrix per other factor, shape (r_f, q_f): a row's columns in factor f are its r_f columns
    in the sparse matrices times `expand[f]`. Without blocking it is the identity.
    """

    levels: slice
    expand: list[Floats]


@dataclass(frozen=True)
class Gram:
    """Z'WZ: `primary` (P, q, q), `cross` (P, q, R) and `rest` (blocks, R, R), R cells of the other factors."""

    primary: Floats
    cross: Floats
    rest: Floats


class CrossedStructure:
    """The random part of a model.

    Parameters
    ----------
    groupings : one to three factors, in the order in which the caller wants them back
    blocked : whether to put primary levels with equal columns into blocks; by default where it pays

    Attributes
    ----------
    size : number of random effects over all factors; the length of a vector u
    n : number of rows

    A vector u holds the primary factor's effects, level by level, and then the others' in the same way;
    `split` and `join` go between it and one array (n_f, q_f) per factor in the caller's order.
    """

    def __init__(self, groupings: Sequence[Grouping], *, blocked: bool | None = None) -> None:
        self.groupings = list(groupings)
        self.n = len(self.groupings[0].index)
        sizes = [grouping.size for grouping in self.groupings]
        self.primary = int(np.argmax(sizes))
        self.rest = [f for f in range(len(sizes)) if f != self.primary]
        self.size = sum(sizes)
        self.q = self.groupings[self.primary].q
        self.n_primary = self.groupings[self.primary].n_levels
        self._block(blocked)
        self._lay_out()

    @property
    def others(self) -> list[Grouping]:
        """The factors that are kept together, in the caller's order."""
        return [self.groupings[f] for f in self.rest]

    def split(self, u: Floats) -> list[Floats]:
        """Turn u, shape (size,), into one array (n_f, q_f) per factor in the caller's order."""
        first = self.n_primary * self.q
        parts: list[Floats] = [np.empty(0)] * len(self.groupings)
        parts[self.primary] = u[:first].reshape(-1, self.q)[self.position]
        for f in self.rest:
            grouping = self.groupings[f]
            parts[f] = u[first : first + grouping.size].reshape(-1, grouping.q)
            first += grouping.size
        return parts

    def join(self, parts: Sequence[Floats]) -> Floats:
        """Turn one array (n_f, q_f) per factor into u, shape (size,): the inverse of `split`."""
        primary = np.empty_like(parts[self.primary])
        primary[self.position] = parts[self.primary]
        return np.concatenate([primary.ravel(), *(parts[f].ravel() for f in self.rest)])

    def at_rows(self, effects: Floats) -> Floats:
        """Return the random effects at each row, from effects in the layout of the rows (`Loading.up`)."""
        return self.rows @ effects

    def sums(self, values: Floats) -> Floats:
        """Sum z v over the rows of each level: (n,) or (n, m) to the layout of the rows (`Loading.down`)."""
        return self._rows_transposed @ values

    def gram(self, weights: Floats) -> Gram:
        """Compute Z'WZ for row weights, shape (n,)."""
        values = self._pairs_transposed @ weights
        a, b = self._ends
        rest = np.zeros(len(self.blocks) * self.cells * self.cells)
        rest[self._rest_places] = values[b:]
        return Gram(
            values[:a].reshape(self.n_primary, self.q, self.q),
            values[a:b].reshape(self.n_primary, self.q, self.cells),
            rest.reshape(len(self.blocks), self.cells, self.cells),
        )

    def quadratic(self, inverse: Gram) -> Floats:
        """Return z_i' A z_i for each row, shape (n,), from the entries of a symmetric A laid out as a Gram."""
        rest = inverse.rest.ravel()[self._rest_places]
        return self.pairs @ np.concatenate([inverse.primary.ravel(), 2 * inverse.cross.ravel(), rest])

    def _block(self, blocked: bool | None) -> None:
        """Order the primary levels by the columns that the other factors have in their rows."""
        grouping, others = self.groupings[self.primary], self.others
        self.position = np.arange(self.n_primary)  # of each of the caller's levels in u
        self.blocks = [Block(slice(0, self.n_primary), [np.eye(other.q) for other in others])]
        self.blocked = False
        if blocked is None:
            cells = sum(other.size for other in others)
            blocked = self.n_primary * self.q * float(cells) ** 2 > WORTH_BLOCKING
        if not blocked or all(other.q == 1 and (other.columns == 1).all() for other in others):
            return
        patterns = self._patterns(grouping, others)
        if patterns is None or len(patterns[0]) > MAX_BLOCKS:
            return
        self.blocked = True
        distinct, which = patterns
        self.position[np.argsort(which, kind="stable")] = np.arange(self.n_primary)
        ends = np.concatenate([[0], np.cumsum(np.bincount(which, minlength=len(distinct)))])
        edges = np.cumsum([0, *(other.q for other in others)])
        self.blocks = [
            Block(slice(ends[a], ends[a + 1]), [row[None, i:j] for i, j in pairwise(edges)])
            for a, row in enumerate(distinct)
        ]

    @staticmethod
    def _patterns(grouping: Grouping, others: list[Grouping]) -> tuple[Floats, Integers] | None:
        """The distinct rows of the other factors' columns, and each primary level's, if it has only one."""
        first = np.zeros(grouping.n_levels, dtype=np.intp)
        first[grouping.index[::-1]] = np.arange(len(grouping.index))[::-1]
        for other in others:
            if not np.array_equal(other.columns, other.columns[first[grouping.index]]):
                return None
        rows = np.column_stack([other.columns[first] for other in others])
        distinct, which = np.unique(rows, axis=0, return_inverse=True)
        return distinct, which.reshape(-1)

    def _lay_out(self) -> None:
        """Build the two sparse matrices; each has the same number of entries in every row."""
        grouping, q, n = self.groupings[self.primary], self.q, self.n
        level = self.position[grouping.index]
        widths = [expand.shape[0] for expand in self.blocks[0].expand]
        self.widths = widths
        self.cells = sum(o.n_levels * r for o, r in zip(self.others, widths, strict=True))
        ends = np.array([block.levels.stop for block in self.blocks])
        block = np.searchsorted(ends, level, side="right")
        cell, value = self._cells()
        m = cell.shape[1]
        first, k = self.n_primary * q, np.arange(q)
        where = np.column_stack([level[:, None] * q + k, first + block[:, None] * self.cells + cell])
        z = grouping.columns
        self.rows = _fixed_width(where, np.column_stack([z, value]), first + len(self.blocks) * self.cells)
        primary = (level[:, None] * q + k)[:, :, None] * q + k
        cross = (level[:, None] * q + k)[:, :, None] * self.cells + cell[:, None, :]
        rest = (block[:, None] * self.cells + cell)[:, :, None] * self.cells + cell[:, None, :]
        self._rest_places, rest = np.unique(rest, return_inverse=True)
        a = self.n_primary * q * q
        b = a + self.n_primary * q * self.cells
        self._ends = (a, b)
        where = np.column_stack(
            [primary.reshape(n, q * q), a + cross.reshape(n, q * m), b + rest.reshape(n, m * m)]
        )
        products = [_products(z, z), _products(z, value), _products(value, value)]
        self.pairs = _fixed_width(where, np.column_stack(products), b + len(self._rest_places))
        self._rows_transposed, self._pairs_transposed = self.rows.T, self.pairs.T  # views, made once

    def _cells(self) -> tuple[Integers, Floats]:
        """Each row's cells in the other factors and the values there, both of shape (n, Σ r_f)."""
        cells, values, first = [np.empty((self.n, 0), np.intp)], [np.empty((self.n, 0))], 0
        for other, width in zip(self.others, self.widths, strict=True):
            cells.append(first + other.index[:, None] * width + np.arange(width))
            values.append(np.ones((self.n, 1)) if self.blocked else other.columns)
            first += other.n_levels * width
        return np.column_stack(cells), np.column_stack(values)


def _products(left: Floats, right: Floats) -> Floats:
    return (left[:, :, None] * right[:, None, :]).reshape(len(left), left.shape[1] * right.shape[1])


def _fixed_width(where: Integers, values: Floats, n_columns: int) -> sparse.csr_array:
    """A sparse matrix with as many entries in each row as `where`, shape (n, m), has columns."""
    n, m = where.shape
    kind = np.int32 if max(n_columns, n * m) < 2**31 else np.int64
    starts = np.arange(0, n * m + 1, m, dtype=kind) if m else np.zeros(n + 1, dtype=kind)
    return sparse.csr_array((values.ravel(), where.ravel().astype(kind), starts), shape=(n, n_columns))
