"""The logistic and probit mixed models against glmmTMB and lme4."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis.mixed import fit_glmm, likelihood_ratio
from tests.analysis.mixed.lmer_reference import CONTROL, CROSSED, FOLDER, said, simulated, values

NAMES = ["Intercept", "condition[T.expA]", "condition[T.expB]", "x"]
VERBAGG = "y ~ Anger + Gender + btype + situ"


def table(name):
    if not (FOLDER / name).exists():
        pytest.skip(f"{name} is not among the reference data in {FOLDER}")
    return pd.read_csv(FOLDER / name)


def gold(name):
    if name in said("glmmTMB_sim")["models"]:
        return said("glmmTMB_sim")["models"][name]
    table("VerbAgg.csv")
    return pd.read_json(FOLDER / "glmmTMB_gold.json")["models"][name]


def lme4(name):
    return pd.read_json(FOLDER / "lme4_VerbAgg_cbpp.json")["models"][name]


def fit(name):
    if name.startswith("sim"):
        return fit_glmm("correct ~ condition + x", simulated(name), CROSSED, baselines=CONTROL)
    persons = "1 + situ" if name.endswith("slope") else "1"
    return fit_glmm(VERBAGG, table("VerbAgg.csv"), {"id": persons, "item": "1"}, correlated=True)


@pytest.mark.parametrize("name", ["sim60", "sim200", "verbagg", "verbagg_slope"])
def test_estimates_errors_and_likelihood_are_those_of_glmmtmb(name):
    found, expected = fit(name), gold(name)
    assert found.converged
    assert found.messages == ()
    np.testing.assert_allclose(found.params, values(expected["fixef"]), atol=1e-4)
    np.testing.assert_allclose(found.bse, values(expected["se"]), rtol=0.005)
    assert found.llf == pytest.approx(expected["logLik"], abs=1e-4)
    sds = np.hstack([np.atleast_1d(sd) for sd in expected["sd"].values()])
    np.testing.assert_allclose(found.random["sd"].dropna(), sds, atol=1e-4)


def test_a_correlation_is_that_of_lme4():
    found = fit("verbagg_slope").random.set_index("term")["correlation"].dropna()
    assert found["situ[T.self]"] == pytest.approx(-0.5816740607822, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "random"), [("cbpp", {"herd": "1"}), ("cbpp_olre", {"herd": "1", "obs": "1"})]
)
def test_binomial_counts_are_fitted_as_lme4_fits_them(name, random):
    herds = table("cbpp.csv").astype({"period": str})
    found, expected = fit_glmm("incidence ~ period", herds, random, trials="size"), lme4(name)
    np.testing.assert_allclose(found.params, values(expected["fixef"]), atol=6e-4)
    np.testing.assert_allclose(found.theta[::-1], values(expected["theta"])[: len(random)], atol=3e-4)
    assert found.llf == pytest.approx(expected["logLik"], abs=3e-4)
    np.testing.assert_allclose(found.bse, values(expected["se"]), rtol=0.02)


def test_a_likelihood_ratio_is_that_of_lme4():
    herds = table("cbpp.csv").astype({"period": str})
    full, reduced = (
        fit_glmm(f"incidence ~ {terms}", herds, {"herd": "1"}, trials="size") for terms in ("period", "1")
    )
    found, expected = likelihood_ratio(full, reduced), lme4("cbpp")["lrt"]
    assert found.chisq == pytest.approx(expected["chisq"], abs=2e-3)
    assert (found.df, found.p) == (3, pytest.approx(expected["p"], rel=2e-3))


def test_one_random_factor_is_fitted_as_lme4_fits_it():
    found = fit_glmm("correct ~ condition + x", simulated("sim60"), {"participant": "1"}, baselines=CONTROL)
    expected = said("glmm_lme4")["one"]
    np.testing.assert_allclose(found.params, values(expected["fixef"]), atol=1e-4)
    np.testing.assert_allclose(found.bse, values(expected["se"]), rtol=0.005)
    assert found.llf == pytest.approx(expected["logLik"], abs=1e-4)


def test_three_random_factors_are_fitted_as_lme4_fits_them():
    trials = simulated("sim60").assign(wave=lambda d: (pd.factorize(d["participant"], sort=True)[0] + 1) % 5)
    found = fit_glmm("correct ~ x", trials, {"participant": "1", "item": "1", "wave": "1"})
    expected = said("glmm_lme4")["three"]
    np.testing.assert_allclose(found.params, values(expected["fixef"]), atol=1e-4)
    np.testing.assert_allclose(found.theta, values(expected["theta"]), atol=2e-4)
    np.testing.assert_allclose(found.bse, values(expected["se"]), rtol=0.005)
    assert found.llf == pytest.approx(expected["logLik"], abs=1e-4)


def test_the_slope_of_a_factor_of_two_levels_is_lme4s_uncorrelated_slope():
    """lme4's column is ±½, ours ±1/√2: its standard deviation is √2 times ours."""
    two = simulated("sim60").query("condition != 'expB'")
    random = {"participant": "1", "item": "1 + condition"}
    found = fit_glmm("correct ~ condition", two, random, baselines=CONTROL)
    expected = said("glmm_lme4")["slope"]
    np.testing.assert_allclose(found.theta * [1, 1, np.sqrt(2)], values(expected["theta"]), atol=3e-4)
    assert found.params["condition[T.expA]"] == pytest.approx(expected["fixef"]["c"], abs=1e-4)
    assert found.bse["condition[T.expA]"] == pytest.approx(expected["se"]["c"], rel=0.005)
    assert found.llf == pytest.approx(expected["logLik"], abs=1e-4)


