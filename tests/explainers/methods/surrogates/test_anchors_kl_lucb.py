import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import entropy

from explainers.methods.surrogates.kl_lucb import (
    Arms,
    bernoulli_kl,
    exploration_rate,
    lower_bound,
    upper_bound,
)


@pytest.mark.parametrize(("p", "q"), [(0.2, 0.7), (0.5, 0.5), (0.95, 0.9), (0.01, 0.99)])
def test_the_divergence_is_that_of_scipy(p, q):
    assert bernoulli_kl(p, q) == pytest.approx(entropy([p, 1 - p], [q, 1 - q]), abs=1e-12)


@pytest.mark.parametrize("level", [0.003, 0.1, 1.0])
def test_bounds_have_their_closed_form_where_all_or_none_hit(level):
    assert upper_bound(np.array(0.0), level) == pytest.approx(1 - np.exp(-level), abs=1e-9)
    assert lower_bound(np.array(1.0), level) == pytest.approx(np.exp(-level), abs=1e-9)
    assert upper_bound(np.array(1.0), level) == 1
    assert lower_bound(np.array(0.0), level) == 0


@pytest.mark.parametrize("p", [0.1, 0.5, 0.93])
def test_bounds_lie_where_scipy_finds_the_root(p):
    def gap(q):
        return entropy([p, 1 - p], [q, 1 - q]) - 0.02

    assert upper_bound(np.array(p), 0.02) == pytest.approx(brentq(gap, p, 1 - 1e-12), abs=1e-9)
    assert lower_bound(np.array(p), 0.02) == pytest.approx(brentq(gap, 1e-12, p), abs=1e-9)


def test_bounds_are_taken_of_many_at_once():
    both = upper_bound(np.array([0.2, 0.8]), np.array([0.1, 0.01]))
    assert both.tolist() == [upper_bound(np.array(0.2), 0.1), upper_bound(np.array(0.8), 0.01)]


def test_the_exploration_rate_grows_with_arms_rounds_and_certainty():
    rate = exploration_rate(arms=5, round_number=10, delta=0.1)
    inner = np.log(405.5 * 5 * 10**1.1 / 0.1)
    assert rate == pytest.approx(inner + np.log(inner))
    assert rate < exploration_rate(6, 10, 0.1) < exploration_rate(6, 20, 0.1) < exploration_rate(6, 20, 0.01)


def test_the_best_arms_are_found_with_fewer_draws_than_equal_ones_would_take():
    shares = np.array([0.1, 0.9, 0.3, 0.8, 0.2, 0.2, 0.1, 0.1])
    wrong, spent = 0, 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        arms = Arms(lambda arm, times, random=random: random.binomial(times, shares[arm]), 8, batch=20)
        wrong += set(arms.best(2, epsilon=0.1, delta=0.05, budget=100_000)) != {1, 3}
        spent = max(spent, arms.draws.sum())
    assert wrong <= 1
    assert spent < 8 * 20 * 40


def test_the_search_for_the_best_stops_at_its_budget():
    arms = Arms(lambda arm, times: times // 2, 4, batch=10)  # all alike: never to be told apart
    arms.best(1, epsilon=0.001, delta=0.05, budget=500)
    assert arms.draws.sum() <= 520
