"""Reliability of scales from the table of ratings: reverse items, subscales, open items."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.metrics.reliability import cronbach_alpha
from analysis.metrics.scale_reliability import scale_reliability
from tests.analysis.metrics.test_reliability import ANSWERS


def ratings(answers: np.ndarray, reverse: tuple[bool, ...], subscales: tuple[str, ...]) -> pd.DataFrame:
    rows = [
        {"participant": f"p{who}", "arm": "map", "instrument": "trust", "question": f"q{what}"}
        | {"subscale": subscales[what] or None, "answer": answer, "minimum": 1.0, "maximum": 3.0}
        | {"reverse": reverse[what]}
        for who, given in enumerate(answers)
        for what, answer in enumerate(given)
    ]
    return pd.DataFrame(rows).astype({"answer": "float64"})


def test_reverse_items_are_turned_round_first():
    turned = ANSWERS.astype(float)
    turned[:, 1] = 4 - turned[:, 1]
    told = scale_reliability(ratings(turned, (False, True, False), ("", "", "")), draws=50)
    assert told["alpha"].tolist() == pytest.approx([0.7734375])
    assert told[["alpha_low", "alpha_high"]].iloc[0].tolist() == pytest.approx([0.336, 0.939], abs=5e-4)


def test_subscales_stand_apart_from_the_whole():
    told = scale_reliability(ratings(ANSWERS, (False,) * 3, ("trust", "trust", "distrust")), draws=50)
    assert told["subscale"].tolist() == ["", "trust", "distrust"]
    assert told["items"].tolist() == [3, 2, 1]
    assert told["alpha"].tolist()[1] == pytest.approx(cronbach_alpha(ANSWERS[:, :2]))
    assert told["alpha"].isna().tolist() == [False, False, True]
    assert told["omega"].isna().tolist() == [False, True, True]


def test_person_with_an_open_item_is_counted_and_left_out():
    answers = ANSWERS.astype(float)
    answers[0, 0] = np.nan
    told = scale_reliability(ratings(answers, (False,) * 3, ("", "", "")), draws=50).iloc[0]
    assert told[["people", "incomplete"]].tolist() == [9, 1]
    assert told["alpha"] == pytest.approx(cronbach_alpha(ANSWERS[1:]))
