"""Sums over the rows and the Schur complement against dense matrices."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.mixed.factorization import Factorization, Loading
from analysis.mixed.structure import CrossedStructure, Grouping

N = 120
RANDOM = np.random.default_rng(0)
PEOPLE = np.r_[np.arange(9), RANDOM.integers(0, 9, N - 9)]
ITEMS = np.r_[np.arange(5), RANDOM.integers(0, 5, N - 5)]
WAVES = np.r_[np.arange(3), RANDOM.integers(0, 3, N - 3)]
ONE, X = np.ones((N, 1)), RANDOM.normal(size=(N, 1))
ARM = np.c_[ONE, np.eye(3)[PEOPLE % 3][:, :2] - 0.5]  # constant within people
FACTORS = {
    "one": [Grouping(PEOPLE, 9, ONE)],
    "one with a slope": [Grouping(PEOPLE, 9, np.c_[ONE, X])],
    "two": [Grouping(PEOPLE, 9, ONE), Grouping(ITEMS, 5, ONE)],
    "two with slopes": [Grouping(ITEMS, 5, np.c_[ONE, X]), Grouping(PEOPLE, 9, np.c_[ONE, X])],
    "arms": [Grouping(PEOPLE, 9, np.c_[ONE, X, X**2]), Grouping(ITEMS, 5, ARM)],
    "three": [Grouping(WAVES, 3, ONE), Grouping(PEOPLE, 9, ONE), Grouping(ITEMS, 5, ARM)],
}


@pytest.fixture(params=[(name, blocked) for name in FACTORS for blocked in (False, True)], ids=str)
def model(request):
    name, blocked = request.param
    random = np.random.default_rng(1)
    structure = CrossedStructure(FACTORS[name], blocked=blocked)
    roots = [np.tril(random.normal(size=(grouping.q, grouping.q))) for grouping in FACTORS[name]]
    columns = [
        (np.eye(g.n_levels)[g.index][:, :, None] * (g.columns @ root)[:, None, :]).reshape(N, -1)
        for g, root in zip(FACTORS[name], roots, strict=True)
    ]
    return structure, Loading(structure, roots), np.hstack(columns), random.random(N)


def flat(structure, u):
    return np.concatenate([part.ravel() for part in structure.split(u)])


def test_split_and_join_are_inverse(model):
    structure = model[0]
    u = np.arange(float(structure.size))
    np.testing.assert_array_equal(structure.join(structure.split(u)), u)


def test_effects_at_the_rows_and_sums_over_them_are_products_with_the_dense_matrix(model):
    structure, loading, dense, weights = model
    u = np.random.default_rng(2).normal(size=structure.size)
    np.testing.assert_allclose(structure.at_rows(loading.up(u)), dense @ flat(structure, u))
    np.testing.assert_allclose(
        flat(structure, loading.down(structure.sums(weights))), dense.T @ weights, atol=1e-12
    )
    pair = np.c_[weights, X]
    found = loading.down(structure.sums(pair))
    np.testing.assert_allclose(flat(structure, found[:, 1]), dense.T @ X[:, 0], atol=1e-12)


def test_the_factorization_solves_and_gives_the_determinant(model):
    structure, loading, dense, weights = model
    whole = dense.T @ (dense * weights[:, None]) + np.eye(dense.shape[1])
    factor = Factorization(structure, structure.gram(weights), loading)
    assert factor.logdet == pytest.approx(np.linalg.slogdet(whole)[1])
    right = np.random.default_rng(3).normal(size=(structure.size, 2))
    found = factor.solve(right)
    for j in range(2):
        expected = np.linalg.solve(whole, flat(structure, right[:, j]))
        np.testing.assert_allclose(flat(structure, found[:, j]), expected, atol=1e-10)
    np.testing.assert_allclose(factor.solve(right[:, 0]), found[:, 0])


def test_the_inverse_gives_leverages_and_blocks(model):
    structure, loading, dense, weights = model
    inverse = np.linalg.inv(dense.T @ (dense * weights[:, None]) + np.eye(dense.shape[1]))
    entries, blocks = Factorization(structure, structure.gram(weights), loading).inverse()
    np.testing.assert_allclose(
        structure.quadratic(entries), np.einsum("ij,jk,ik->i", dense, inverse, dense), atol=1e-10
    )
    start = 0
    for grouping, block in zip(structure.groupings, blocks, strict=True):
        for level in range(grouping.n_levels):
            part = slice(start + level * grouping.q, start + (level + 1) * grouping.q)
            np.testing.assert_allclose(block[level], inverse[part, part], atol=1e-10)
        start += grouping.size


def test_columns_that_are_constant_within_people_are_put_into_blocks_only_where_it_pays():
    assert len(CrossedStructure(FACTORS["arms"], blocked=True).blocks) == 3
    assert len(CrossedStructure(FACTORS["arms"]).blocks) == 1
    assert len(CrossedStructure(FACTORS["two with slopes"], blocked=True).blocks) == 1
