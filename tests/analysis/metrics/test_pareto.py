"""Model accuracy × simulatability × time."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.metrics.pareto import pareto_points

ARMS = {"tree": (0.5, 1000), "map": (0.5, 2000), "rules": (1.0, 4000)}  # simulatability, ms


def trials_of(arms=ARMS, model=None, wrong="i3"):
    rows = [
        (f"{arm}{person}", f"i{item}", arm, item < 4 * share, f"i{item}" != wrong, time)
        for arm, (share, time) in arms.items()
        for person in range(3)
        for item in range(4)
    ]
    columns = ["participant", "item", "arm", "correct", "model_correct", "response_ms"]
    table = pd.DataFrame(rows, columns=columns)
    return table if model is None else table.assign(model=model)


def test_an_arm_that_is_slower_and_no_better_is_dominated():
    told = pareto_points(trials_of())
    assert told["is_dominated"].to_dict() == {"tree": False, "map": True, "rules": False}
    assert told.loc["map", "dominated_by"] == "tree"
    assert told["simulatability"].tolist() == [0.5, 0.5, 1.0]
    assert told["time_ms"].tolist() == pytest.approx([1000, 2000, 4000])
    assert told["model_accuracy"].tolist() == [0.75] * 3


def test_equal_points_do_not_dominate_each_other():
    told = pareto_points(trials_of({"a": (0.5, 1000), "b": (0.5, 1000)}))
    assert told["is_dominated"].tolist() == [False, False]


def test_held_out_accuracy_can_be_given():
    assert pareto_points(trials_of(), model_accuracy=0.97)["model_accuracy"].tolist() == [0.97] * 3


def test_each_model_in_each_arm_is_a_point():
    trials = pd.concat([trials_of(model="cnn", wrong="none"), trials_of(model="linear")], ignore_index=True)
    told = pareto_points(trials, arms=["tree", "rules"])
    assert told.loc[("tree", "linear"), "dominated_by"] == "tree · cnn"
    assert not told.loc[("rules", "cnn"), "is_dominated"]


def test_an_arm_without_times_is_neither():
    trials = trials_of().astype({"response_ms": "Int64"})
    trials.loc[trials["arm"] == "map", "response_ms"] = pd.NA
    told = pareto_points(trials)
    assert told["is_dominated"].isna().to_dict() == {"tree": False, "map": True, "rules": False}
    assert told.loc["map", "undefined"] == 12
