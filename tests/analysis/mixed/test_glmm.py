"""What a logistic mixed model must not depend on, and what its result says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import UnknownName
from analysis.mixed import fit_glmm, likelihood_ratio
from tests.analysis.mixed.lmer_reference import CONTROL, CROSSED, simulated

SLOPES = {"participant": "1", "item": "1 + condition"}


def fit(rows=None, formula="correct ~ condition + x", random=CROSSED, **options):
    rows = simulated("sim60") if rows is None else rows
    return fit_glmm(formula, rows, random, **{"baselines": CONTROL} | options)


@pytest.fixture(scope="module")
def slopes():
    return fit(random=SLOPES)


def test_another_baseline_gives_the_same_model(slopes):
    other = fit(random=SLOPES, baselines={"condition": "expB"})
    assert other.llf == pytest.approx(slopes.llf, abs=1e-5)
    np.testing.assert_allclose(other.theta, slopes.theta, atol=1e-4)
    mine = slopes.contrast({"condition[T.expA]": 1, "condition[T.expB]": -1})
    assert other.params["condition[T.expA]"] == pytest.approx(mine.estimate, abs=1e-4)
    assert other.bse["condition[T.expA]"] == pytest.approx(mine.se, rel=1e-3)


def test_a_covariate_in_milliseconds_gives_the_same_model_as_one_in_seconds():
    random = {"participant": "1 + x", "item": "1"}
    seconds = fit(random=random)
    milliseconds = fit(simulated("sim60").assign(x=lambda d: d["x"] * 1000), random=random)
    assert milliseconds.llf == pytest.approx(seconds.llf, abs=1e-6)
    assert milliseconds.params["x"] * 1000 == pytest.approx(seconds.params["x"], abs=1e-5)
    assert milliseconds.bse["x"] * 1000 == pytest.approx(seconds.bse["x"], rel=1e-3)
    assert milliseconds.theta["participant: x"] * 1000 == pytest.approx(
        seconds.theta["participant: x"], abs=1e-4
    )


def test_the_order_of_the_rows_does_not_matter(slopes):
    shuffled = fit(simulated("sim60").sample(frac=1, random_state=1), random=SLOPES)
    np.testing.assert_allclose(shuffled.params, slopes.params, atol=1e-5)


def test_weights_count_rows_as_if_they_were_repeated():
    trials = simulated("sim60").assign(times=lambda d: 1 + np.arange(len(d)) % 3)
    weighted = fit(trials, weights="times")
    repeated = fit(trials.loc[trials.index.repeat(trials["times"])])
    np.testing.assert_allclose(weighted.params, repeated.params, atol=1e-5)
    np.testing.assert_allclose(weighted.bse, repeated.bse, rtol=1e-3)
    assert weighted.llf == pytest.approx(repeated.llf, abs=1e-5)


def test_counts_are_the_same_as_their_rows():
    trials = simulated("sim60").assign(half=lambda d: (d["x"] > 0).astype(int))
    cells = ["participant", "condition", "half"]
    counts = trials.groupby(cells, as_index=False).agg(right=("correct", "sum"), n=("correct", "size"))
    single = fit(trials, "correct ~ condition + half", {"participant": "1"})
    grouped = fit(counts, "right ~ condition + half", {"participant": "1"}, trials="n")
    np.testing.assert_allclose(single.params, grouped.params, atol=1e-5)
    np.testing.assert_allclose(single.bse, grouped.bse, rtol=1e-3)


def test_booleans_categories_and_missing_values_are_read():
    trials = simulated("sim60").copy()
    trials["correct"] = trials["correct"].astype("boolean")
    trials["condition"] = pd.Categorical(trials["condition"], ["expB", "control", "expA", "never"])
    trials.loc[[3, 8], "correct"] = pd.NA
    trials.loc[[8, 9], "x"] = np.nan
    found = fit(trials, baselines=None)
    assert (found.nobs, found.missing) == (1437, 3)
    assert list(found.params.index) == ["Intercept", "condition[T.control]", "condition[T.expA]", "x"]
    complete = fit(simulated("sim60").drop([3, 8, 9]), baselines={"condition": "expB"})
    np.testing.assert_allclose(found.params, complete.params, atol=1e-6)


def test_a_contrast_is_the_weighted_sum_with_its_t_test(slopes):
    weights = np.array([0, 1, -1, 0])
    found = slopes.contrast(weights)
    variance = weights @ slopes.cov_params().to_numpy() @ weights
    assert found.estimate == pytest.approx(slopes.params.iloc[1] - slopes.params.iloc[2])
    assert found.se == pytest.approx(np.sqrt(variance))
    assert found.df == 23
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.estimate / found.se), 23))
    assert found.high - found.low == pytest.approx(2 * stats.t.ppf(0.975, 23) * found.se)


def test_an_unknown_coefficient_is_named_with_the_known_ones(slopes):
    with pytest.raises(UnknownName, match=r"'condition'\. Coefficients: Intercept, condition\[T\.expA\]"):
        slopes.contrast({"condition": 1})


def test_a_slope_of_a_factor_shares_one_variance_between_all_pairs_of_levels(slopes):
    """The variance of an item's effect in one condition is σ₁² + σ²(1 − 1/3), in each the same."""
    rows = pd.DataFrame({"condition": ["control", "expA", "expB"]})
    person, item, slope = slopes.theta
    expected = person**2 + item**2 + slope**2 * (1 - 1 / 3)
    np.testing.assert_allclose(slopes.random_variance(rows), expected)
    assert slopes.random_variance(rows, [1, 1, 0]).tolist() == pytest.approx([2, 2, 2])


