"""The logits at which probabilities, averaged over people and items, are the planted ones."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy import integrate, special, stats

from analysis.power import Assumptions, PowerError, Variances
from analysis.power.assumptions import logit_of, marginal_probability
from tests.analysis.power.designs import THREE, make_design


@pytest.mark.parametrize(("logit", "variance"), [(0.0, 1.0), (0.7, 1.1), (-2.0, 4.0), (3.0, 0.25)])
def test_marginal_probability_is_the_integral(logit, variance):
    def density(effect: float) -> float:
        return float(special.expit(logit + effect) * stats.norm.pdf(effect, scale=sqrt(variance)))

    expected, _ = integrate.quad(density, -40, 40, points=[0], limit=200)
    assert marginal_probability(logit, variance) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("probability", [0.05, 0.5, 0.6, 0.7, 0.95])
def test_the_logit_gives_the_probability_back(probability):
    assert marginal_probability(logit_of(probability, 1.3), 1.3) == pytest.approx(probability, abs=1e-9)


def test_without_random_effects_it_is_the_plain_logit():
    assert logit_of(0.7, 0.0) == pytest.approx(np.log(0.7 / 0.3))


def test_logits_spread_further_than_without_random_effects():
    design, assumed = make_design(), Assumptions(0.6, {"map": 0.1})
    told = assumed.logits(design)
    assert told["map"] - told["control"] > special.logit(0.7) - special.logit(0.6)


@pytest.mark.parametrize(
    ("assumed", "message"),
    [
        (Assumptions(0.95, {"map": 0.1}), "'map' would be right with probability 1.05"),
        (Assumptions(0.0), "'control' would be right with probability 0 "),
        (Assumptions(0.6, {"heatmap": 0.1}), "effect names 'heatmap', which is no arm. Arms: control, map"),
        (Assumptions(0.6, {"control": 0.1}), "'control' is the reference: its effect is zero"),
        (Assumptions(0.6, {}, drop_out={"map": 1.0}), "drop-out of 'map' is 1; a share from 0 to below 1"),
    ],
)
def test_what_cannot_be_is_refused(assumed, message):
    with pytest.raises(PowerError, match=message):
        assumed.probabilities(make_design())


def test_the_variance_is_that_of_a_trials_logit_between_people_and_items():
    sd = Variances(participant=0.8, item=0.6, item_slope=0.5, participant_slope=0.4)
    between, within = make_design(), make_design(exposure="condition")
    assert sd.at(between) == pytest.approx(0.64 + 0.36 + 0.25 / 4)  # a slope over ±½
    assert sd.at(within) == pytest.approx(sd.at(between) + 0.16 / 4)
    assert sd.at(make_design(THREE)) == pytest.approx(0.64 + 0.36 + 0.25 / 3)
    assert replace(sd, item_slope=0.0).at(between) == pytest.approx(1.0)
