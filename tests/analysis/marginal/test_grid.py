"""The reference grid: what is crossed, held and averaged."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError, UnknownName
from analysis.marginal import reference_grid
from tests.analysis.marginal.planted import planted, trials

TABLE = trials()
FORMULA = "condition * model_correct + x"


@pytest.fixture(scope="module")
def fit():
    return planted(FORMULA, TABLE, np.linspace(-1, 1, 11))


def test_cells_are_the_levels_with_the_baseline_first(fit):
    grid = reference_grid(fit)
    assert grid.levels == ("control", "a", "b", "c", "d")
    assert len(grid.rows) == 10
    assert grid.index.name == "condition"


def test_covariates_stand_at_their_mean_in_the_models_rows(fit):
    assert reference_grid(fit).rows["x"].unique() == pytest.approx(TABLE["x"].mean())


def test_covariates_and_factors_can_be_held(fit):
    grid = reference_grid(fit, at={"x": 2.0, "model_correct": True})
    assert grid.rows["x"].unique() == pytest.approx(2.0)
    assert grid.rows["model_correct"].tolist() == [True] * 5


def test_other_data_give_other_means(fit):
    assert reference_grid(fit, data=pd.DataFrame({"x": [1.0, 5.0]})).rows["x"].unique() == pytest.approx(3.0)


def test_equal_weights_average_levels_and_not_rows(fit):
    assert reference_grid(fit).averages.max() == 0.5


def test_proportional_weights_are_the_frequencies_in_the_data(fit):
    grid = reference_grid(fit, weights="proportional", data=TABLE)
    share = TABLE["model_correct"].mean()
    assert grid.averages[0, :2] == pytest.approx([1 - share, share])


def test_given_shares_weigh_their_factor(fit):
    grid = reference_grid(fit, weights={"model_correct": {True: 0.97, False: 0.03}})
    assert grid.averages[3, 6:8] == pytest.approx([0.03, 0.97])
    assert grid.averages.sum(axis=1) == pytest.approx(np.ones(5))


def test_one_factor_can_be_proportional_by_name(fit):
    told = ("proportional", {"model_correct": "proportional"})
    both = [reference_grid(fit, weights=weights, data=TABLE) for weights in told]
    assert both[0].averages == pytest.approx(both[1].averages)


def test_several_factors_make_cells_of_tuples(fit):
    grid = reference_grid(fit, ("condition", "model_correct"))
    assert grid.levels[:2] == (("control", False), ("control", True))
    assert grid.index.names == ["condition", "model_correct"]


def test_forms_give_the_variance_of_correlated_slopes_too():
    fit = planted(
        "condition", trials(["control", "a", "b"]), [0, 1, 2], [0.9, 0.3, -0.4, 0.5, 0.2, 0.6, 0.7],
        random={"participant": "1 + condition", "item": "1"}, correlated=True,
    )  # fmt: skip
    grid, theta = reference_grid(fit), fit.theta.to_numpy()
    variances = np.einsum("k,mkl,l->m", theta, grid.forms, theta)
    assert variances == pytest.approx(fit.random_variance(grid.rows))
    root = np.array([[0.9, 0, 0], [0.3, 0.5, 0], [-0.4, 0.2, 0.6]])
    assert variances[1] == pytest.approx(np.array([1, 1, 0]) @ root @ root.T @ [1, 1, 0] + 0.49)


def test_a_covariate_of_a_random_slope_alone_is_asked_for():
    fit = planted("condition", TABLE, [0] * 5, [1.0, 0.5, 0.5], random={"participant": "1 + x", "item": "1"})
    with pytest.raises(AnalysisError, match="'x' is not in the fit: give `data`"):
        reference_grid(fit)
    assert len(reference_grid(fit, at={"x": 0.0}).rows) == 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "arm"}, "no predictor 'arm'. Predictors: .*condition"),
        ({"by": "x"}, "'x' is a number"),
        ({"at": {"model_correct": "yes"}}, "no level 'yes'. Levels: False, True"),
        ({"at": {"y": 1}}, "no predictor 'y'"),
        ({"weights": "cells"}, "equal, proportional"),
        ({"weights": "proportional"}, "give the table of trials"),
        ({"weights": {"phase": {"pre": 1.0}}}, "'phase', which is not averaged over"),
        ({"weights": {"model_correct": {True: 0.97}}}, "a share for each of False, True"),
        ({"weights": {"model_correct": {True: 0.97, False: 0.3}}}, "sum to 1"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(fit, options, message):
    with pytest.raises((AnalysisError, UnknownName), match=message):
        reference_grid(fit, **options)
