import itertools

import pytest

from explainers.methods.placebos.segment_permuted import segments_moved

np = pytest.importorskip("numpy")


@pytest.mark.parametrize(("count", "segment"), [(2, 4), (3, 1), (4, 2), (7, 4), (20, 4), (41, 5)])
def test_every_weight_moves_and_is_there_once(count, segment):
    for seed in range(20):
        moved = segments_moved(count, segment, seed)
        assert sorted(moved) == list(range(count))
        assert moved != list(range(count))


@pytest.mark.parametrize("count", [0, 1])
def test_what_cannot_move_stays(count):
    assert segments_moved(count, 4, seed=1) == list(range(count))


def test_runs_stay_together():
    for seed in range(20):
        moved = segments_moved(40, 5, seed)
        breaks = sum(after != before + 1 for before, after in itertools.pairwise(moved))
        assert 0 < breaks <= 8  # at most nine runs of five, the first and last shorter


def test_neighbours_are_as_alike_as_before():
    noise = np.random.default_rng(2).normal(size=203)
    weights = np.convolve(noise, np.ones(4) / 4, mode="valid")  # each is the mean of four: alike up to lag 3

    def alike(values, lag):
        return np.corrcoef(values[:-lag], values[lag:])[0, 1]

    moved = np.mean([alike(weights[segments_moved(200, 10, seed)], 1) for seed in range(30)])
    single = np.mean([alike(weights[segments_moved(200, 1, seed)], 1) for seed in range(30)])
    assert moved == pytest.approx(alike(weights, 1) * 0.9, abs=0.05)  # one neighbour in ten is a cut
    assert abs(single) < 0.05


def test_it_says_nothing_about_the_places():
    """Over many seeds every place gets every weight about equally often, its own seldom."""
    counts = np.zeros((12, 12))
    for seed in range(600):
        counts[range(12), segments_moved(12, 3, seed)] += 1
    assert counts.max() < 600 * 0.35
    assert np.diag(counts).max() < 600 * 0.15
