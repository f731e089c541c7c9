"""The linear mixed model against lme4 and lmerTest, on simulated data that are carried along."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.mixed.lmm import fit_lmm
from analysis.mixed.profile import likelihood_ratio
from tests.analysis.mixed.lmer_reference import CONTROL, CROSSED, said, simulated, slopes, values

MODELS = {
    "correlated": ({"participant": "1 + condition", "item": "1"}, {"correlated": ["participant"]}),
    "uncorrelated": ({"participant": "1 + condition", "item": "1"}, {}),
    "three": ({"participant": "1", "item": "1", "wave": "1"}, {}),
    "ml": ({"participant": "1", "item": "1"}, {"reml": False}),
}


def fit(name):
    random, options = MODELS[name]
    return fit_lmm("y ~ condition * phase + x", slopes(), random, **options)


@pytest.fixture(scope="module")
def fits():
    return {name: fit(name) for name in MODELS}


@pytest.mark.parametrize("name", ["sim60", "sim200", "sim2000"])
def test_log_times_match_lmer_by_reml(name):
    found = fit_lmm("logrt ~ condition + x", simulated(name), CROSSED, baselines=CONTROL)
    known = said()[name]["lmer"]
    np.testing.assert_allclose(found.params, values(known["fixef"]), atol=1e-6)
    np.testing.assert_allclose(found.bse, values(known["se"]), rtol=1e-4)
    np.testing.assert_allclose(found.df, values(known["df"]), rtol=1e-3)
    np.testing.assert_allclose(found.pvalues, values(known["p"]), rtol=0.01, atol=1e-20)
    np.testing.assert_allclose([*found.random["sd"], found.sigma], values(known["sd"]), rtol=1e-4)
    assert found.llf == pytest.approx(known["logLik"], abs=1e-4)
    assert found.converged
    assert found.messages == ()


@pytest.mark.parametrize("name", MODELS)
def test_estimates_match_lmer(name, fits):
    found, known = fits[name], said("lmm_lmerTest")[name]
    np.testing.assert_allclose(found.params, values(known["fixef"]), atol=1e-5)
    np.testing.assert_allclose(found.bse, values(known["se"]), rtol=1e-4)
    assert found.llf == pytest.approx(known["logLik"], abs=1e-6)
    assert found.sigma == pytest.approx(known["sigma"], rel=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_degrees_of_freedom_match_lmertest(name, fits):
    np.testing.assert_allclose(fits[name].df, values(said("lmm_lmerTest")[name]["df"]), rtol=1e-3)


def test_correlated_effects_match_lmer(fits):
    random, known = fits["correlated"].random, said("lmm_lmerTest")["correlated"]["varcorr"]
    np.testing.assert_allclose(random["sd"].dropna(), [known[j]["sdcor"] for j in (0, 1, 3)], rtol=1e-3)
    np.testing.assert_allclose(random["correlation"].dropna(), known[2]["sdcor"], rtol=1e-3)


def test_a_two_level_slope_is_that_of_a_coding_by_halves_up_to_scale(fits):
    # ±½ with lme4's sd s is the orthonormal ±1/√2 with sd s/√2
    random, known = fits["uncorrelated"].random, said("lmm_lmerTest")["uncorrelated"]["varcorr"]
    sds = np.array([known[j]["sdcor"] for j in range(3)])
    np.testing.assert_allclose(random["sd"], sds / [1, np.sqrt(2), 1], rtol=1e-3)


def test_three_factors_match_lmer(fits):
    known = said("lmm_lmerTest")["three"]["varcorr"]
    np.testing.assert_allclose(fits["three"].random["sd"], [known[j]["sdcor"] for j in range(3)], rtol=1e-3)


def test_modes_of_the_items_match_lmer(fits):
    found, known = fits["correlated"].ranef("item"), said("lmm_lmerTest")["correlated"]
    np.testing.assert_allclose(found["mode"], values(known["ranef_item"]), atol=1e-4)


def test_conditional_deviations_of_the_items_match_lmer(fits):
    found, known = fits["three"].ranef("item"), said("lmm_lmerTest")["three"]
    np.testing.assert_allclose(found["sd"], known["ranef_item_sd"], rtol=1e-3)


def test_a_contrast_matches_lmertest():
    found = fit_lmm("y ~ condition * phase + x", slopes(), CROSSED)
    known = said("lmm_lmerTest")["contrast"]
    # the order of R's coefficients is condition, phaseb, phasec, x, then the interaction; so is ours
    estimate = found.contrast(known["weights"])
    assert estimate.estimate == pytest.approx(known["estimate"], rel=1e-5)
    assert estimate.se == pytest.approx(known["se"], rel=1e-4)
    assert estimate.df == pytest.approx(known["df"], rel=1e-3)
    assert estimate.p == pytest.approx(known["p"], rel=1e-3)
    assert found.df_of(known["weights"]) == estimate.df


def test_a_likelihood_ratio_matches_lmer(fits):
    reduced = fit_lmm("y ~ condition + phase + x", slopes(), CROSSED, reml=False)
    known = said("lmm_lmerTest")
    test = likelihood_ratio(fits["ml"], reduced)
    assert test.chisq == pytest.approx(2 * (known["ml"]["logLik"] - known["ml_null"]["logLik"]), abs=1e-6)
    assert test.df == 2


def test_a_profile_interval_matches_lmer(fits):
    assert fits["ml"].profile_interval("x") == pytest.approx(
        values(said("lmm_lmerTest")["profile_x"]), abs=1e-5
    )
