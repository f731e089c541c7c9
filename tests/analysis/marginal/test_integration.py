"""Probabilities over normal random effects, against adaptive quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

from analysis.marginal.integration import average_over_effects, probability_at

INVERSE = {"logit": special.expit, "probit": special.ndtr}
CASES = [(eta, sd) for eta in (-6.0, -0.7, 0.0, 2.5) for sd in (0.0, 0.3, 1.0, 3.0, 8.0)]


def by_quadrature(eta, sd, link):
    turn = -eta / sd if sd > 0 else 0.0  # where a steep curve rises
    value, _ = integrate.quad(
        lambda z: INVERSE[link](eta + sd * z) * stats.norm.pdf(z),
        -10,
        10,
        points=[np.clip(turn, -9.9, 9.9)],
        epsabs=1e-13,
        limit=500,
    )
    return value


@pytest.mark.parametrize("link", INVERSE)
@pytest.mark.parametrize(("eta", "sd"), CASES)
def test_equals_adaptive_quadrature(eta, sd, link):
    average = average_over_effects([eta], [sd**2], link)
    assert average.value[0] == pytest.approx(by_quadrature(eta, sd, link), abs=1e-11)


@pytest.mark.parametrize("link", INVERSE)
@pytest.mark.parametrize(("eta", "sd"), [(-6.0, 2.0), (0.4, 0.5), (0.0, 1.0), (1.5, 3.0)])
def test_derivatives_equal_differences_of_values(eta, sd, link):
    h, average = 1e-4, average_over_effects([eta], [sd**2], link)
    ends = average_over_effects([eta + h, eta - h, eta, eta], sd**2 + np.array([0, 0, h, -h]), link).value
    assert average.by_eta[0] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6)
    assert average.by_variance[0] == pytest.approx((ends[2] - ends[3]) / (2 * h), rel=1e-6, abs=1e-10)


def test_simulated_people_and_items_answer_as_often():
    rng = np.random.default_rng(4)
    effects = rng.normal(0, 0.9, 400_000) + rng.normal(0, 0.7, 400_000)
    expected = special.expit(0.8 + effects).mean()
    value = average_over_effects([0.8], [0.9**2 + 0.7**2], "logit").value[0]
    assert value == pytest.approx(expected, abs=4 * 0.25 / np.sqrt(400_000))


def test_values_at_zero_are_the_inverse_link_and_its_slope():
    value, slope = probability_at([0.0, 1.2], "logit")
    assert value == pytest.approx(special.expit([0.0, 1.2]), rel=1e-12)
    assert slope == pytest.approx(value * (1 - value), rel=1e-12)


def test_identity_leaves_means_as_they_are():
    average = average_over_effects([3.5], [2.0], "identity")
    assert (average.value[0], average.by_eta[0], average.by_variance[0]) == (3.5, 1.0, 0.0)


def test_what_is_missing_stays_missing():
    average = average_over_effects([np.nan, 0.3], [1.0, 1.0], "logit")
    assert np.isnan(average.value[0])
    assert np.isfinite(average.value[1])
