"""Items that trip up the model, the people, both."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.metrics.tripping_items import tripping_items

ROWS = [
    *[("easy", True, True)] * 3,
    *[("hard", False, True)] * 2,
    *[("odd", True, False)] * 2,
    *[("bad", False, False)] * 2,
    ("bad", True, False),
    ("open", None, True),
    ("unknown", True, None),
]
TRIALS = pd.DataFrame(ROWS, columns=["item", "correct", "model_correct"])
TRIALS = TRIALS.astype({"correct": "boolean", "model_correct": "boolean"})


def test_each_item_trips_up_the_model_the_people_both_or_neither():
    told = tripping_items(TRIALS)["trips"]
    assert told.dropna().to_dict() == {"bad": "both", "easy": "neither", "hard": "people", "odd": "model"}
    assert told[["open", "unknown"]].isna().all()


def test_accuracy_has_wilsons_interval_and_open_answers_are_counted():
    told = tripping_items(TRIALS)
    assert told.loc["bad", ["low", "high"]].tolist() == pytest.approx(
        proportion_confint(1, 3, method="wilson")
    )
    assert told.loc["open", ["n", "undefined"]].tolist() == [0, 1]
    assert np.isnan(told.loc["open", "accuracy"])


def test_the_threshold_can_be_named():
    assert tripping_items(TRIALS, threshold=0.3).loc["bad", "trips"] == "model"


def test_items_of_two_models_stand_apart():
    both = pd.concat([TRIALS.assign(model="m1"), TRIALS.assign(model="m2", model_correct=True)])
    told = tripping_items(both)["trips"]
    assert (told["bad", "m1"], told["bad", "m2"]) == ("both", "people")
