"""Effects at the model's natural error rate beside those of the study's strata, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import AnalysisError
from analysis.marginal import (
    beside_natural,
    marginal_means,
    means_beside_natural,
    natural_weights,
    versus_reference,
)
from tests.analysis.marginal.planted import planted, trials

TABLE = trials(["control", "a"])


@pytest.fixture(scope="module")
def fit():
    return planted("condition * model_correct", TABLE, [0.2, 0.9, 0.5, -0.8])


def test_risk_difference_is_the_mixture_of_those_in_the_strata(fit):
    right, wrong = (
        versus_reference(fit, at={"model_correct": told}).loc["a - control", "risk_difference"]
        for told in (True, False)
    )
    table = beside_natural(fit, 0.97)["risk_difference"]
    assert table["natural", "a - control"] == pytest.approx(0.97 * right + 0.03 * wrong)
    assert table["study", "a - control"] == pytest.approx((right + wrong) / 2)


def test_standard_errors_respect_that_the_strata_share_parameters(fit):
    names = ["condition[T.a]", "condition[T.a]:model_correct[T.True]"]
    weights = np.array([1, 0.97])
    covariance = fit.cov_params().loc[names, names].to_numpy()
    row = beside_natural(fit, 0.97).loc[("natural", "a - control")]
    assert row["estimate"] == pytest.approx(0.9 - 0.97 * 0.8)
    assert row["se"] == pytest.approx(np.sqrt(weights @ covariance @ weights))


def test_means_are_mixtures_too(fit):
    cells = marginal_means(fit, ("condition", "model_correct"))["probability"]
    table = means_beside_natural(fit, 0.9)["probability"]
    assert table["natural", "a"] == pytest.approx(0.9 * cells["a", True] + 0.1 * cells["a", False])


def test_proportional_strata_of_the_study_are_kept_beside(fit):
    table = beside_natural(fit, 0.97, weights="proportional", data=TABLE)
    plain = versus_reference(fit, weights="proportional", data=TABLE)
    assert table.loc["study", "risk_difference"].tolist() == plain["risk_difference"].tolist()


def test_an_accuracy_is_a_share():
    assert natural_weights(0.97) == {"model_correct": {True: 0.97, False: pytest.approx(0.03)}}
    with pytest.raises(AnalysisError, match="between 0 and 1"):
        natural_weights(97)
