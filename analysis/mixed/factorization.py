"""The Cholesky factor of A = Λ'Z'WZΛ + I by Schur complement, and what is read off it.

The primary factor's part of A is block-diagonal, one small matrix D_p per level; with the cross part C and the
other factors' part E,

    A = [ D  C ]      S = E − C'D⁻¹C,      log|A| = Σ_p log|D_p| + log|S|,
        [ C' E ]

so that only S, as wide as the other factors have effects, is factorized densely. `half` is H = L⁻¹C with
D = LL', so that C'D⁻¹C = H'H.

Source: the crossed case of Bates, Mächler, Bolker and Walker (2015), "Fitting Linear Mixed-Effects Models
Using lme4", JSS 67(1), section 3, with the block elimination written out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import linalg

from analysis.mixed.structure import CrossedStructure, Floats, Gram


class Loading:
    """Λ, one (q, q) matrix per factor in the caller's order: from u to the rows' effects and back."""

    def __init__(self, structure: CrossedStructure, roots: Sequence[Floats]) -> None:
        self.structure = structure
        self.roots = list(roots)
        self.primary = self.roots[structure.primary]
        others = [self.roots[f] for f in structure.rest]
        self.others = [
            [expand @ root for expand, root in zip(block.expand, others, strict=True)]
            for block in structure.blocks
        ]

    def up(self, u: Floats) -> Floats:
        """From u, shape (size,), to the effects in the layout of the rows: `structure.at_rows` takes them."""
        s = self.structure
        first = s.n_primary * s.q
        parts = [(u[:first].reshape(-1, s.q) @ self.primary.T).ravel()]
        for roots in self.others:
            start = first
            for grouping, root in zip(s.others, roots, strict=True):
                effects = u[start : start + grouping.size].reshape(-1, grouping.q)
                parts.append((effects @ root.T).ravel())
                start += grouping.size
        return np.concatenate(parts)

    def down(self, sums: Floats) -> Floats:
        """Λ'Z'v from Z'v in the layout of the rows (`structure.sums`), shape (·,) or (·, m), to u's."""
        s = self.structure
        first, flat = s.n_primary * s.q, sums.reshape(len(sums), -1)
        primary = self.primary.T @ flat[:first].reshape(s.n_primary, s.q, -1)
        cells = flat[first:].reshape(len(s.blocks), s.cells, -1) if s.rest else flat[None, :0]
        rest = sum(self.right(part.T, a).T for a, part in enumerate(cells))
        return np.concatenate([primary.reshape(first, -1), rest]).reshape((s.size, *sums.shape[1:]))

    def right(self, matrix: Floats, block: int) -> Floats:
        """`matrix`, shape (m, cells), times the cells' loadings on the others' effects: shape (m, R)."""
        parts, start = [], 0
        for grouping, root in zip(self.structure.others, self.others[block], strict=True):
            stop = start + grouping.n_levels * root.shape[0]
            parts.append(_times(matrix[:, start:stop], root))
            start = stop
        return parts[0] if len(parts) == 1 else np.concatenate([np.empty((len(matrix), 0)), *parts], axis=1)

    def left(self, matrix: Floats, block: int) -> Floats:
        """The cells' loadings times `matrix`, shape (R, m): shape (cells, m)."""
        parts, start = [np.empty((0, matrix.shape[1]))], 0
        for grouping, root in zip(self.structure.others, self.others[block], strict=True):
            part = matrix[start : start + grouping.size].T
            parts.append(_times(part, root.T).T)
            start += grouping.size
        return np.concatenate(parts)


def _times(matrix: Floats, root: Floats) -> Floats:
    """Multiply every run of root.shape[0] columns by root."""
    rows = len(matrix)
    if root.shape == (1, 1):
        return matrix * root[0, 0]
    return (np.ascontiguousarray(matrix).reshape(-1, root.shape[0]) @ root).reshape(rows, -1)


