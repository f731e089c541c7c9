"""Marginal means on three scales, against closed forms, numerical derivatives and drawn parameters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from analysis.errors import AnalysisError
from analysis.marginal import marginal_means
from analysis.marginal.cells import estimate_cells
from analysis.marginal.grid import reference_grid
from tests.analysis.marginal.planted import planted, trials

TABLE = trials()
SLOPES = {"participant": "1", "item": "1 + condition"}


def arms(**told):
    return planted("condition", TABLE, [0.4, 0.5, 0.0, -0.3, 2.0], [0.8, 0.6, 0.5], random=SLOPES, **told)


def test_link_scale_is_the_linear_predictor_with_students_interval():
    table, cov = marginal_means(arms(df=19)), arms().cov_params().to_numpy()
    se = np.sqrt(cov[0, 0] + cov[1, 1] + 2 * cov[0, 1])
    assert table["link"].tolist() == pytest.approx([0.4, 0.9, 0.4, 0.1, 2.4])
    assert table.loc["a", "link_se"] == pytest.approx(se)
    assert table.loc["a", "link_high"] == pytest.approx(0.9 + stats.t.ppf(0.975, 19) * se)


def test_conditional_scale_is_the_link_scale_turned_back():
    table = marginal_means(arms())
    for end in ("", "_low", "_high"):
        assert table[f"conditional{end}"].tolist() == pytest.approx(
            special.expit(table[f"link{end}"]).tolist()
        )


def test_marginal_probabilities_are_averages_over_drawn_people_and_items():
    rng, table = np.random.default_rng(8), marginal_means(arms())
    sd = np.sqrt(0.8**2 + 0.6**2 + 0.5**2 * (1 - 1 / 5))  # a level's share of orthonormal contrasts
    drawn = special.expit(2.4 + sd * rng.normal(size=500_000))
    error = drawn.std() / np.sqrt(500_000)
    assert table.loc["d", "probability"] == pytest.approx(drawn.mean(), abs=4 * error)


def test_probit_has_its_closed_form():
    table = marginal_means(planted("condition", TABLE, [0.4, 0.5, 0.0, -0.3, 2.0], link="probit"))
    assert table.loc["a", "probability"] == pytest.approx(stats.norm.cdf(0.9 / np.sqrt(1 + 0.64 + 0.36)))
    assert table.loc["a", "conditional"] == pytest.approx(stats.norm.cdf(0.9))


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_covariance_is_that_of_numerical_derivatives(link):
    told = {"random": SLOPES, "link": link}
    params, theta = np.linspace(-1, 1, 11), np.array([0.8, 0.6, 0.5])

    def probabilities(psi):
        fit = planted("condition * model_correct + x", TABLE, psi[3:], psi[:3], **told)
        return estimate_cells(fit, reference_grid(fit)).marginal.value

    psi, h = np.concatenate([theta, params]), 1e-5
    jacobian = np.column_stack(
        [(probabilities(psi + h * e) - probabilities(psi - h * e)) / (2 * h) for e in np.eye(len(psi))]
    )
    fit = planted("condition * model_correct + x", TABLE, params, theta, **told)
    expected = jacobian @ fit.joint_cov.to_numpy() @ jacobian.T
    assert estimate_cells(fit, reference_grid(fit)).marginal.covariance == pytest.approx(expected, rel=1e-6)


def test_standard_errors_are_the_spread_under_drawn_parameters():
    fit = arms(spread=0.05)
    rng, psi = np.random.default_rng(3), np.concatenate([fit.theta, fit.params])
    draws = rng.multivariate_normal(psi, fit.joint_cov.to_numpy(), size=2000)
    grid = reference_grid(fit)
    drawn = [replace(fit, theta=pd.Series(d[:3]), params=fit.params * 0 + d[3:]) for d in draws]
    values = [estimate_cells(other, grid).marginal.value for other in drawn]
    expected = np.std(values, axis=0, ddof=1)
    assert marginal_means(fit)["probability_se"].to_numpy() == pytest.approx(expected, rel=0.08)


def test_intervals_of_probabilities_stay_inside_even_near_one():
    table = marginal_means(planted("condition", TABLE, [6.0, 1, 2, 3, 4], spread=1.0))
    assert (table["probability_high"] < 1).all()
    assert (table["probability_low"] > 0).all()


def test_linear_models_have_means_and_for_logarithms_geometric_means():
    fit = planted("condition", TABLE, [6.0, 0.2, 0, 0, 0], link="identity", df=30)
    table = marginal_means(fit, back="log")
    assert list(table) == [
        "mean",
        "se",
        "low",
        "high",
        "df",
        "geometric_mean",
        "geometric_low",
        "geometric_high",
    ]
    assert table.loc["a", "geometric_mean"] == pytest.approx(np.exp(6.2))
    assert table.loc["a", "geometric_low"] == pytest.approx(np.exp(table.loc["a", "low"]))


def test_asymptotic_intervals_are_normal():
    table = marginal_means(arms(df=5), df="asymptotic")
    reach = stats.norm.ppf(0.975) * table["link_se"]
    assert table["link_high"].to_numpy() == pytest.approx((table["link"] + reach).to_numpy())
    assert np.isinf(table["df"]).all()


def test_a_grid_can_be_used_for_the_next_fit_of_the_same_formula():
    grid = reference_grid(arms())
    other = planted("condition", TABLE, [0.1] * 5, [0.2, 0.3, 0.1], random=SLOPES)
    pd.testing.assert_frame_equal(marginal_means(other, grid=grid), marginal_means(other))
    with pytest.raises(AnalysisError, match="grid was made for a model with"):
        marginal_means(planted("condition + x", TABLE, [0] * 6), grid=grid)


def test_separated_levels_are_one_or_zero_without_an_interval():
    fit = arms(covariance=np.full((8, 8), np.nan))
    fit.params["condition[T.d]"] = np.inf
    table = marginal_means(fit)
    assert table.loc["d", ["probability", "conditional"]].tolist() == [1, 1]
    assert table["probability_se"].isna().all()
    assert np.isfinite(table.loc["a", "probability"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"df": 12}, "model and asymptotic"),
        ({"back": "log"}, "only log is allowed, with a linear mixed model"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, message):
    with pytest.raises(AnalysisError, match=message):
        marginal_means(arms(), **options)
