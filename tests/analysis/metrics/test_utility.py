"""Utility-K and its area: from counts, and planted in simulated trials."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.metrics.by_arm import metric_by_arm
from analysis.metrics.utility import utility_area, utility_by_session

RIGHT = {
    ("control", 5): 2,
    ("control", 10): 4,
    ("control", 15): 4,
    ("map", 5): 3,
    ("map", 10): 6,
    ("map", 15): 8,
}


def trials_of(right: dict[tuple[str, int], int]) -> pd.DataFrame:
    """Ten trials of five people on two items in each arm and session; the first are right."""
    rows = [
        (f"{arm}{n % 5}", f"i{n // 5}", arm, session, n < count)
        for (arm, session), count in right.items()
        for n in range(10)
    ]
    return pd.DataFrame(rows, columns=["participant", "item", "arm", "session", "correct"])


def test_utility_is_the_accuracy_over_that_of_the_reference_in_the_same_session():
    told = utility_by_session(trials_of(RIGHT), "control", draws=200)
    assert told["session"].tolist() == [5, 10, 15]
    assert told["utility"].tolist() == pytest.approx([1.5, 1.5, 2.0])
    assert told["reference_accuracy"].tolist() == pytest.approx([0.2, 0.4, 0.4])
    assert told["trials"].tolist() == [10, 10, 10]
    assert (told["low"] <= told["utility"]).all()


def test_the_area_is_the_mean_height_by_the_trapezoidal_rule():
    told = utility_area(trials_of(RIGHT), "control", draws=200).loc["map"]
    assert told["estimate"] == pytest.approx((5 * 1.5 + 5 * 1.75) / 10)
    assert told["low"] <= told["estimate"] <= told["high"]


def test_of_a_single_session_the_area_is_the_ratio():
    one = trials_of({key: n for key, n in RIGHT.items() if key[1] == 5})
    told = metric_by_arm("utility-area", one, reference="control", draws=50)
    assert told.loc["map", "estimate"] == pytest.approx(1.5)


def test_a_reference_without_a_right_answer_leaves_it_undefined():
    trials = trials_of({**RIGHT, ("control", 10): 0})
    told = utility_by_session(trials, "control", draws=50)
    assert np.isnan(told.loc[1, ["utility", "low", "high"]].astype(float)).all()
    area = utility_area(trials, "control", draws=50).loc["map"]
    assert np.isnan(area[["estimate", "low", "p"]].astype(float)).all()


def test_answers_that_are_missing_are_counted():
    trials = trials_of(RIGHT).assign(correct=lambda t: t["correct"].astype("boolean"))
    trials.loc[trials["arm"] == "map", "correct"] = [None, *[True] * 29]
    told = utility_by_session(trials, "control", draws=50)
    assert told["undefined"].tolist() == [1, 0, 0]


def test_a_planted_utility_lies_in_its_interval():
    rng = np.random.default_rng(4)
    cells = [(p, i, k) for p in range(60) for i in range(20) for k in (1, 2)]
    trials = pd.DataFrame(cells, columns=["participant", "item", "session"])
    trials["arm"] = np.where(trials["participant"] < 30, "control", "map")
    share = np.where(trials["arm"] == "map", 0.6, 0.4) + 0.1 * (trials["session"] == 2)
    trials["correct"] = rng.random(len(trials)) < share
    told = utility_area(trials, "control", draws=500).loc["map"]
    assert told["low"] < (0.6 / 0.4 + 0.7 / 0.5) / 2 < told["high"]
    assert told["p"] < 0.05


def test_an_unknown_reference_is_named():
    with pytest.raises(UnknownName, match="'none' is no arm"):
        utility_by_session(trials_of(RIGHT), "none")
