"""Times: logarithm, median, geometric mean, hidden pages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inference.arms import compare_arms
from analysis.metrics.time import log_response_time, response_time_by_arm, response_time_ratios

TRIALS = pd.DataFrame(
    {
        "participant": ["a", "a", "b", "b", "b"],
        "item": ["x", "y", "x", "y", "z"],
        "arm": "map",
        "response_ms": pd.array([1000, 4000, 2000, 2000, None], dtype="Int64"),
        "hidden_ms": pd.array([0, 500, 0, None, None], dtype="Int64"),
    }
)


def test_geometric_mean_is_the_exponential_of_the_mean_logarithm():
    told = response_time_by_arm(TRIALS).loc["map"]
    assert told["geometric_mean_ms"] == pytest.approx((1000 * 4000 * 2000 * 2000) ** 0.25)
    assert told["mean_log"] == pytest.approx(np.log([1000, 4000, 2000, 2000]).mean())
    assert told["median_ms"] == 2000
    assert told["low_ms"] < told["geometric_mean_ms"] < told["high_ms"]


def test_trials_without_a_time_and_hidden_pages_are_counted():
    told = response_time_by_arm(TRIALS).loc["map"]
    assert told[["people", "trials", "undefined", "hidden"]].tolist() == [2, 4, 1, 1]


def test_zero_has_no_logarithm():
    assert np.isnan(log_response_time(pd.DataFrame({"response_ms": [0, 1]}))).tolist() == [True, False]


def test_the_median_has_an_interval_of_times_that_people_took():
    rng = np.random.default_rng(1)
    people, items = np.repeat(np.arange(40), 20), np.tile(np.arange(20), 40)
    times = np.exp(8 + rng.normal(0, 0.3, 40)[people] + rng.normal(0, 0.5, 800))
    told = response_time_by_arm(
        pd.DataFrame({"participant": people, "item": items, "arm": "map", "response_ms": times})
    ).loc["map"]
    assert told["median_low_ms"] < told["median_ms"] < told["median_high_ms"]
    assert told["median_low_ms"] < np.exp(8) < told["median_high_ms"]  # the planted median


def test_one_person_alone_has_a_median_without_an_interval():
    told = response_time_by_arm(TRIALS[TRIALS["participant"] == "a"]).loc["map"]
    assert told["median_ms"] == 2500
    assert np.isnan(told["median_low_ms"])


def test_the_log_model_by_arm_is_told_as_a_ratio():
    rng = np.random.default_rng(2)
    people, items = np.repeat(np.arange(20), 10), np.tile(np.arange(10), 20)
    log_ms = 8 + 0.2 * (people >= 10) + rng.normal(0, 0.3, 200)
    trials = pd.DataFrame(
        {"participant": people, "item": items, "log_ms": log_ms, "response_ms": np.exp(log_ms)}
    )
    trials["arm"] = np.where(people < 10, "control", "map")
    trials.loc[0, ["response_ms", "log_ms"]] = np.nan
    told = response_time_ratios(trials, "control").loc["map"]
    expected = compare_arms(trials, "log_ms", reference="control").loc["map"]
    assert told[["ratio", "low", "high"]].tolist() == pytest.approx(
        np.exp(expected[["estimate", "low", "high"]].astype(float)).tolist()
    )
    assert told[["p", "trials", "undefined"]].tolist() == [expected["p"], 199, 1]
