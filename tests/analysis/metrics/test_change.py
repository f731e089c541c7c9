"""Pre to post: by hand, and against the regression with an interaction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inference.two_way import fit
from analysis.metrics.by_arm import metric_by_arm, metric_contrasts
from analysis.metrics.change import change_per_person

RNG = np.random.default_rng(2)
CELLS = [(f"p{n}", f"i{item}", phase) for n in range(12) for item in range(6) for phase in ("pre", "post")]
TRIALS = pd.DataFrame(CELLS, columns=["participant", "item", "phase"])
TRIALS["arm"] = np.where(TRIALS["participant"].str[1:].astype(int) < 6, "control", "map")
HELP = 0.3 * ((TRIALS["arm"] == "map") & (TRIALS["phase"] == "post"))
TRIALS["correct"] = pd.array(RNG.random(len(TRIALS)) < 0.4 + HELP, dtype="boolean")


def test_a_persons_change_is_after_minus_before():
    trials = pd.DataFrame(
        [
            ("a", "pre", True),
            ("a", "pre", False),
            ("a", "post", True),
            ("b", "pre", True),
            ("b", "post", None),
        ],
        columns=["participant", "phase", "correct"],
    ).astype({"correct": "boolean"})
    told = change_per_person(trials)
    assert told["a"] == 0.5
    assert np.isnan(told["b"])


def test_other_phases_can_be_named_and_play_no_part():
    renamed = TRIALS.replace({"phase": {"pre": "practice", "post": "test"}})
    extra = pd.concat([renamed, renamed.assign(phase="learning", correct=True)], ignore_index=True)
    told = metric_by_arm("change", extra, before="practice", after="test")
    pd.testing.assert_frame_equal(told, metric_by_arm("change", TRIALS))
    pd.testing.assert_series_equal(
        change_per_person(extra, before="practice", after="test"), change_per_person(TRIALS)
    )


def test_an_arm_that_got_worse_keeps_the_whole_interval():
    swapped = TRIALS.replace({"phase": {"pre": "post", "post": "pre"}})
    told, back = metric_by_arm("change", TRIALS).loc["map"], metric_by_arm("change", swapped).loc["map"]
    assert back["estimate"] == pytest.approx(-told["estimate"])
    assert (back["low"], back["high"]) == pytest.approx((-told["high"], -told["low"]))


def test_more_change_than_in_control_is_the_interaction_of_arm_and_phase():
    told = metric_contrasts("change", TRIALS, "control").loc["map"]
    arm, post = (TRIALS["arm"] == "map").to_numpy(float), (TRIALS["phase"] == "post").to_numpy(float)
    design = np.column_stack([np.ones(len(arm)), arm, post, arm * post])
    model = fit(TRIALS["correct"].astype(float), design, TRIALS["participant"], TRIALS["item"])
    expected = model.estimate([0, 0, 0, 1])
    assert told[["estimate", "se", "p"]].tolist() == pytest.approx(
        [expected.estimate, expected.se, expected.p]
    )


def test_an_arm_without_a_phase_has_no_change():
    trials = TRIALS[(TRIALS["arm"] == "control") | (TRIALS["phase"] == "pre")]
    told = metric_by_arm("change", trials)
    assert np.isnan(told.loc["map", "estimate"])
    assert np.isfinite(told.loc["control", "estimate"])