def test_conditional_modes_are_those_of_lme4():
    found = fit("sim60")
    for row in said("glmm_lme4")["ranef"]:
        mine = found.ranef(row["grpvar"]).loc[(row["grp"], "1")]
        assert mine["mode"] == pytest.approx(row["condval"], abs=1e-4)
        assert mine["sd"] == pytest.approx(row["condsd"], rel=1e-3)


def test_profile_intervals_are_those_of_lme4():
    found = fit("sim60")
    for name, row in zip(NAMES, said("glmm_lme4")["profile"], strict=True):
        assert found.profile_interval(name) == pytest.approx((row["low"], row["high"]), abs=2e-3)


def test_a_probit_model_is_lme4s_but_for_its_expected_information():
    """lme4 puts the expected information into log|A|, an exact Laplace approximation the observed.

    The difference is seen at lme4's own estimates: with the expected information, the dense formula below gives
    its log-likelihood; with the observed, that of our deviance.
    """
    expected, trials = said("glmm_lme4")["probit"], simulated("sim60")
    found = fit_glmm("correct ~ condition + x", trials, CROSSED, link="probit", baselines=CONTROL)
    np.testing.assert_allclose(found.params, values(expected["fixef"]), atol=0.01)
    np.testing.assert_allclose(found.bse, values(expected["se"]), rtol=0.01)
    beta, theta = values(expected["fixef"]), values(expected["theta"])
    by_lme4, exact = dense_probit(found.design.values, trials, beta, theta)
    assert by_lme4 == pytest.approx(expected["logLik"], abs=1e-4)
    beta, theta = found.params.to_numpy(), found.theta.to_numpy()
    assert dense_probit(found.design.values, trials, beta, theta)[1] == pytest.approx(found.llf, abs=1e-5)
    assert found.llf > exact


def dense_probit(x, trials, beta, theta):
    """The Laplace log-likelihood with expected and with observed information, by dense algebra."""
    z = np.hstack(
        [
            pd.get_dummies(trials[name]).to_numpy(float) * sd
            for name, sd in zip(("participant", "item"), theta, strict=True)
        ]
    )
    y, u = trials["correct"].to_numpy(), np.zeros(z.shape[1])
    sign = 2 * y - 1
    for _ in range(30):
        eta = x @ beta + z @ u
        ratio = np.exp(-0.5 * eta**2 - 0.5 * np.log(2 * np.pi) - special.log_ndtr(sign * eta))
        weights = ratio * (ratio + sign * eta)
        hessian = z.T @ (z * weights[:, None]) + np.eye(len(u))
        u = u + np.linalg.solve(hessian, z.T @ (sign * ratio) - u)
    joint = special.log_ndtr(sign * eta).sum() - 0.5 * u @ u
    density = np.exp(-(eta**2)) / (2 * np.pi)
    fisher = density / (special.ndtr(eta) * special.ndtr(-eta))
    other = z.T @ (z * fisher[:, None]) + np.eye(len(u))
    return tuple(joint - 0.5 * np.linalg.slogdet(matrix)[1] for matrix in (other, hessian))
