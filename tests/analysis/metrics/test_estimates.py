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
    assert told["difference_high"] == pytest.approx(stats.t.ppf(0.975, 1) * stats.sem([-1, 1]))
    assert told["estimated_low"] == pytest.approx(1.5 - stats.t.ppf(0.975, 1) * stats.sem([1, 2]))


@pytest.mark.parametrize("odd", ["٣", "1e1", "about 5", "1,5", "0x1F", "nan"])
def test_what_is_no_number_in_plain_digits_is_counted_and_not_guessed(odd):
    given = RESPONSES.assign(answer=[odd, "2", "5", "5"])
    people = estimated_and_achieved(TRIALS, given)
    assert np.isnan(people.set_index("participant").loc["a", "estimated"])
    assert estimates_by_arm(people).loc["map", ["people", "undefined", "unreadable"]].tolist() == [1, 2, 1]


@pytest.mark.parametrize("plain", ["12", " 12 ", "12.0", "+12"])
def test_plain_digits_are_a_number(plain):
    given = RESPONSES.assign(answer=[plain, "2", "5", "5"])
    assert estimated_and_achieved(TRIALS, given).set_index("participant").loc["a", "estimated"] == 12