def test_the_fixed_effects_matrix_of_new_rows_needs_no_outcome(slopes):
    rows = pd.DataFrame({"condition": ["expB", "control"], "x": [2, -1]})
    assert slopes.design.matrix(rows).tolist() == [[1, 0, 1, 2], [1, 0, 0, -1]]


def test_theta_and_estimates_have_one_covariance(slopes):
    names = [*slopes.theta.index, *slopes.params.index]
    assert list(slopes.joint_cov.index) == names
    assert (np.linalg.eigvalsh(slopes.joint_cov) > 0).all()
    np.testing.assert_allclose(np.sqrt(np.diag(slopes.joint_cov))[3:], slopes.bse)


def test_the_summary_names_what_a_reader_needs(slopes):
    text = slopes.summary()
    for part in (
        "correct ~ condition + x",
        "logit",
        "1440 rows",
        "60 participant, 24 item",
        "converged",
        "condition[T.expA]",
    ):
        assert part in text


def test_likelihood_ratio_and_wald_agree_on_a_large_effect_of_a_covariate(slopes):
    reduced = fit(formula="correct ~ condition", random=SLOPES)
    found = likelihood_ratio(slopes, reduced)
    assert found.df == 1
    assert np.sqrt(found.chisq) == pytest.approx(abs(slopes.tvalues["x"]), rel=0.05)


def test_a_profile_interval_ends_where_the_likelihood_ratio_says(slopes):
    """The model without x is the profile at 0: its chi-square is that of the ratio test."""
    reduced = fit(formula="correct ~ condition", random=SLOPES)
    assert slopes.profile("x", 0.0) == pytest.approx(reduced.llf, abs=1e-4)
    low, high = slopes.profile_interval("x", alpha=likelihood_ratio(slopes, reduced).p)
    assert low == pytest.approx(0, abs=1e-3)
    assert high > slopes.params["x"]


def test_large_blocks_of_arms_give_the_model_without_blocks(monkeypatch):
    trials = simulated("sim200")
    blocked = fit(trials, random=SLOPES)
    monkeypatch.setattr("analysis.mixed.structure.WORTH_BLOCKING", np.inf)
    whole = fit(trials, random=SLOPES)
    np.testing.assert_allclose(blocked.params, whole.params, atol=1e-5)
    np.testing.assert_allclose(blocked.bse, whole.bse, rtol=1e-3)
