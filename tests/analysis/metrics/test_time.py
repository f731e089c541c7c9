"""Times: logarithm, median, geometric mean, hidden pages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.metrics.time import log_response_time, response_time_by_arm

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
