"""The two-way cluster-robust fit, against a table done by hand and against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.inference.two_way import NO_VARIATION, ONE_WAY, TOO_FEW, TWO_WAY, fit


def crossed(
    seed: int, people: int, items: int, *, person: float = 0.7, item: float = 0.8, slope: float = 0.5
):
    """Return outcome, design, participants and items of null data in which items differ between arms."""
    rng = np.random.default_rng(seed)
    arm = np.repeat([0, 1], people // 2)
    logit = rng.normal(0, person, people)[:, None] + rng.normal(0, item, items)
    logit = logit + arm[:, None] * rng.normal(0, slope, items)
    outcome = rng.random((people, items)) < 1 / (1 + np.exp(-logit))
    who, what = np.meshgrid(np.arange(people), np.arange(items), indexing="ij")
    design = np.column_stack([np.ones(people * items), arm[who.ravel()]])
    return outcome.ravel().astype(float), design, who.ravel(), what.ravel()


def test_four_rows_by_hand():
    # residuals of the mean .75: .25, −.75, .25, .25; sums by participant −.5, .5, by item .5, −.5;
    # squares .5, .5 and .75 in single cells; times 2/1, 2/1 and 4/3, over 4²: three times .0625
    model = fit([1, 0, 1, 1], np.ones((4, 1)), ["a", "a", "b", "b"], [1, 2, 1, 2])
    assert model.by_participant == pytest.approx(0.0625)
    assert model.by_item == pytest.approx(0.0625)
    assert model.by_both == pytest.approx(0.0625)
    told = model.estimate([1])
    assert (told.estimate, told.se, told.df) == pytest.approx((0.75, 0.25, 1))
    assert told.p == pytest.approx(2 * stats.t.sf(3, 1))
    assert told.high == pytest.approx(0.75 + 0.25 * stats.t.ppf(0.975, 1))


@pytest.mark.parametrize("seed", range(4))
def test_covariance_is_that_of_statsmodels_with_two_groups(seed):
    outcome, design, who, what = crossed(seed, 30, 11)
    keep = np.random.default_rng(seed).random(len(outcome)) < 0.8  # not every cell is there
    outcome, design, who, what = outcome[keep], design[keep], who[keep], what[keep]
    theirs = sm.OLS(outcome, design).fit(
        cov_type="cluster", cov_kwds={"groups": np.column_stack([who, what]), "use_correction": True}
    )
    ours = fit(outcome, design, who, what)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-10)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-8)


def test_several_answers_of_one_person_to_one_item_are_one_cluster():
    outcome, design, who, what = crossed(1, 20, 9)
    twice = [np.concatenate([part, part]) for part in (outcome, design, who, what)]
    theirs = sm.OLS(twice[0], twice[1]).fit(
        cov_type="cluster", cov_kwds={"groups": np.column_stack(twice[2:]), "use_correction": True}
    )
    np.testing.assert_allclose(fit(*twice).covariance, theirs.cov_params(), rtol=1e-8)


def test_degrees_of_freedom_are_the_smaller_number_of_clusters_less_one():
    assert fit(*crossed(1, 40, 9)).df == 8
    assert fit(*crossed(1, 6, 9)).df == 5


def test_variance_is_never_below_the_larger_one_way_part():
    rules = set()
    for seed in range(40):
        model = fit(*crossed(seed, 40, 12, person=0, slope=0))
        told = model.estimate([0, 1])
        assert told.se**2 >= max(model.by_participant[1, 1], model.by_item[1, 1]) * (1 - 1e-12)
        rules.add(told.rule)
    assert rules == {TWO_WAY, ONE_WAY}


def test_one_participant_or_one_item_gives_no_interval():
    told = fit([1, 0, 1], np.ones((3, 1)), ["a", "a", "a"], [1, 2, 3]).estimate([1])
    assert told.rule == TOO_FEW
    assert told.estimate == pytest.approx(2 / 3)
    assert np.isnan([told.se, told.p, told.low, told.high]).all()


def test_equal_outcomes_give_no_interval():
    told = fit(np.full(4, 0.1), np.ones((4, 1)), ["a", "a", "b", "b"], [1, 2, 1, 2]).estimate([1])
    assert told.rule == NO_VARIATION
    assert np.isnan(told.p)


@pytest.mark.parametrize(("people", "items", "slope"), [(60, 16, 0.5), (60, 16, 0.0), (200, 12, 0.5)])
def test_null_data_with_item_variation_are_rejected_in_about_five_per_cent(people, items, slope):
    tested = [
        fit(*crossed(seed, people, items, slope=slope)).estimate([0, 1]).p < 0.05 for seed in range(400)
    ]
    assert 0.02 <= np.mean(tested) <= 0.085


def test_t_test_on_participant_means_fails_on_the_same_null_data():
    rejected = []
    for seed in range(200):
        outcome, *_ = crossed(seed, 200, 12)
        means = outcome.reshape(200, 12).mean(axis=1)
        rejected.append(stats.ttest_ind(means[:100], means[100:]).pvalue < 0.05)
    assert np.mean(rejected) > 0.15
