"""Benefit by stimulus, and whether a score foretells it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import AnalysisError, UnknownName
from analysis.metrics.benefit import benefit_by_stimulus
from analysis.metrics.score_association import score_association, stimulus_scores


def trials_of(right):
    """`right` maps (arm, item) to (right answers, answers)."""
    rows = [(arm, item, answer < r) for (arm, item), (r, n) in right.items() for answer in range(n)]
    return pd.DataFrame(rows, columns=["arm", "item", "correct"])


def test_benefit_is_the_difference_to_the_reference_on_the_same_item():
    trials = trials_of({("control", "x"): (4, 10), ("map", "x"): (9, 10), ("map", "y"): (1, 2)})
    told = benefit_by_stimulus(trials, "control").set_index("item")
    assert told.loc["x", "benefit"] == pytest.approx(0.5)
    se = np.sqrt(10 / 12 * 2 / 12 / 12 + 5 / 12 * 7 / 12 / 12)  # one right and one wrong answer added
    assert told.loc["x", ["low", "high"]].tolist() == pytest.approx(
        [5 / 12 - 1.959964 * se, 5 / 12 + 1.959964 * se]
    )
    assert told.loc["y", ["n", "reference_n"]].tolist() == [2, 0]
    assert np.isnan(told.loc["y", ["benefit", "se", "low"]].astype(float)).all()


def test_an_unknown_reference_is_named():
    with pytest.raises(UnknownName, match="'none' is no arm. Arms: map"):
        benefit_by_stimulus(trials_of({("map", "x"): (1, 2)}), "none")


STIMULI = pd.DataFrame(
    [
        ("x", "grad-cam", '{"deletion-auc": 0.2, "seconds": 3}'),
        ("x", "grad-cam", '{"deletion-auc": 0.4}'),
        ("y", "grad-cam", '{"deletion-auc": 0.7}'),
        ("y", "lime", '{"insertion-auc": 0.9}'),
        ("x", None, None),
    ],
    columns=["item", "explainer", "checks"],
)


def test_a_check_of_the_bundle_becomes_a_score_of_each_arm_and_item():
    told = stimulus_scores(STIMULI, "deletion-auc", {"map": "grad-cam", "other": "lime"})
    assert told.to_dict("list") == {
        "arm": ["map", "map"],
        "item": ["x", "y"],
        "score": pytest.approx([0.3, 0.7]),
    }


def test_an_unknown_check_and_a_broken_cell_are_named():
    with pytest.raises(UnknownName, match="'auc'. Known ones: deletion-auc, insertion-auc, seconds"):
        stimulus_scores(STIMULI, "auc", {"map": "grad-cam"})
    broken = STIMULI.assign(checks="[1]")
    with pytest.raises(AnalysisError, match=r"Column 'checks', row 0: '\[1\]' is no JSON object"):
        stimulus_scores(broken, "auc", {"map": "grad-cam"})


def benefits(score, benefit, se):
    items = [f"i{n}" for n in range(len(score))]
    table = pd.DataFrame({"arm": "map", "item": items, "benefit": benefit, "se": se})
    return table, pd.DataFrame({"item": items, "score": score})


def test_with_equal_standard_errors_the_slope_is_that_of_least_squares():
    rng = np.random.default_rng(1)
    score = rng.random(30)
    benefit = 0.4 * score + rng.normal(0, 0.1, 30)
    told = score_association(*benefits(score, benefit, np.full(30, 0.1)), draws=400).loc["map"]
    assert told["slope"] == pytest.approx(stats.linregress(score, benefit).slope)
    assert told["spearman"] == pytest.approx(stats.spearmanr(score, benefit).statistic)
    assert 0 < told["slope_low"] < told["slope"] < told["slope_high"]
    assert told["slope_p"] < 0.05
    assert told[["items", "undefined"]].tolist() == [30, 0]


def test_the_variance_around_the_line_is_the_moment_estimate_of_meta_regression():
    score = np.array([0.1, 0.3, 0.4, 0.6, 0.8, 0.9])
    benefit = np.array([0.0, 0.3, -0.1, 0.4, 0.1, 0.5])
    se = np.array([0.1, 0.05, 0.1, 0.08, 0.12, 0.06])
    x, w = np.column_stack([np.ones(6), score]), np.diag(1 / se**2)
    p = w - w @ x @ np.linalg.inv(x.T @ w @ x) @ x.T @ w
    between = max((benefit @ p @ benefit - 4) / np.trace(p), 0)
    star = np.diag(1 / (se**2 + between))
    slope = np.linalg.solve(x.T @ star @ x, x.T @ star @ benefit)[1]
    told = score_association(*benefits(score, benefit, se), draws=50).loc["map"]
    assert (told["slope"], told["between_sd"]) == pytest.approx((slope, np.sqrt(between)))


def test_a_score_of_each_arm_is_joined_by_arm():
    score = np.linspace(0, 1, 12)
    table, scores = benefits(score, 0.2 * score, np.full(12, 0.1))
    both = pd.concat([table, table.assign(arm="lime", benefit=-table["benefit"])])
    by_arm = pd.concat([scores.assign(arm="map"), scores.assign(arm="lime")])
    told = score_association(both, by_arm, draws=50)
    assert told["slope"].tolist() == pytest.approx([0.2, -0.2])
    assert told["spearman"].tolist() == pytest.approx([1, -1])


def test_items_without_a_score_are_counted_and_three_say_nothing():
    table, scores = benefits(np.arange(5.0), [0.1, 0.3, 0.2, np.nan, 0.4], np.full(5, 0.1))
    told = score_association(table, scores[:4], draws=50).loc["map"]
    assert told[["items", "undefined"]].tolist() == [3, 2]
    assert np.isnan(told["slope"])


def test_a_score_that_does_not_vary_foretells_nothing():
    told = score_association(*benefits(np.ones(8), np.arange(8) / 10, np.full(8, 0.1)), draws=50).loc["map"]
    assert np.isnan(told[["slope", "slope_low", "spearman", "spearman_p"]].astype(float)).all()


def test_intervals_of_a_score_without_any_bearing_hold_zero_most_of_the_time():
    rng = np.random.default_rng(8)
    missed = 0
    for seed in range(60):
        se = rng.uniform(0.05, 0.2, 40)
        benefit = 0.1 + rng.normal(0, 0.1, 40) + rng.normal(0, se)
        told = score_association(*benefits(rng.random(40), benefit, se), draws=300, seed=seed).loc["map"]
        missed += not told["slope_low"] < 0 < told["slope_high"]
    assert missed <= 8  # 5 % of 60 are 3; more than 8 come in less than one of a hundred runs
