"""The same numbers as R's emmeans on a glmer fit of simulated trials, and honest ones from other real fits.

glmer's own fit lies up to 5e-5 (estimates) and 0.7 % (standard errors) beside the exact one, so that its
p-values differ by up to 1 %.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.marginal import all_pairs, marginal_means, versus_reference
from analysis.mixed import fit_glmm

FOLDER = Path(os.environ.get("REFERENCE_DATA", Path(__file__).parents[4] / "shared" / "reference")) / "glmm"
pytestmark = pytest.mark.skipif(
    not (FOLDER / "emmeans_sim200.json").exists(), reason=f"no reference outputs in {FOLDER}"
)


@pytest.fixture(scope="module")
def fit():
    crossed = {"participant": "1", "item": "1"}
    trials = pd.read_csv(FOLDER / "sim200.csv")
    return fit_glmm("correct ~ condition + x", trials, crossed, baselines={"condition": "control"})


@pytest.fixture(scope="module")
def emmeans():
    tables = json.loads((FOLDER / "emmeans_sim200.json").read_text())["tables"]
    return {name: pd.DataFrame(rows).set_index(next(iter(rows[0]))) for name, rows in tables.items()}


def assert_same(ours, theirs, *, rel, absolute=0.0):
    np.testing.assert_allclose(ours.to_numpy(), theirs.to_numpy(), rtol=rel, atol=absolute)


def test_means_on_the_link_scale(fit, emmeans):
    ours, theirs = marginal_means(fit, df="asymptotic"), emmeans["link"]
    assert_same(ours["link"], theirs["emmean"], rel=0, absolute=2e-4)
    assert_same(ours["link_se"], theirs["SE"], rel=0.007)
    assert_same(ours[["link_low", "link_high"]], theirs[["asymp.LCL", "asymp.UCL"]], rel=0, absolute=2e-3)


def test_conditional_means_are_the_response_scale(fit, emmeans):
    ours, theirs = marginal_means(fit, df="asymptotic"), emmeans["response"]
    assert_same(ours["conditional"], theirs["prob"], rel=0, absolute=5e-5)
    assert_same(ours["conditional_se"], theirs["SE"], rel=0.007)
    ends = ours[["conditional_low", "conditional_high"]]
    assert_same(ends, theirs[["asymp.LCL", "asymp.UCL"]], rel=0, absolute=5e-4)


@pytest.mark.parametrize(("family", "table"), [("max-t", "dunnett_mvt"), ("holm", "holm")])
def test_comparisons_to_the_reference(fit, emmeans, family, table):
    ours, theirs = versus_reference(fit, family=family, df="asymptotic"), emmeans[table]
    assert list(ours.index) == list(theirs.index)
    assert_same(ours["estimate"], theirs["estimate"], rel=0, absolute=2e-4)
    assert_same(ours["se"], theirs["SE"], rel=0.007)
    assert_same(ours["p_adjusted"], theirs["p.value"], rel=0.01)


def test_simultaneous_intervals_by_the_largest_statistic(fit, emmeans):
    ours = versus_reference(fit, family="max-t", df="asymptotic")[["simultaneous_low", "simultaneous_high"]]
    assert_same(ours, emmeans["dunnett_mvt"][["asymp.LCL", "asymp.UCL"]], rel=0, absolute=1e-3)


def test_all_pairs_by_tukey(fit, emmeans):
    ours, theirs = all_pairs(fit, family="max-t", df="asymptotic"), emmeans["pairs_tukey"]
    assert list(ours.index) == list(theirs.index)
    assert_same(ours["estimate"], theirs["estimate"], rel=0, absolute=2e-4)
    assert_same(ours["p_adjusted"], theirs["p.value"], rel=0.01)


def test_conditional_risk_differences(fit, emmeans):
    ours, theirs = versus_reference(fit, df="asymptotic"), emmeans["rr_diff"]
    assert_same(ours["conditional_difference"], theirs["estimate"], rel=0, absolute=5e-5)
    assert_same(ours["conditional_difference_se"], theirs["SE"], rel=0.007)
    ends = ours[["conditional_difference_low", "conditional_difference_high"]]
    assert_same(ends, theirs[["asymp.LCL", "asymp.UCL"]], rel=0, absolute=5e-4)


def test_marginal_risk_difference_is_near_the_raw_one(fit):
    trials = pd.read_csv(FOLDER / "sim200.csv")
    raw = trials.groupby("condition")["correct"].mean()
    row = versus_reference(fit).loc["expA - control"]
    assert row["risk_difference"] == pytest.approx(
        raw["expA"] - raw["control"], abs=0.5 * row["risk_difference_se"]
    )
    assert abs(row["risk_difference"]) < abs(row["conditional_difference"])
