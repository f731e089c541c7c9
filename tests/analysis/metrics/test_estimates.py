"""Estimated against achieved, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.metrics.estimates import estimated_and_achieved, estimates_by_arm

TRIALS = pd.DataFrame(
    {
        "participant": ["a", "a", "b", "b", "c", "c"],
        "arm": "map",
        "correct": pd.array([True, True, True, False, False, None], dtype="boolean"),
    }
)
RESPONSES = pd.DataFrame(
    {
        "participant": ["a", "b", "b", "a"],
        "role": ["estimate", "estimate", "rating", "rating"],
        "answer": ["1", "2", "5", "5"],
    }
)


def test_each_person_has_estimate_achievement_and_difference():
    told = estimated_and_achieved(TRIALS, RESPONSES).set_index("participant")
    assert told.loc["a", ["estimated", "achieved", "difference"]].tolist() == [1, 2, -1]
    assert told.loc["b", ["estimated", "achieved", "difference"]].tolist() == [2, 1, 1]
    assert told.loc["c", ["achieved", "answered"]].tolist() == [0, 1]
    assert np.isnan(told.loc["c", "difference"])


def test_arm_has_means_with_students_interval_and_counts_who_gave_none():
    told = estimates_by_arm(estimated_and_achieved(TRIALS, RESPONSES)).loc["map"]
    assert told[["people", "undefined"]].tolist() == [2, 1]
    assert told["difference"] == pytest.approx(0)
    assert told["high"] == pytest.approx(stats.t.ppf(0.975, 1) * stats.sem([-1, 1]))
