"""Contrasts of planted fits, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.errors import AnalysisError, UnknownName
from analysis.marginal import (
    all_pairs,
    changes_versus_reference,
    marginal_means,
    planned,
    trend,
    versus_reference,
)
from tests.analysis.marginal.planted import planted, trials

TABLE = trials()
PARAMS = [0.4, 0.5, 0.0, -0.3, 2.0]
PHASES = TABLE.assign(phase=np.where(TABLE["item"] < 4, "pre", "post"))


@pytest.fixture(scope="module")
def fit():
    return planted("condition", TABLE, PARAMS, df=18)


def test_a_comparison_is_the_wald_test_of_its_coefficient(fit):
    row, se = versus_reference(fit).loc["a - control"], fit.bse["condition[T.a]"]
    assert (row["estimate"], row["se"], row["df"]) == pytest.approx((0.5, se, 18))
    assert row["p"] == pytest.approx(2 * stats.t.sf(0.5 / se, 18))
    assert row["high"] == pytest.approx(0.5 + stats.t.ppf(0.975, 18) * se)
    assert row["odds_ratio_high"] == pytest.approx(np.exp(row["high"]))
    assert row["simultaneous_high"] == pytest.approx(0.5 + stats.t.ppf(1 - 0.025 / 4, 18) * se)


def test_risk_differences_are_differences_of_marginal_means(fit):
    row, means = versus_reference(fit).loc["d - control"], marginal_means(fit)
    for name, scale in (("risk_difference", "probability"), ("conditional_difference", "conditional")):
        assert row[name] == pytest.approx(means.loc["d", scale] - means.loc["control", scale])
        reach = stats.t.ppf(0.975, 18) * row[f"{name}_se"]
        assert row[f"{name}_low"] == pytest.approx(row[name] - reach)


def test_another_reference_can_be_chosen(fit):
    table = versus_reference(fit, reference="b")
    assert list(table.index) == ["control - b", "a - b", "c - b", "d - b"]
    assert table.loc["a - b", "estimate"] == pytest.approx(0.5)


def test_all_pairs_are_those_of_two_comparisons(fit):
    table = all_pairs(fit, family="none")
    assert len(table) == 10
    assert table.loc["a - d", "estimate"] == pytest.approx(-1.5)


def test_planned_weights_are_applied_to_levels(fit):
    shown = {"shown - none": {"a": 0.5, "b": 0.5, "control": -1}}
    row, means = planned(fit, shown).loc["shown - none"], marginal_means(fit)["probability"]
    assert row["estimate"] == pytest.approx(0.25)
    assert row["risk_difference"] == pytest.approx((means["a"] + means["b"]) / 2 - means["control"])


def test_one_sided_tests_have_one_sided_intervals(fit):
    two, above = (
        versus_reference(fit, alternative=told).loc["a - control"] for told in ("two-sided", "greater")
    )
    assert above["p"] == pytest.approx(two["p"] / 2)
    assert np.isinf(above["high"])
    assert np.isinf(above["risk_difference_high"])
    assert above["low"] > two["low"]
    assert versus_reference(fit, alternative="less").loc["a - control", "p"] == pytest.approx(1 - above["p"])


def test_linear_trend_is_the_least_squares_slope_over_the_scores(fit):
    scores = {"control": 0, "a": 1, "b": 2, "c": 4, "d": 8}
    means, x = marginal_means(fit), [0, 1, 2, 4, 8]
    row = trend(fit, scores=scores).loc["linear"]
    assert row["estimate"] == pytest.approx(stats.linregress(x, means["link"]).slope)
    assert row["risk_difference"] == pytest.approx(stats.linregress(x, means["probability"]).slope)


def test_quadratic_trend_is_the_curvature_of_the_least_squares_parabola(fit):
    scores = dict(zip(["control", "a", "b", "c", "d"], range(5), strict=True))
    expected = np.polyfit(range(5), marginal_means(fit)["link"], 2)[0]
    assert trend(fit, scores=scores, degree=2).loc["quadratic", "estimate"] == pytest.approx(expected)


def test_changes_are_compared_to_the_references_change():
    params = np.linspace(-1, 1, 10)
    fit = planted("condition * phase", PHASES, params, baselines={"condition": "control", "phase": "pre"})
    table, means = changes_versus_reference(fit), marginal_means(fit, ("condition", "phase"))["probability"]
    row = table.loc["(a - control) × (post - pre)"]
    assert row["estimate"] == pytest.approx(fit.params["condition[T.a]:phase[T.post]"])
    change = means.unstack("phase").pipe(lambda wide: wide["post"] - wide["pre"])
    assert row["risk_difference"] == pytest.approx(change["a"] - change["control"])


def test_levels_can_be_compared_within_one_level_of_another_factor():
    fit = planted("condition * phase", PHASES, np.linspace(-1, 1, 10), baselines={"phase": "pre"})
    row = versus_reference(fit, "phase", at={"condition": "b"}).loc["post - pre"]
    expected = fit.contrast({"phase[T.post]": 1.0, "condition[T.b]:phase[T.post]": 1.0})
    assert (row["estimate"], row["se"]) == pytest.approx((expected.estimate, expected.se))


def test_linear_models_have_no_probabilities_and_for_logarithms_ratios():
    fit = planted("condition", TABLE, PARAMS, link="identity")
    table = versus_reference(fit, back="log")
    assert table.loc["a - control", "ratio"] == pytest.approx(np.exp(0.5))
    assert not [name for name in table if "difference" in name or "odds" in name]


def test_latent_contrasts_of_ratings_are_odds_ratios():
    fit = planted("condition", TABLE, PARAMS, link="cumulative-logit")
    assert versus_reference(fit).loc["d - control", "odds_ratio"] == pytest.approx(np.exp(2.0))


def test_a_family_is_adjusted_by_the_largest_statistic_on_request(fit):
    table = versus_reference(fit, family="max-t")
    reach = (table["simultaneous_high"] - table["estimate"]) / table["se"]
    assert reach.nunique() == 1 or reach.std() < 1e-9
    outside = (table["simultaneous_low"] > 0) | (table["simultaneous_high"] < 0)
    assert (outside == (table["p_adjusted"] < 0.05)).all()


def test_a_fit_without_standard_errors_gives_estimates_without_verdicts():
    fit = planted("condition", TABLE, PARAMS, covariance=np.full((7, 7), np.nan))
    for family in ("holm", "max-t", "bh"):
        table = versus_reference(fit, family=family)
        assert table.loc["a - control", "estimate"] == pytest.approx(0.5)
        assert table[["p", "p_adjusted", "low", "risk_difference_low"]].isna().all(axis=None)


def test_enormous_standard_errors_give_infinite_ratios_and_no_warning():
    table = versus_reference(planted("condition", TABLE, PARAMS, spread=5000.0))
    assert np.isinf(table["odds_ratio_high"]).all()


def test_coefficients_that_cancel_do_not_lower_the_degrees_of_freedom():
    fit = planted("condition + x", TABLE, [*PARAMS, 0.2])
    fit = replace(fit, degrees=lambda weights: 3.0 if weights[0] or weights[-1] else 40.0)
    thirds = {"m": {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3, "control": -1.0}}
    assert planned(fit, thirds, at={"x": 0.1}).loc["m", "df"] == 40
    assert marginal_means(fit)["df"].max() == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda fit: versus_reference(fit, reference="e"), "no level 'e'. Levels: control, a, b, c, d"),
        (lambda fit: versus_reference(fit, family="tukey"), "Known: holm, max-t"),
        (lambda fit: versus_reference(fit, alternative="above"), "two-sided, greater, less"),
        (lambda fit: versus_reference(fit, alpha=5), "between 0 and 0.5"),
        (lambda fit: planned(fit, {"m": {"a": 1.0}}), "must sum to zero"),
        (lambda fit: trend(fit, scores={"a": 1}), "a score for each of control, a, b, c, d"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(fit, call, message):
    with pytest.raises((AnalysisError, UnknownName), match=message):
        call(fit)
