"""The linear mixed model against closed forms of balanced designs, and what it says of data it cannot take."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import MissingColumns, ModelError, UnknownName
from analysis.mixed.covariance import Covariance
from analysis.mixed.formula import Coding
from analysis.mixed.lmm import LinearObjective, fit_lmm
from analysis.mixed.lmm_deviance import ProfiledDeviance
from analysis.mixed.random import parse_random, random_design
from analysis.mixed.scaling import ScaledDesign
from analysis.mixed.structure import CrossedStructure
from tests.analysis.mixed.lmer_reference import CROSSED, simulated, slopes


def one_way(groups=8, each=5, seed=1):
    """A balanced one-way layout: each person answers `each` times."""
    rng = np.random.default_rng(seed)
    y = 4 + rng.normal(0, 1.5, groups)[:, None] + rng.normal(0, 1, (groups, each))
    return y, pd.DataFrame({"participant": np.repeat(np.arange(groups), each), "y": y.ravel()})


def crossed(people=9, items=7, seed=2):
    """A balanced layout: each person sees every item under both conditions."""
    rng = np.random.default_rng(seed)
    frame = pd.MultiIndex.from_product([range(people), range(items), ["a", "b"]]).to_frame(index=False)
    frame.columns = ["participant", "item", "condition"]
    y = rng.normal(0, 1, people)[frame["participant"]] + rng.normal(0, 1, items)[frame["item"]]
    slope = rng.normal(0, 1.5, people)[frame["participant"]] * (frame["condition"] == "b")
    return frame.assign(y=y + slope + rng.normal(0, 1, len(frame)))


def test_balanced_one_way_reml_is_the_analysis_of_variance():
    y, table = one_way()
    within = y.var(axis=1, ddof=1).mean()
    between = 5 * y.mean(axis=1).var(ddof=1)
    fit = fit_lmm("y ~ 1", table, {"participant": "1"})
    assert fit.sigma**2 == pytest.approx(within, rel=1e-4)
    assert fit.random.loc[0, "sd"] ** 2 == pytest.approx((between - within) / 5, rel=1e-4)
    assert fit.params["Intercept"] == pytest.approx(y.mean())
    assert fit.bse["Intercept"] == pytest.approx(np.sqrt(between / 40), rel=1e-4)


def test_balanced_one_way_has_as_many_degrees_of_freedom_as_people_less_one():
    _, table = one_way()
    assert fit_lmm("y ~ 1", table, {"participant": "1"}).df["Intercept"] == pytest.approx(7, rel=1e-3)


def test_balanced_one_way_ml_has_the_closed_form_log_likelihood():
    y, table = one_way()
    groups, each = y.shape
    within = y.var(axis=1, ddof=1).mean()
    total = each * y.mean(axis=1).var(ddof=0)  # maximum likelihood of σ² + 5 σ_b²
    log_det = groups * ((each - 1) * np.log(within) + np.log(total))
    fit = fit_lmm("y ~ 1", table, {"participant": "1"}, reml=False)
    assert fit.method == "ML"
    assert fit.llf == pytest.approx(-0.5 * (y.size * (1 + np.log(2 * np.pi)) + log_det), abs=1e-6)


def test_two_groups_of_people_are_compared_like_their_means():
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"participant": np.repeat(np.arange(12), 6)})
    table["arm"] = np.where(table["participant"] < 6, "control", "shown")
    table["y"] = rng.normal(0, 1, 12)[table["participant"]] + rng.normal(0, 1, 72)
    fit = fit_lmm("y ~ arm", table, {"participant": "1"})
    means = table.groupby(["arm", "participant"])["y"].mean()
    known = stats.ttest_ind(means["shown"], means["control"])
    assert fit.tvalues["arm[T.shown]"] == pytest.approx(known.statistic, rel=1e-4)
    assert fit.df["arm[T.shown]"] == pytest.approx(10, rel=1e-3)
    assert fit.pvalues["arm[T.shown]"] == pytest.approx(known.pvalue, rel=1e-3)


def test_with_a_random_slope_a_balanced_effect_within_people_is_a_paired_t_test():
    table = crossed()
    fit = fit_lmm("y ~ condition", table, {"participant": "1 + condition", "item": "1"})
    means = table.groupby(["condition", "participant"])["y"].mean()
    known = stats.ttest_rel(means["b"], means["a"])
    assert fit.tvalues["condition[T.b]"] == pytest.approx(known.statistic, rel=1e-4)
    assert fit.df["condition[T.b]"] == pytest.approx(8, rel=1e-3)


def test_the_baseline_changes_the_names_only():
    table = crossed()
    random = {"participant": "1 + condition", "item": "1"}
    first = fit_lmm("y ~ condition", table, random)
    second = fit_lmm("y ~ condition", table, random, baselines={"condition": "b"})
    assert second.params["condition[T.a]"] == pytest.approx(-first.params["condition[T.b]"])
    assert second.llf == pytest.approx(first.llf, abs=1e-6)
    np.testing.assert_allclose(second.theta, first.theta, rtol=1e-4)


def test_units_of_outcome_and_covariate_do_not_matter():
    table = slopes()
    random = {"participant": "1 + x", "item": "1"}
    plain = fit_lmm("y ~ x", table, random, singular="keep")
    scaled = fit_lmm(
        "y ~ x", table.assign(x=table["x"] * 1e6, y=1e9 + table["y"] * 1e3), random, singular="keep"
    )
    assert scaled.params["x"] * 1e3 == pytest.approx(plain.params["x"], rel=1e-5)
    assert scaled.bse["x"] * 1e3 == pytest.approx(plain.bse["x"], rel=1e-4)
    assert scaled.df["x"] == pytest.approx(plain.df["x"], rel=1e-2)


def test_the_gradient_is_that_of_the_deviance():
    table = slopes()
    coding = Coding.learn(table, ["condition", "phase"])
    terms = parse_random({"participant": "1 + phase", "item": "1 + condition"})
    factors, groupings = random_design(table, terms, coding, correlated=["item"])
    x = np.linalg.qr(np.column_stack([np.ones(len(table)), table["x"]]))[0] * np.sqrt(len(table))
    covariance = Covariance(factors)
    for reml in (True, False):
        profiled = ProfiledDeviance(
            CrossedStructure(groupings), ScaledDesign(x, np.eye(2)), table["y"].to_numpy(), reml=reml
        )
        objective = LinearObjective(profiled, covariance)
        theta = np.array([0.7, 0.2, 0.5, -0.3, 0.4])
        steps = 1e-5 * np.eye(len(theta))
        numeric = [
            (objective.deviance(theta + h)[0] - objective.deviance(theta - h)[0]) / 2e-5 for h in steps
        ]
        np.testing.assert_allclose(objective.deviance(theta)[1], numeric, rtol=1e-5)


def test_an_effect_without_variation_is_dropped_and_said():
    rng = np.random.default_rng(6)
    table = crossed().assign(y=lambda t: rng.normal(0, 1, 9)[t["participant"]] + rng.normal(0, 1, len(t)))
    table["y"] -= table.groupby("item")["y"].transform("mean")  # items differ less than chance lets them
    fit = fit_lmm("y ~ condition", table, CROSSED)
    plain = fit_lmm("y ~ condition", table, {"participant": "1"})
    assert fit.dropped == ("item: 1",)
    assert "Singular fit: item: 1" in fit.messages[0]
    assert fit.params["condition[T.b]"] == pytest.approx(plain.params["condition[T.b]"])
    assert fit.bse["condition[T.b]"] == pytest.approx(plain.bse["condition[T.b]"], rel=1e-6)
    assert fit.llf == pytest.approx(plain.llf, abs=1e-6)
    assert (fit.ranef("item")["mode"] == 0).all()


def test_where_a_slope_was_dropped_the_planned_levels_bound_the_degrees_of_freedom():
    table = crossed()
    effect = table.groupby(["item", "condition"])["y"].transform("mean")
    table["y"] += table.groupby("condition")["y"].transform("mean") - effect
    fit = fit_lmm("y ~ condition", table, {"participant": "1", "item": "1 + condition"})
    assert "item: condition" in fit.dropped
    assert fit.df["condition[T.b]"] <= 7


def test_rows_with_a_missing_value_are_left_out_and_counted():
    table = simulated("sim60").copy()
    table.loc[[3, 5], "logrt"] = np.nan
    fit = fit_lmm("logrt ~ condition", table, CROSSED)
    assert (fit.missing, fit.nobs) == (2, 1438)


def test_the_random_variance_is_that_of_the_effects_at_the_rows():
    table = crossed()
    fit = fit_lmm("y ~ condition", table, {"participant": "1 + condition", "item": "1"})
    sds = fit.random["sd"].to_numpy()
    known = sds[0] ** 2 + sds[1] ** 2 / 2 + sds[2] ** 2  # the contrast is ±1/√2
    np.testing.assert_allclose(fit.random_variance(pd.DataFrame({"condition": ["a", "b"]})), known)


def test_theta_and_params_share_a_covariance_in_two_blocks():
    fit = fit_lmm("logrt ~ x", simulated("sim60"), CROSSED)
    assert fit.joint_cov.loc[fit.theta.index, fit.params.index].eq(0).all(axis=None)
    assert (np.diag(fit.joint_cov) > 0).all()


def test_the_profile_of_a_reml_fit_is_highest_at_its_estimate():
    fit = fit_lmm("logrt ~ x", simulated("sim60"), CROSSED)
    best, se = fit.params["x"], fit.bse["x"]
    assert fit.profile("x", best) == pytest.approx(fit.llf, abs=0.01)
    assert fit.profile("x", best + 2 * se) < fit.llf - 1


def test_a_level_per_row_is_refused():
    table = pd.DataFrame({"participant": np.arange(20), "y": np.arange(20.0) ** 2})
    with pytest.raises(ModelError, match="'participant' has 20 effects in 20 rows"):
        fit_lmm("y ~ 1", table, {"participant": "1"})


def test_an_outcome_that_the_fixed_effects_reproduce_is_refused():
    table = crossed().assign(y=lambda t: np.where(t["condition"] == "a", 1.0, 2.0))
    with pytest.raises(ModelError, match="reproduce the outcome exactly"):
        fit_lmm("y ~ condition", table, CROSSED)


def test_a_constant_outcome_is_refused():
    with pytest.raises(ModelError, match="'y' is 3 in all 126 rows"):
        fit_lmm("y ~ condition", crossed().assign(y=3), CROSSED)


def test_text_as_an_outcome_is_refused():
    with pytest.raises(ModelError, match="'condition' holds 'a', 'b'; numbers are needed"):
        fit_lmm("condition ~ 1", crossed(), CROSSED)


def test_an_absent_column_is_named():
    with pytest.raises(MissingColumns, match="lacks speed"):
        fit_lmm("y ~ speed", crossed(), CROSSED)


def test_an_unknown_rule_for_singular_fits_is_refused():
    with pytest.raises(UnknownName, match="drop-slopes-then-intercepts, keep"):
        fit_lmm("y ~ condition", crossed(), CROSSED, singular="ignore")
