"""Metrics of each level by arm, their differences, and which of them a table allows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import MissingColumns, UnknownName
from analysis.inference.arms import compare_arms, mean_by_arm
from analysis.metrics.by_arm import applicable, metric_by_arm, metric_contrasts
from analysis.metrics.person_difference import person_difference
from analysis.metrics.speed_accuracy import inverse_efficiency

RNG = np.random.default_rng(5)
CELLS = [(f"p{person}", f"i{item}") for person in range(16) for item in range(8)]
TRIALS = pd.DataFrame(CELLS, columns=["participant", "item"])
TRIALS["arm"] = np.where(TRIALS["participant"].str[1:].astype(int) < 8, "control", "map")
TRIALS["correct"] = pd.array(RNG.random(len(TRIALS)) < 0.6, dtype="boolean")
TRIALS["model_correct"] = pd.array(TRIALS["item"] < "i5", dtype="boolean")
TRIALS["response_ms"] = RNG.integers(500, 5000, len(TRIALS))
COLUMNS = ["estimate", "low", "high", "people", "trials", "undefined"]


def test_a_metric_of_trials_has_the_two_way_interval_and_counts_what_is_undefined():
    told = metric_by_arm("accuracy-model-wrong", TRIALS)
    rows = TRIALS[~TRIALS["model_correct"].astype(bool)]
    expected = mean_by_arm(rows.astype({"correct": float}), "correct")
    assert list(told.columns) == COLUMNS
    assert told[["estimate", "low", "high"]].to_numpy() == pytest.approx(
        expected[["mean", "low", "high"]].to_numpy(dtype=float)
    )
    assert told.loc["control", ["people", "trials", "undefined"]].tolist() == [8, 24, 40]


def test_a_metric_of_persons_has_students_interval_over_people():
    told = metric_by_arm("inverse-efficiency", TRIALS, arms=["map"]).loc["map"]
    values = inverse_efficiency(TRIALS[TRIALS["arm"] == "map"])
    low, high = stats.t.interval(0.95, 7, values.mean(), stats.sem(values))
    assert told.tolist() == pytest.approx([values.mean(), low, high, 8, 64, 0])


def test_a_metric_of_arms_gets_its_options():
    told = metric_by_arm("accuracy-natural", TRIALS, error_rate=0.0)
    right = metric_by_arm("accuracy-model-right", TRIALS)
    assert told["estimate"].tolist() == pytest.approx(right["estimate"].tolist())


def test_a_table_of_its_own_has_no_value_by_arm():
    with pytest.raises(UnknownName, match="'item-view' is a table of its own"):
        metric_by_arm("item-view", TRIALS)
    with pytest.raises(UnknownName, match="'item-view' is a table of its own"):
        metric_contrasts("item-view", TRIALS, "control")


def test_differences_of_a_metric_of_trials_are_those_of_compare_arms():
    told = metric_contrasts("simulation-accuracy", TRIALS, "control")
    pd.testing.assert_frame_equal(told, compare_arms(TRIALS, "correct", reference="control"))


def test_differences_of_a_metric_of_persons_are_welchs():
    told = metric_contrasts("inverse-efficiency", TRIALS, "control").loc["map"]
    values = inverse_efficiency(TRIALS)
    one, other = values[[f"p{n}" for n in range(8, 16)]], values[[f"p{n}" for n in range(8)]]
    expected = stats.ttest_ind(one, other, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert told[["t", "df", "p", "low", "high"]].tolist() == pytest.approx(
        [expected.statistic, expected.df, expected.pvalue, interval.low, interval.high]
    )
    assert (told["rule"], told["p_adjusted"]) == ("Welch", told["p"])


def test_a_metric_of_persons_is_held_against_a_margin():
    at = metric_contrasts("inverse-efficiency", TRIALS, "control", alpha=0.1).loc["map"]
    reach = max(abs(at["low"]), abs(at["high"]))
    for margin, expected in ((1.001 * reach, True), (0.999 * reach, False)):
        told = metric_contrasts("inverse-efficiency", TRIALS, "control", margin=margin)
        assert bool(told.loc["map", "within_margin"]) == expected
    assert metric_contrasts("inverse-efficiency", TRIALS, "control")["within_margin"].isna().all()


def test_people_in_both_arms_are_compared_with_themselves():
    one = pd.Series({"a": 3.0, "b": 5.0, "c": 4.5, "d": float("nan"), "e": 9.0})
    other = pd.Series({"a": 1.0, "b": 4.0, "c": 4.0, "d": 7.0})
    told = person_difference(one, other)
    expected = stats.ttest_rel([3.0, 5.0, 4.5], [1.0, 4.0, 4.0])
    assert (told["t"], told["p"], told["df"]) == pytest.approx((expected.statistic, expected.pvalue, 2))
    assert (told["rule"], told["people"]) == ("paired", 3)


@pytest.mark.parametrize(
    ("one", "other"), [([1.0], [2.0, 3.0]), ([], [1.0, 2.0]), ([1.0, 1.0], [1.0, 1.0]), ([], [])]
)
def test_without_a_variance_there_is_no_test(one, other):
    told = person_difference(
        pd.Series(one, index=[f"a{n}" for n in range(len(one))], dtype=float),
        pd.Series(other, index=[f"b{n}" for n in range(len(other))], dtype=float),
    )
    assert np.isnan([told["low"], told["high"], told["p"]]).all()


def test_an_arm_that_is_not_there_is_named():
    with pytest.raises(UnknownName, match="'placebo' is no arm. Arms: control, map"):
        metric_contrasts("simulation-accuracy", TRIALS, "placebo")


def test_only_what_the_columns_hold_is_applicable():
    told = applicable(TRIALS)
    assert {"simulation-accuracy", "accuracy-balanced", "inverse-efficiency", "item-view"} <= set(told)
    assert "accuracy-natural" not in told  # the error rate must be given
    assert "chance-corrected-accuracy" not in told
    assert "scale-scores" not in told  # of the ratings
    assert "counterfactual-accuracy" not in applicable(TRIALS.assign(task="forward-simulation"))
    assert "forward-accuracy" in applicable(TRIALS.assign(task="forward-simulation"))
    assert "simulation-accuracy" not in applicable(TRIALS.assign(correct=pd.NA))


def test_trials_without_arms_are_refused():
    with pytest.raises(MissingColumns, match="lacks arm"):
        metric_by_arm("simulation-accuracy", TRIALS.drop(columns="arm"))
