"""meta-d′: against another implementation, and equal to d′ for an ideal observer."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.metrics.meta_d import fit_meta_d


def test_fit_agrees_with_another_implementation():
    # metadpy 0.1: metad(nR_S1=[52, 32, ...], nR_S2=[2, 5, ...], padding=True)
    told = fit_meta_d([52, 32, 35, 37, 26, 12, 4, 2], [2, 5, 15, 22, 33, 38, 40, 45])
    assert (told.dprime, told.meta_d) == pytest.approx((1.535, 1.634), abs=0.0005)
    assert told.ratio == pytest.approx(1.064, abs=0.0005)
    assert told.converged


@pytest.mark.parametrize(("dprime", "criterion"), [(1.0, 0.0), (1.5, 0.4), (2.0, -0.3)])
def test_ideal_observer_has_a_meta_d_of_d(dprime, criterion):
    rng = np.random.default_rng(12)
    edges = criterion + np.array([-1.2, -0.6, 0, 0.6, 1.2])
    counts = [
        np.bincount(np.digitize(rng.normal(mean, 1, 200_000), edges), minlength=6)
        for mean in (-dprime / 2, dprime / 2)
    ]
    told = fit_meta_d(*counts)
    assert (told.dprime, told.criterion) == pytest.approx((dprime, criterion), abs=0.02)
    assert told.meta_d == pytest.approx(dprime, abs=0.03)


def test_noise_added_after_the_decision_lowers_meta_d_only():
    rng = np.random.default_rng(13)
    counts = []
    for mean in (-0.75, 0.75):
        evidence = rng.normal(mean, 1, 100_000)
        sureness = np.abs(evidence + rng.normal(0, 1.5, 100_000) * np.sign(evidence))
        level = np.digitize(sureness, [0.7, 1.5])
        counts.append(np.bincount(np.where(evidence > 0, 3 + level, 2 - level), minlength=6))
    told = fit_meta_d(*counts)
    assert told.dprime == pytest.approx(1.5, abs=0.02)
    assert 0 < told.meta_d < 1


def test_empty_cells_break_nothing():
    told = fit_meta_d([10, 0, 0, 0], [0, 0, 0, 10])
    assert told is not None
    assert np.isfinite(told.meta_d)


@pytest.mark.parametrize(
    ("noise", "signal"), [([5, 5], [0, 0]), ([0, 0, 0, 0], [1, 2, 3, 4]), ([1, 2, 3, 4], [4, 3, 2, 1])]
)
def test_what_says_nothing_gives_nothing(noise, signal):
    assert fit_meta_d(noise, signal) is None
