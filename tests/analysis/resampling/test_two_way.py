"""The two-way bootstrap of sums: its weights, and how people and items are shared between arms."""

from __future__ import annotations

import numpy as np
import pytest
from joblib import parallel_config

from analysis.resampling import resample_sums
from analysis.resampling.cells import DENSE_CELLS, SPARSE_BELOW, arm_cells, blocks


def crossed(people: int = 20, items: int = 10):
    who, what = np.meshgrid(np.arange(people), np.arange(items), indexing="ij")
    return who.ravel(), what.ravel(), (who.ravel() >= people // 2).astype(int)


def test_trials_of_a_complete_arm_are_people_times_items_in_every_draw():
    who, what, arm = crossed()
    sums = resample_sums(np.ones((200, 1)), arm, who, what, n_arms=2, draws=50)
    assert sums.shape == (50, 2, 1)
    assert (sums == 100).all()


def test_a_trial_counts_as_its_person_times_its_item():
    # one-hot columns of a single arm show the weights themselves: an outer product of counts
    who, what, _ = crossed(3, 4)
    weights = resample_sums(np.eye(12), np.zeros(12), who, what, n_arms=1, draws=40)[:, 0].reshape(40, 3, 4)
    people, items = weights.sum(axis=2) / 4, weights.sum(axis=1) / 3
    assert weights == pytest.approx(people[:, :, None] * items[:, None, :])
    assert (people.sum(axis=1) == 3).all()
    assert (items.sum(axis=1) == 4).all()


def test_counts_have_the_moments_of_draws_with_replacement():
    # multinomial: variance 1 − 1/n, covariance −1/n
    who, what, _ = crossed(5, 1)
    weights = resample_sums(np.eye(5), np.zeros(5), who, what, n_arms=1, draws=20_000)[:, 0]
    assert weights.mean(axis=0) == pytest.approx(np.ones(5), abs=0.03)
    assert np.cov(weights.T) == pytest.approx(np.eye(5) - 1 / 5, abs=0.04)


def test_arms_share_items_but_not_people_who_are_in_one_arm_only():
    who, what, arm = crossed(40, 10)
    by_item = resample_sums(what[:, None], arm, who, what, n_arms=2, draws=500)[:, :, 0]
    assert by_item[:, 0] == pytest.approx(by_item[:, 1])
    by_person = resample_sums((who % 20)[:, None], arm, who, what, n_arms=2, draws=500)[:, :, 0]
    assert abs(np.corrcoef(by_person.T)[0, 1]) < 0.15


def test_people_in_both_arms_are_drawn_once_for_both():
    who, what, _ = crossed(20, 10)
    arm = what % 2
    by_person = resample_sums(who[:, None], arm, who, what // 2, n_arms=2, draws=200)[:, :, 0]
    assert by_person[:, 0] == pytest.approx(by_person[:, 1])


def test_items_of_one_arm_only_are_drawn_within_it():
    who, what, _ = crossed(20, 10)
    sums = resample_sums(np.ones((200, 1)), what % 2, who, what, n_arms=2, draws=50)
    assert (sums == 100).all()


def test_numbers_do_not_depend_on_processes_nor_on_the_order_of_rows():
    who, what, arm = crossed()
    values = np.random.default_rng(1).random((200, 2))
    one = resample_sums(values, arm, who, what, n_arms=2, draws=900, seed=7)
    with parallel_config("threading"):
        assert np.array_equal(
            one, resample_sums(values, arm, who, what, n_arms=2, draws=900, seed=7, n_jobs=3)
        )
    rows = np.random.default_rng(2).permutation(200)
    turned = resample_sums(values[rows], arm[rows], who[rows], what[rows], n_arms=2, draws=900, seed=7)
    assert turned == pytest.approx(one)


def test_chunks_have_seeds_of_their_own_so_that_more_draws_only_add_some():
    who, what, arm = crossed()
    few, many = (
        resample_sums(np.ones((200, 1)) * what[:, None], arm, who, what, n_arms=2, draws=draws)
        for draws in (400, 800)
    )
    assert np.array_equal(few, many[:400])
    assert not np.array_equal(many[:400], many[400:])


def test_sparse_and_dense_cells_give_the_same_sums():
    rng = np.random.default_rng(3)
    who, what, values = rng.integers(300, size=400), rng.integers(200, size=400), rng.random((400, 2))
    few, _ = arm_cells(values, who, what, (300, 200))
    assert len(values) < SPARSE_BELOW * 300 * 200 < DENSE_CELLS
    assert few.nnz == len(np.unique(who * 200 + what)) * 2
    dense = np.zeros((300, 2, 200))
    np.add.at(dense, (who, slice(None), what), values)
    assert few.toarray().reshape(300, 2, 200) == pytest.approx(dense)


def test_more_items_than_people_are_summed_over_items_first():
    who, what, _ = crossed(4, 9)
    values = np.random.default_rng(4).random((36, 1))
    cells, items_first = arm_cells(values, who, what, (4, 9))
    assert items_first
    assert cells == pytest.approx(values.reshape(4, 9).T)


def test_blocks_join_arms_that_share_a_level():
    arms, levels = np.array([0, 1, 1, 2, 3]), np.array([0, 0, 1, 2, 3])
    of_arm, of_level = blocks(arms, levels, 5, 4)
    assert of_arm[0] == of_arm[1] == of_level[0] == of_level[1]
    assert len({of_arm[0], of_arm[2], of_arm[3], of_arm[4]}) == 4  # the last arm has no trial
    assert of_level[2] == of_arm[2]


def test_no_trials_and_no_draws_are_no_error():
    empty = resample_sums(np.zeros((0, 2)), [], [], [], n_arms=2, draws=5)
    assert empty.shape == (5, 2, 2)
    assert (empty == 0).all()
    assert resample_sums(np.ones((1, 1)), [0], ["a"], ["b"], n_arms=1, draws=0).shape == (0, 1, 1)