class Factorization:
    """The factor of A for one Gram matrix and one Λ.

    Attributes
    ----------
    logdet : log|A|

    Raises
    ------
    numpy.linalg.LinAlgError : A is not positive definite (the weights are not).
    """

    def __init__(self, structure: CrossedStructure, gram: Gram, loading: Loading) -> None:
        self.structure, self.loading = structure, loading
        root = loading.primary
        if structure.q == 1:
            scale = np.sqrt(gram.primary * (root * root) + 1.0)
            self.lower_inverse = 1.0 / scale
            self.half = gram.cross * (root[0, 0] * self.lower_inverse)
            logdet = np.log(scale).sum()
        else:
            lower = np.linalg.cholesky(root.T @ gram.primary @ root + np.eye(structure.q))
            self.lower_inverse = np.linalg.inv(lower)
            self.half = (self.lower_inverse @ root.T) @ gram.cross
            logdet = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum()
        self.schur = self._schur(gram.rest)
        self.logdet = 2.0 * (logdet + np.log(np.diag(self.schur)).sum())

    def solve(self, right: Floats) -> Floats:
        """Solve A x = right for right of shape (size,) or (size, m)."""
        s = self.structure
        first, flat = s.n_primary * s.q, right.reshape(s.size, -1)
        upper = (self.lower_inverse @ flat[:first].reshape(s.n_primary, s.q, -1)).reshape(first, -1)
        rest = flat[first:].copy()
        for a, (rows, half) in enumerate(self._halves()):
            rest -= self.loading.right(upper[rows].T @ half, a).T
        rest = linalg.cho_solve((self.schur, True), rest, check_finite=False)
        for a, (rows, half) in enumerate(self._halves()):
            upper[rows] -= half @ self.loading.left(rest, a)
        transposed = self.lower_inverse.transpose(0, 2, 1)
        primary = (transposed @ upper.reshape(s.n_primary, s.q, -1)).reshape(first, -1)
        return np.concatenate([primary, rest]).reshape(right.shape)

    def inverse(self) -> tuple[Gram, list[Floats]]:
        """Return the parts of A⁻¹ that derivatives need.

        Returns
        -------
        entries : ΛA⁻¹Λ' where rows meet, laid out as a Gram: `structure.quadratic(entries)` is the diagonal of
            ZΛA⁻¹Λ'Z', the leverage of each row
        blocks : one array (n_f, q_f, q_f) per factor in the caller's order, A⁻¹ at each level
        """
        s, root = self.structure, self.loading.primary
        schur = linalg.cho_solve((self.schur, True), np.eye(len(self.schur)), check_finite=False)
        cells = np.empty((len(s.blocks), s.cells, s.cells))
        cross = np.empty((s.n_primary * s.q, s.cells))
        for a, (rows, half) in enumerate(self._halves()):
            cells[a] = self.loading.left(self.loading.left(schur, a).T, a)
            cross[rows] = half @ cells[a]
        cross = cross.reshape(self.half.shape)
        inner = np.eye(s.q) + cross @ self.half.transpose(0, 2, 1)
        primary = self.lower_inverse.transpose(0, 2, 1) @ inner @ self.lower_inverse
        left = root @ self.lower_inverse.transpose(0, 2, 1)
        entries = Gram(root @ primary @ root.T, -(left @ cross), cells)
        return entries, self._blocks(primary, schur)

    def _blocks(self, primary: Floats, schur: Floats) -> list[Floats]:
        s, start = self.structure, 0
        blocks: list[Floats] = [np.empty(0)] * len(s.groupings)
        blocks[s.primary] = primary[s.position]
        for f in s.rest:
            grouping = s.groupings[f]
            part = schur[start : start + grouping.size, start : start + grouping.size]
            levels = np.arange(grouping.n_levels)
            shape = (grouping.n_levels, grouping.q, grouping.n_levels, grouping.q)
            blocks[f] = part.reshape(shape)[levels, :, levels, :]
            start += grouping.size
        return blocks

    def _halves(self) -> list[tuple[slice, Floats]]:
        """Each block's rows of u and its H, shape (levels × q, cells)."""
        s = self.structure
        found = []
        for block in s.blocks:
            rows = slice(block.levels.start * s.q, block.levels.stop * s.q)
            found.append((rows, self.half[block.levels].reshape(rows.stop - rows.start, s.cells)))
        return found

    def _schur(self, rest: Floats) -> np.ndarray:
        """The lower Cholesky factor of S, zero above the diagonal."""
        total = np.eye(sum(grouping.size for grouping in self.structure.others))
        for a, (_, half) in enumerate(self._halves()):
            cells = rest[a] - half.T @ half
            total += self.loading.right(self.loading.right(cells, a).T, a).T
        return np.linalg.cholesky(total)
