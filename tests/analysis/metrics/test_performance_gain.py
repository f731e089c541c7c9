"""Gain over the own answer and over people alone, by hand."""

from __future__ import annotations

import pytest

from analysis.errors import UnknownName
from analysis.metrics.performance_gain import gain_over_people, performance_gain
from tests.analysis.metrics.tables import table

TRIALS = table(
    participant=["a", "a", "b", "b", "c", "c", "d", "d"],
    item=["x", "y"] * 4,
    arm=["alone"] * 4 + ["team"] * 4,
    correct=[True, False, False, False, None, None, None, None],
    first_correct=[None, None, None, None, False, True, True, None],
    final_correct=[None, None, None, None, True, True, False, True],
)


def test_gain_is_last_minus_first_and_undefined_without_either():
    nan = float("nan")
    told = performance_gain(TRIALS).tolist()
    assert told == pytest.approx([nan] * 4 + [1, 0, -1, nan], nan_ok=True)


def test_gain_over_people_alone_takes_the_last_answer_of_each_arm():
    told = gain_over_people(TRIALS, "alone")
    assert told.index.tolist() == ["team"]
    assert told.loc["team", ["estimate", "undefined"]].tolist() == pytest.approx([3 / 4 - 1 / 4, 0])


def test_unknown_arm_of_people_alone_is_named():
    with pytest.raises(UnknownName, match="'nobody'"):
        gain_over_people(TRIALS, "nobody")
