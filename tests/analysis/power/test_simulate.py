"""Simulated studies have the design that was asked for and the effects that were planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from analysis.power import Assumptions, Variances, simulate_trials
from tests.analysis.power.designs import THREE, make_design

PLANTED = Assumptions(0.6, {"map": 0.1})
CALM = Variances(participant=0.4, item=0.3, item_slope=0.2, participant_slope=0.2)


def simulate(design, assumed=PLANTED, participants=40, items=12, seed=1):
    return simulate_trials(design, assumed, participants, items, np.random.default_rng(seed))


@pytest.mark.parametrize("exposure", ["arm", "condition"])
def test_planted_probabilities_come_back(exposure):
    design = make_design(THREE, exposure=exposure)
    assumed = Assumptions(0.6, {"map": 0.1, "placebo": -0.05}, CALM)
    told = simulate(design, assumed, 2000, 400).groupby("arm")["value"].mean()
    assert told.to_dict() == pytest.approx({"control": 0.6, "map": 0.7, "placebo": 0.55}, abs=0.02)


def test_with_a_baseline_phase_the_effect_is_in_the_change():
    design = replace(make_design(), has_baseline=True)
    told = simulate(design, Assumptions(0.6, {"map": 0.1}, CALM), 3000, 200)
    means = told.groupby(["period", "arm"])["value"].mean().unstack()
    assert means.loc["outcome", "map"] - means.loc["outcome", "control"] == pytest.approx(0.1, abs=0.02)
    assert means.loc["baseline", "map"] == pytest.approx(means.loc["baseline", "control"], abs=0.02)


def test_items_of_the_baseline_phase_can_be_others():
    design = replace(make_design(), has_baseline=True, same_items=False, baseline_items=5)
    told = simulate(design).groupby("period")["item"].unique()
    assert set(told["baseline"]) == {-1, -2, -3, -4, -5}
    assert set(told["outcome"]) == set(range(12))


def test_between_people_each_has_one_group_and_every_item():
    told = simulate(make_design(THREE), Assumptions(), 31)
    assert (told.groupby("participant")["arm"].nunique() == 1).all()
    assert (told.groupby("participant")["item"].nunique() == 12).all()
    assert told.drop_duplicates("participant")["arm"].value_counts().to_dict() == {
        "control": 11,
        "map": 10,
        "placebo": 10,
    }


def test_weights_are_shares_of_the_places():
    design = replace(make_design(), weights=(2, 1))
    assert design.sizes(31).tolist() == [21, 10]
    assert design.sizes(30).tolist() == [20, 10]


def test_within_people_each_has_all_conditions_equally_often():
    told = simulate(make_design(THREE, exposure="condition"), Assumptions())
    assert (told.groupby(["participant", "arm"]).size() == 4).all()
    assert told.groupby("item")["arm"].nunique().eq(3).all()


def test_items_are_drawn_from_the_pool():
    told = simulate(replace(make_design(), pool=60), participants=200)
    assert (told.groupby("participant")["item"].nunique() == 12).all()
    assert told["item"].nunique() == 60
    assert told["item"].value_counts().max() < 80


def test_drop_out_is_a_share_of_people_after_a_uniform_number_of_trials():
    told = simulate(make_design(), replace(PLANTED, drop_out={"map": 0.5}), 4000, 10)
    answered = told.groupby(["arm", "participant"]).size()
    assert (answered["control"] == 10).all()
    assert (answered["map"] < 10).sum() + 2000 - len(answered["map"]) == pytest.approx(1000, abs=90)
    left = answered["map"][answered["map"] < 10].value_counts()
    assert left.to_numpy() == pytest.approx(np.full(9, 100), abs=40)


def test_who_leaves_has_answered_the_first_trials_of_their_own_order():
    told = simulate(make_design(), replace(PLANTED, drop_out={"control": 0.9}), 50)
    last = told.groupby("participant")["trial"].agg(["max", "size"])
    assert (last["max"] == last["size"]).all()


def test_slopes_of_items_have_the_stated_deviation():
    sd = Variances(participant=0.0, item=0.0, item_slope=0.8)
    told = simulate(make_design(), Assumptions(0.5, {}, sd), 4000, 300)
    share = told.groupby(["item", "arm"])["value"].mean().unstack()
    difference = special.logit(share["map"]) - special.logit(share["control"])
    noise = 2 * 1 / (2000 * 0.25)  # of two estimated logits
    assert difference.std() == pytest.approx(np.sqrt(0.64 + noise), rel=0.1)


def test_people_and_items_have_the_stated_deviations():
    sd = Variances(participant=1.0, item=0.5, item_slope=0.0)
    told = simulate(make_design(), Assumptions(0.5, {}, sd), 600, 600)
    whole = 0.5**2 + 1.0**2
    for level, expected in (("participant", 1.0), ("item", 0.5)):
        spread = special.logit(told.groupby(level)["value"].mean()).std()
        shrunk = expected / np.sqrt(1 + 0.346 * (whole - expected**2))  # averaged over the other factor
        assert spread == pytest.approx(np.hypot(shrunk, np.sqrt(4.4 / 600)), rel=0.1)


def test_columns_that_the_plan_needs_are_there():
    design = make_design(items="natural", natural_error_rate=0.1, covariates=["gate_attempts"])
    told = simulate(design)
    assert told["model_correct"].mean() == pytest.approx(0.5)
    assert (told.groupby("participant")["gate_attempts"].nunique() == 1).all()


def test_the_same_seed_gives_the_same_study():
    first, again = (simulate(make_design(), seed=7) for _ in range(2))
    assert first.equals(again)
    assert not first.equals(simulate(make_design(), seed=8))
