"""The derivatives of the cumulative likelihoods, and that they hold out in the tails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.mixed.cumulative import CUMULATIVE_LINKS, Cumulative

CUTS = np.array([-np.inf, -1.0, 0.3, 1.2, np.inf])
RATINGS = np.tile(np.arange(4), 3)
ETA = np.random.default_rng(0).normal(0, 2, 12)
NOISE = {"logit": stats.logistic, "probit": stats.norm}
H = 1e-5


def edges(eta=ETA, up=0.0, down=0.0):
    return CUTS[RATINGS + 1] + up - eta, CUTS[RATINGS] + down - eta


def slope(of):
    return (of(H) - of(-H)) / (2 * H)


@pytest.fixture(params=CUMULATIVE_LINKS)
def name(request):
    return request.param


@pytest.fixture
def link(name):
    return CUMULATIVE_LINKS[name]


def test_the_likelihood_is_the_difference_of_two_distribution_functions(name, link):
    above, below = edges()
    known = np.log(NOISE[name].cdf(above) - NOISE[name].cdf(below)).sum()
    assert link.rows(above, below).value == pytest.approx(known)


def test_the_derivatives_by_eta_are_those_of_one_another(link):
    found = link.rows(*edges())
    value = [slope(lambda h, i=i: link.rows(*edges(ETA + h * (np.arange(12) == i))).value) for i in range(12)]
    np.testing.assert_allclose(found.score, value, atol=1e-8)
    np.testing.assert_allclose(-found.weights, slope(lambda h: link.rows(*edges(ETA + h)).score), atol=1e-8)
    np.testing.assert_allclose(found.slopes, slope(lambda h: link.rows(*edges(ETA + h)).weights), atol=1e-8)


@pytest.mark.parametrize("side", ["up", "down"])
def test_the_derivatives_by_the_edges_are_right(link, side):
    edge = link.edges(*edges())[0 if side == "up" else 1]
    np.testing.assert_allclose(edge.score, slope(lambda h: link.rows(*edges(**{side: h})).score), atol=1e-8)
    np.testing.assert_allclose(
        edge.weight, slope(lambda h: link.rows(*edges(**{side: h})).weights), atol=1e-8
    )
    assert edge.loglik.sum() == pytest.approx(slope(lambda h: link.rows(*edges(**{side: h})).value), abs=1e-8)


def test_nothing_is_lost_far_out_in_the_tails(link):
    found = link.rows(np.array([31.0, -30.0]), np.array([30.0, -31.0]))
    assert np.isfinite(found.value)
    np.testing.assert_allclose(found.score[0], -found.score[1])
    assert (found.weights > 0).all()


def test_the_first_thresholds_reproduce_the_shares(name, link):
    ratings = np.repeat([0, 1, 2], [50, 30, 20])
    likelihood = Cumulative(ratings, 3, link)
    cuts = likelihood.thresholds(likelihood.start())
    np.testing.assert_allclose(NOISE[name].cdf(cuts), [0.5, 0.8])


def test_thresholds_are_ordered_whatever_is_tried(link):
    likelihood = Cumulative(np.arange(5), 5, link)
    extra = np.array([2.0, -3.0, 1.5, -9.0])
    assert (np.diff(likelihood.thresholds(extra)) > 0).all()
    numeric = [slope(lambda h, j=j: likelihood.thresholds(extra + h * np.eye(4)[j])) for j in range(4)]
    np.testing.assert_allclose(likelihood.jacobian(extra), np.array(numeric).T, atol=1e-8)
