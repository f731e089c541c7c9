"""The cumulative-link mixed model against ordinal::clmm and the binomial model, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError, UnknownName
from analysis.mixed.clmm import fit_clmm
from analysis.mixed.glmm import fit_glmm
from analysis.mixed.profile import likelihood_ratio
from analysis.mixed.ratings import read_ratings
from tests.analysis.mixed.lmer_reference import CONTROL, CROSSED, said, simulated, values


@pytest.fixture(scope="module")
def fit():
    return fit_clmm("rating ~ condition + x", simulated("sim60"), CROSSED, baselines=CONTROL)


@pytest.mark.parametrize("name", ["sim60", "sim200"])
def test_ratings_match_clmm(name):
    found = fit_clmm("rating ~ condition + x", simulated(name), CROSSED, baselines=CONTROL)
    known = said()[name]["clmm"]
    estimates = np.concatenate([found.thresholds, found.params])
    errors = np.concatenate([np.sqrt(np.diag(found.threshold_cov)), found.bse])
    np.testing.assert_allclose(estimates, values(known["coef"]), atol=1e-4)
    np.testing.assert_allclose(errors, values(known["se"]), rtol=5e-4)
    np.testing.assert_allclose(found.random["sd"], values(known["sd"]), rtol=1e-4)
    assert found.llf == pytest.approx(known["logLik"], abs=1e-5)
    assert list(found.thresholds.index) == list(known["coef"])[:6]


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_two_ratings_are_the_binomial_model_with_a_threshold_for_minus_the_intercept(link):
    table = simulated("sim60")
    binary = fit_glmm("correct ~ condition + x", table, CROSSED, link=link, baselines=CONTROL)
    found = fit_clmm("correct ~ condition + x", table, CROSSED, link=link, baselines=CONTROL)
    assert list(found.thresholds.index) == ["0|1"]
    assert found.thresholds.iloc[0] == pytest.approx(-binary.params["Intercept"], abs=1e-5)
    np.testing.assert_allclose(found.params, binary.params.drop("Intercept"), atol=1e-5)
    np.testing.assert_allclose(found.bse, binary.bse.drop("Intercept"), rtol=1e-3)
    np.testing.assert_allclose(found.df, binary.df.drop("Intercept"))
    assert found.llf == pytest.approx(binary.llf, abs=1e-6)


def test_turning_the_scale_round_turns_the_signs(fit):
    turned = fit_clmm(
        "rating ~ condition + x",
        simulated("sim60").assign(rating=lambda t: 8 - t["rating"]),
        CROSSED,
        baselines=CONTROL,
    )
    np.testing.assert_allclose(turned.params, -fit.params, atol=1e-5)
    np.testing.assert_allclose(turned.thresholds, -fit.thresholds[::-1], atol=1e-5)


def test_thresholds_move_with_the_covariate_and_coefficients_with_its_unit(fit):
    table = simulated("sim60").assign(x=lambda t: 1000 * t["x"] + 5000)
    moved = fit_clmm("rating ~ condition + x", table, CROSSED, baselines=CONTROL)
    assert moved.params["x"] == pytest.approx(fit.params["x"] / 1000, rel=1e-4)
    np.testing.assert_allclose(moved.thresholds, fit.thresholds + 5 * fit.params["x"], atol=1e-4)
    assert moved.llf == pytest.approx(fit.llf, abs=1e-6)


def test_the_probit_is_close_to_the_logit_over_its_scale(fit):
    probit = fit_clmm("rating ~ condition + x", simulated("sim60"), CROSSED, link="probit", baselines=CONTROL)
    assert probit.link == "cumulative-probit"
    np.testing.assert_allclose(fit.params / probit.params, 1.75, atol=0.15)


def test_new_rows_get_a_matrix_without_an_intercept(fit):
    rows = pd.DataFrame({"condition": ["control", "expB"], "x": [0.0, 2.0]})
    np.testing.assert_allclose(fit.design.matrix(rows), [[0, 0, 0], [0, 1, 2]])


def test_a_profile_interval_is_near_the_wald_interval(fit):
    assert fit.profile_interval("x") == pytest.approx(tuple(fit.conf_int().loc["x"]), abs=0.01)


def test_a_model_without_fixed_effects_has_thresholds_and_can_be_compared_to():
    table = simulated("sim60")
    full = fit_clmm("rating ~ x", table, CROSSED)
    empty = fit_clmm("rating ~ 1", table, CROSSED)
    assert (len(empty.params), len(empty.thresholds)) == (0, 6)
    test = likelihood_ratio(full, empty)
    assert test.df == 1
    assert test.chisq == pytest.approx(full.tvalues["x"] ** 2, rel=0.05)


def test_a_random_slope_that_is_not_there_is_dropped_and_said():
    found = fit_clmm("rating ~ condition", simulated("sim60"), {"participant": "1", "item": "1 + condition"})
    assert found.converged
    if found.dropped:  # the simulation has no such slope; whether its estimate is zero is the data's choice
        assert "Singular fit" in found.messages[0]
    assert found.df["condition[T.expA]"] == 23


def test_ratings_nobody_gave_are_said():
    table = simulated("sim60").assign(rating=lambda t: t["rating"].replace({3: 4}))
    found = fit_clmm("rating ~ x", table, CROSSED)
    assert list(found.thresholds.index) == ["1|2", "2|4", "4|5", "5|6", "6|7"]
    assert found.messages == ("Nobody gave the rating 3: the thresholds beside it are one and the same.",)


def test_an_ordered_categorical_keeps_its_order():
    names = pd.CategoricalDtype(["low", "middle", "high", "highest"], ordered=True)
    ratings = read_ratings(pd.Series(["high", "low", "high", "highest"], dtype=names, name="trust"))
    assert ratings.cuts == ["low|high", "high|highest"]
    assert ratings.codes.tolist() == [1, 0, 1, 2]
    assert ratings.unused == ["middle"]


def test_an_arm_of_highest_ratings_is_separated():
    table = simulated("sim60").copy()
    table.loc[table["condition"] == "expA", "rating"] = 7
    found = fit_clmm("rating ~ condition", table, CROSSED, baselines=CONTROL)
    assert not found.converged
    assert found.params["condition[T.expA]"] == np.inf
    assert found.bse.isna().all()
    assert found.messages[0].startswith("Separation: condition[T.expA] tell the rating")


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ([4, 4, 4], "'rating' is 4 in all 3 rows"),
        ([1, 2.5, 3], "'rating' holds 2.5; ratings are whole numbers"),
        (["a", "b", "c"], "'rating' holds 'a', 'b', 'c'; ratings are whole numbers or an ordered"),
        (pd.Categorical(["a", "b", "c"]), "have no order: 'a', 'b', 'c'"),
        (range(60), "holds 60 different ratings"),
    ],
)
def test_what_is_no_rating_is_refused(ratings, message):
    with pytest.raises(ModelError, match=message):
        read_ratings(pd.Series(ratings, name="rating"))


def test_a_formula_without_an_intercept_is_refused():
    with pytest.raises(ModelError, match="must not take it out"):
        fit_clmm("rating ~ 0 + condition", simulated("sim60"), CROSSED)


def test_an_unknown_link_is_refused():
    with pytest.raises(UnknownName, match="Known ones: logit, probit"):
        fit_clmm("rating ~ x", simulated("sim60"), CROSSED, link="cloglog")
