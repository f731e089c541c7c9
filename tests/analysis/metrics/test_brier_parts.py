"""Murphy's partition: by hand, as an identity, and planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.metrics.brier_parts import brier_parts
from tests.analysis.metrics.tables import table

# confidence .8: 3 of 4 right; .6: 1 of 4 right; half of all
TRIALS = table(
    participant=["a"] * 9,
    item=list("abcdefghi"),
    confidence=[0.8] * 4 + [0.6] * 4 + [None],
    confidence_scale="probability",
    correct=[True, True, True, False, True, False, False, False, True],
)


def test_parts_of_two_groups_by_hand():
    told = brier_parts(TRIALS).loc["map"]
    assert told["reliability"] == pytest.approx((0.05**2 + 0.35**2) / 2)
    assert told["resolution"] == pytest.approx(0.25**2)
    assert told["uncertainty"] == pytest.approx(0.25)
    assert told["brier"] == pytest.approx((3 * 0.04 + 0.64 + 0.16 + 3 * 0.36) / 8)
    assert told[["groups", "trials", "undefined"]].tolist() == [2, 8, 1]
    assert told[["within_variance", "within_covariance"]].tolist() == pytest.approx([0, 0])


@pytest.mark.parametrize("bins", [None, 1, 3, 10])
def test_parts_add_up_to_the_brier_score_however_grouped(bins):
    rng = np.random.default_rng(1)
    stated = rng.random(500)
    right = pd.array(rng.random(500) < stated**2, dtype="boolean")
    trials = table(participant=range(500), item=range(500), confidence=stated, correct=right)
    told = brier_parts(trials.assign(confidence_scale="probability"), bins=bins).loc["map"]
    total = told["reliability"] - told["resolution"] + told["uncertainty"]
    total += told["within_variance"] - told["within_covariance"]
    assert told["brier"] == pytest.approx(total)
    assert told["brier"] == pytest.approx(((stated - right.astype(float)) ** 2).mean())


def test_one_value_for_all_has_no_resolution():
    told = brier_parts(TRIALS.assign(confidence=0.5)).loc["map"]
    assert told[["resolution", "groups"]].tolist() == pytest.approx([0, 1])


def test_ordinal_confidence_has_no_parts():
    told = brier_parts(TRIALS.assign(confidence_scale="ordinal")).loc["map"]
    assert np.isnan(told["brier"])
    assert told[["trials", "undefined"]].tolist() == [0, 9]
