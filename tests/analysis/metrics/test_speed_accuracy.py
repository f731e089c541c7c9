"""Speed and accuracy together, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inference.arms import mean_by_arm
from analysis.metrics.by_arm import metric_by_arm
from analysis.metrics.speed_accuracy import (
    inverse_efficiency,
    linear_integrated_score,
    speed_accuracy_by_arm,
    speed_accuracy_correlation,
)

NAN = float("nan")
ROWS = [
    *[("some", "i0", True, 1000), ("some", "i1", True, 2000), ("some", "i2", True, 3000)],
    *[("some", "i3", False, 9000), ("some", "i4", None, 9000), ("some", "i5", True, None)],
    *[("all", "i0", True, 1000), ("all", "i1", True, 3000)],
    *[("none", "i0", False, 1000), ("none", "i1", False, 3000)],
    ("away", "i0", None, None),
]
TRIALS = pd.DataFrame(ROWS, columns=["participant", "item", "correct", "response_ms"])
TRIALS = TRIALS.astype({"correct": "boolean", "response_ms": "Int64"}).assign(arm="map")


def test_inverse_efficiency_is_time_of_right_answers_over_their_share():
    told = inverse_efficiency(TRIALS)
    assert told.to_dict() == pytest.approx(
        {"some": 2000 / 0.75, "all": 2000, "none": NAN, "away": NAN}, nan_ok=True
    )


def test_errors_are_worth_time_in_the_linear_integrated_score():
    told = linear_integrated_score(TRIALS)
    # RT = 2000, PE = .25, S_RT = 1000, S_PE = sd(1, 1, 1, 0) = .5
    expected = {"some": 2000 + 0.25 * 1000 / 0.5, "all": 2000, "none": NAN, "away": NAN}
    assert told.to_dict() == pytest.approx(expected, nan_ok=True)


def test_within_people_time_and_correctness_are_correlated():
    told = speed_accuracy_correlation(TRIALS)
    expected = np.corrcoef(np.log([1000, 2000, 3000, 9000]), [1, 1, 1, 0])[0, 1]
    assert told.to_dict() == pytest.approx(
        {"some": expected, "all": NAN, "none": NAN, "away": NAN}, nan_ok=True
    )


def test_scores_of_persons_count_who_has_none():
    told = metric_by_arm("linear-integrated-speed-accuracy", TRIALS).loc["map"]
    assert told[["estimate", "people", "undefined"]].tolist() == [2250, 2, 2]


def test_the_plane_holds_the_trials_that_have_both():
    told = speed_accuracy_by_arm(TRIALS).loc["map"]
    both = TRIALS.dropna(subset=["correct", "response_ms"])
    times = both["response_ms"].astype(float)
    assert told["geometric_mean_ms"] == pytest.approx(np.exp(np.log(times).mean()))
    assert told["accuracy"] == pytest.approx(5 / 8)
    assert told[["people", "trials", "undefined"]].tolist() == [3, 8, 3]
    expected = mean_by_arm(both.astype({"correct": float}), "correct").loc["map"]
    assert (told["low"], told["high"]) == pytest.approx((expected["low"], expected["high"]))
