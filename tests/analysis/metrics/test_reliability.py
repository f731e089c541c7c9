"""Alpha and omega: other programs' numbers, closed forms, undefined cases."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.metrics.reliability import alpha_interval, cronbach_alpha, mcdonald_omega, omega_interval

# pingouin.cronbach_alpha of this table: 0.7734375, [0.336, 0.939]
ANSWERS = np.array(
    [
        [1, 2, 2, 3, 2, 2, 3, 3, 2, 3],
        [1, 1, 1, 2, 3, 3, 2, 3, 3, 3],
        [1, 1, 2, 1, 2, 3, 3, 3, 2, 3],
    ]
).T
LOADINGS = np.array([0.9, 0.7, 0.6, 0.4])


def one_factor(loadings: np.ndarray, people: int = 40) -> np.ndarray:
    """Return answers whose sample covariance is exactly that of one factor with unit uniquenesses."""
    covariance = np.outer(loadings, loadings) + np.eye(len(loadings))
    raw = np.random.default_rng(0).normal(size=(people, len(loadings)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    return white @ np.linalg.cholesky(covariance).T


def test_alpha_and_feldts_interval_agree_with_other_programs():
    estimate = cronbach_alpha(ANSWERS)
    assert estimate == pytest.approx(0.7734375)
    assert alpha_interval(estimate, 10, 3) == pytest.approx((0.336, 0.939), abs=0.0005)
    # R, statpsych 1.7: ci.cronbach(.05, .85, 7, 89)
    assert alpha_interval(0.85, 89, 7) == pytest.approx((0.7971, 0.8932), abs=5e-5)


def test_alpha_of_copies_is_one():
    assert cronbach_alpha(ANSWERS[:, [0, 0, 0]]) == pytest.approx(1)


def test_omega_of_one_factor_is_its_closed_form():
    expected = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + 4)
    assert mcdonald_omega(one_factor(LOADINGS)) == pytest.approx(expected, abs=1e-6)


def test_omega_equals_alpha_where_loadings_and_uniquenesses_are_equal():
    answers = one_factor(np.full(5, 0.8))
    assert mcdonald_omega(answers) == pytest.approx(cronbach_alpha(answers), abs=1e-6)


def test_units_of_single_items_count():
    scaled = one_factor(LOADINGS) * [1, 1, 1, 10]
    common, unique = (LOADINGS * [1, 1, 1, 10]).sum() ** 2, 3 + 100
    assert mcdonald_omega(scaled) == pytest.approx(common / (common + unique), abs=1e-6)


def test_bootstrap_of_omega_holds_the_planted_value_and_replays():
    rng = np.random.default_rng(3)
    answers = np.outer(rng.normal(size=200), LOADINGS) + rng.normal(size=(200, 4))
    low, high = omega_interval(answers, draws=300, seed=2)
    assert low < LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + 4) < high
    assert (low, high) == omega_interval(answers, draws=300, seed=2)


@pytest.mark.parametrize("answers", [ANSWERS[:1], ANSWERS[:, :1], np.ones((5, 3)), np.ones((0, 3))])
def test_too_little_or_constant_answers_have_neither(answers):
    assert np.isnan(cronbach_alpha(answers))
    assert np.isnan(mcdonald_omega(answers))
    assert np.isnan(omega_interval(answers, draws=10)).all()


def test_two_items_do_not_determine_a_factor():
    assert np.isfinite(cronbach_alpha(ANSWERS[:, :2]))
    assert np.isnan(mcdonald_omega(ANSWERS[:, :2]))
