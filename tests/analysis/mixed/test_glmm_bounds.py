"""Singular fits, separation, and models that do not converge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError
from analysis.mixed import fit_glmm, likelihood_ratio
from tests.analysis.mixed.lmer_reference import CONTROL, CROSSED, simulated

CORRELATED = {"participant": "1 + x", "item": "1 + condition"}


def trials_without_item_effects(seed=2, people=40, items=12):
    random = np.random.default_rng(seed)
    person, item = np.repeat(np.arange(people), items), np.tile(np.arange(items), people)
    eta = 0.5 + random.normal(0, 1, people)[person]
    correct = (random.random(len(eta)) < 1 / (1 + np.exp(-eta))).astype(int)
    arm = np.where(person % 2 == 0, "control", "map")
    return pd.DataFrame({"participant": person, "item": item, "condition": arm, "correct": correct})


def separated():
    """sim60 with every answer of expA right."""
    return simulated("sim60").assign(correct=lambda d: d["correct"].mask(d["condition"] == "expA", 1))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_estimated_as_zero_is_dropped_and_the_rest_is_the_smaller_model(seed):
    trials = trials_without_item_effects(seed)
    planned = fit_glmm("correct ~ condition", trials, {"participant": "1", "item": "1 + condition"})
    kept = [name for name in planned.theta.index if name not in planned.dropped]
    assert planned.converged
    assert (planned.theta[list(planned.dropped)] == 0).all()
    assert (planned.joint_cov.loc[list(planned.dropped)] == 0).all(axis=None)
    if kept == ["participant: 1"]:
        smaller = fit_glmm("correct ~ condition", trials, {"participant": "1"})
        assert planned.llf == pytest.approx(smaller.llf, abs=1e-5)
        np.testing.assert_allclose(planned.bse, smaller.bse, rtol=1e-3)
        assert "item: condition" in planned.messages[0]
    assert planned.df["condition[T.map]"] == 11


def test_the_made_trials_do_drop_something():
    random = {"participant": "1", "item": "1 + condition"}
    dropped = [
        fit_glmm("correct ~ condition", trials_without_item_effects(seed), random).dropped
        for seed in range(4)
    ]
    assert ("item: condition", "item: 1") in [tuple(sorted(names, reverse=True)) for names in dropped]


def test_with_keep_nothing_is_dropped_but_the_boundary_is_said():
    random = {"participant": "1", "item": "1 + condition"}
    for seed in range(4):
        trials = trials_without_item_effects(seed)
        dropped = fit_glmm("correct ~ condition", trials, random)
        kept = fit_glmm("correct ~ condition", trials, random, singular="keep")
        assert kept.dropped == ()
        assert bool(kept.messages) == bool(dropped.messages)
        np.testing.assert_allclose(kept.params, dropped.params, atol=1e-4)


def test_correlations_at_one_are_dropped_first():
    found = fit_glmm("correct ~ condition", simulated("sim60"), CORRELATED, link="probit", correlated=True)
    assert found.converged
    assert all("×" in name for name in found.dropped)
    assert len(found.dropped) == 3
    assert found.random.set_index("term")["correlation"].dropna().abs().max() < 1
    kept = fit_glmm(
        "correct ~ condition", simulated("sim60"), CORRELATED, link="probit", correlated=True, singular="keep"
    )
    assert kept.llf > found.llf
    assert "boundary" in kept.messages[0]
    assert np.isfinite(kept.bse).all()


def test_separation_is_found_and_located():
    found = fit_glmm("correct ~ condition + x", separated(), CROSSED, baselines=CONTROL)
    assert not found.converged
    assert found.params["condition[T.expA]"] == np.inf
    assert found.bse.isna().all()
    assert found.pvalues.isna().all()
    assert "Separation: condition[T.expA]" in found.messages[0]
    assert "all 480 outcomes with condition = 'expA' are 1" in found.messages[0]
    assert "penalty" in found.messages[0]
    assert "NOT CONVERGED" in found.summary()


def test_a_separated_baseline_is_located_too():
    found = fit_glmm("correct ~ condition", separated(), CROSSED, baselines={"condition": "expA"})
    assert (found.params == [np.inf, -np.inf, -np.inf]).all()
    assert "condition = 'expA'" in found.messages[0]


def test_a_penalty_makes_separated_estimates_finite():
    found = fit_glmm("correct ~ condition + x", separated(), CROSSED, baselines=CONTROL, penalty=2.5)
    assert found.converged
    assert np.isfinite(found.bse).all()
    assert 2 < found.params["condition[T.expA]"] < 10


def test_a_wide_penalty_changes_nothing_and_a_narrow_one_shrinks():
    plain, wide, narrow = (
        fit_glmm("correct ~ condition + x", simulated("sim60"), CROSSED, baselines=CONTROL, penalty=penalty)
        for penalty in (None, 1e4, 0.2)
    )
    np.testing.assert_allclose(wide.params, plain.params, atol=1e-5)
    assert (narrow.params.abs() < plain.params.abs())[1:].all()


def test_an_effect_that_tells_people_apart_without_a_miss_has_no_finite_variance():
    """Each person answers all right or all wrong."""
    trials = simulated("sim60")
    always = trials["participant"].str[-1].astype(int) % 2
    found = fit_glmm("correct ~ x", trials.assign(correct=always), {"participant": "1"})
    assert not found.converged
    assert found.bse.isna().all()
    assert found.messages


def test_a_penalised_fit_offers_no_inference_by_the_likelihood():
    found = fit_glmm("correct ~ condition", simulated("sim60"), CROSSED, penalty=2.5)
    with pytest.raises(ModelError, match="no likelihood to profile"):
        found.profile_interval("condition[T.expA]")
    reduced = fit_glmm("correct ~ 1", simulated("sim60"), CROSSED, penalty=2.5)
    with pytest.raises(ModelError, match="penalised Laplace"):
        likelihood_ratio(found, reduced)
