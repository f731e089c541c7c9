"""Scores of scales: reverse items, open items, subscales, means by arm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.metrics.scales import scale_scores, scores_by_arm
from protocol.schema.instruments import Instrument
from tests.analysis.exports import SCALE


def ratings(answers: dict[str, tuple[float | None, ...]], subscales=("", "", "")) -> pd.DataFrame:
    rows = [
        {"participant": who, "arm": "map", "instrument": "satisfaction", "question": item["name"]}
        | {"subscale": subscale or None, "answer": answer, "minimum": 1.0, "maximum": 5.0}
        | {"reverse": item.get("reverse", False)}
        for who, given in answers.items()
        for item, answer, subscale in zip(SCALE["items"], given, subscales, strict=True)
    ]
    return pd.DataFrame(rows).astype({"answer": "float64"})


def test_reverse_item_is_turned_round():
    told = scale_scores(ratings({"a": (5, 1, 2)}), [Instrument.model_validate(SCALE)])
    assert told["score"].tolist() == pytest.approx([(5 + 5 + 2) / 3])


def test_scale_that_the_protocol_has_not_is_scored_by_its_own_columns():
    told = scale_scores(ratings({"a": (5, 1, 2)}, ("trust", "trust", "distrust")))
    assert told["subscale"].tolist() == ["", "trust", "distrust"]
    assert told["score"].tolist() == pytest.approx([4, 5, 2])


def test_open_item_leaves_no_score_and_is_counted():
    told = scores_by_arm(scale_scores(ratings({"a": (5, 1, None), "b": (1, 5, 1), "c": (3, 3, 3)})))
    assert told[["people", "incomplete"]].iloc[0].tolist() == [2, 1]
    assert told["mean"].iloc[0] == pytest.approx(2)


def test_interval_is_students():
    scores = pd.DataFrame({"instrument": "s", "subscale": "", "arm": "map", "score": [1.0, 2.0, 4.0, 4.0]})
    told = scores_by_arm(scores).iloc[0]
    low, high = stats.t.interval(0.95, 3, loc=2.75, scale=stats.sem([1, 2, 4, 4]))
    assert (told["low"], told["high"]) == pytest.approx((low, high))


def test_constant_rating_has_no_interval():
    told = scores_by_arm(scale_scores(ratings({"a": (3, 3, 3), "b": (3, 3, 3)}))).iloc[0]
    assert told["mean"] == 3
    assert np.isnan(told["low"])
