"""Accuracy per trial, its split, and the answers where the model is wrong: from a table made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import MissingColumns
from analysis.inference.two_way import fit
from analysis.metrics.accuracy import (
    accuracy_where_model_right,
    accuracy_where_model_wrong,
    simulation_accuracy,
)
from analysis.metrics.items import item_view
from analysis.metrics.natural import accuracy_at_natural_rate, balanced_accuracy
from analysis.metrics.wrong_items import answers_on_wrong_items

TRIALS = pd.DataFrame(
    [
        ("a", "x", "control", "7", "7", "7"),  # model right, foretold
        ("a", "y", "control", "1", "7", "1"),  # model wrong, the truth was said
        ("a", "z", "control", "4", "9", "1"),  # model wrong, neither
        ("b", "x", "map", "3", "7", "7"),  # model right, not foretold
        ("b", "y", "map", "7", "7", "1"),  # model wrong, foretold
        ("b", "z", "map", None, "9", "1"),  # no answer
    ],
    columns=["participant", "item", "arm", "answer", "output", "truth"],
)
TRIALS["correct"] = (TRIALS["answer"] == TRIALS["output"]).where(TRIALS["answer"].notna()).astype("boolean")
TRIALS["model_correct"] = (TRIALS["output"] == TRIALS["truth"]).astype("boolean")
NAN = float("nan")


def test_accuracy_is_one_zero_or_not_known():
    assert simulation_accuracy(TRIALS).tolist() == pytest.approx([1, 0, 0, 0, 1, NAN], nan_ok=True)


def test_split_leaves_the_other_items_out():
    right, wrong = accuracy_where_model_right(TRIALS), accuracy_where_model_wrong(TRIALS)
    assert right.tolist() == pytest.approx([1, NAN, NAN, 0, NAN, NAN], nan_ok=True)
    assert wrong.tolist() == pytest.approx([NAN, 0, 0, NAN, 1, NAN], nan_ok=True)


def test_natural_rate_weights_right_and_wrong_items():
    told = accuracy_at_natural_rate(TRIALS, 0.2)["estimate"]
    assert told["control"] == pytest.approx(0.8 * 1 + 0.2 * 0)
    assert told["map"] == pytest.approx(0.8 * 0 + 0.2 * 1)


def test_natural_rate_needs_both_kinds_of_items():
    assert np.isnan(accuracy_at_natural_rate(TRIALS[TRIALS["item"] == "x"], 0.0).loc["control", "estimate"])


def test_balanced_accuracy_weights_right_and_wrong_items_alike():
    told = balanced_accuracy(TRIALS)
    assert told["estimate"].tolist() == pytest.approx([0.5 * 1 + 0.5 * 0, 0.5 * 0 + 0.5 * 1])
    assert told["undefined"].tolist() == [0, 1]


def test_error_rate_outside_zero_to_one_is_refused():
    with pytest.raises(ValueError, match="error_rate is 3"):
        accuracy_at_natural_rate(TRIALS, 3)


def test_answers_on_wrong_items_are_output_truth_or_neither():
    told = answers_on_wrong_items(TRIALS)
    assert told.loc["control", ["trials", "output", "truth", "neither", "undefined"]].tolist() == [
        2,
        0,
        1,
        1,
        0,
    ]
    assert told.loc["map", ["trials", "output", "truth", "neither", "undefined"]].tolist() == [1, 1, 0, 0, 1]
    assert told.loc["control", "truth_share"] == 0.5


def test_item_view_has_accuracy_and_n_of_each_arm():
    view = item_view(TRIALS)
    assert view.loc["x", ["accuracy", "n", "accuracy control", "n control"]].tolist() == [0.5, 2, 1, 1]
    assert view.loc["z", "n map"] == 0
    assert np.isnan(view.loc["z", "accuracy map"])
    assert view.loc["y", ["truth", "output"]].tolist() == ["1", "7"]


def test_item_and_wrong_answers_have_intervals():
    view = item_view(TRIALS).loc["x"]
    wilson = proportion_confint(1, 2, method="wilson")
    assert (view["low"], view["high"]) == pytest.approx(wilson)
    cells = [(person, item) for person in range(12) for item in range(10)]
    many = pd.DataFrame(cells, columns=["participant", "item"]).assign(arm="map", output="7", truth="1")
    y = np.array([(3 * person + item) % 4 > 0 for person, item in cells])
    told = answers_on_wrong_items(many.assign(answer=np.where(y, "7", "1"))).loc["map"]
    expected = fit(y, np.ones((len(y), 1)), many["participant"], many["item"]).estimate([1])
    assert 0 < expected.low < expected.high < 1
    assert (told["output_low"], told["output_high"]) == pytest.approx((expected.low, expected.high))


def test_an_interval_of_a_share_ends_where_shares_end():
    few = pd.DataFrame({"participant": [*"aabbcc"], "item": [*"xyxyxy"], "arm": "map", "output": "7"})
    told = answers_on_wrong_items(few.assign(truth="1", answer=[*"711177"])).loc["map"]
    assert (told["output_low"], told["output_high"]) == (0, 1)


def test_missing_columns_are_named():
    with pytest.raises(MissingColumns, match="lacks model_correct; it has participant"):
        accuracy_where_model_right(TRIALS.drop(columns="model_correct"))
