"""Variances and baseline from a pilot come back as they were planted, and say where they are from."""

from __future__ import annotations

import pytest

from analysis import read_export
from analysis.power import Assumptions, PowerError, from_pilot
from tests.analysis.exports import build_export
from tests.analysis.power.designs import TWO, make_design


@pytest.fixture(scope="module")
def pilot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pilot") / "export"
    return read_export(build_export(folder, arms=TWO, people=60, items=32, leave=0.0))


def test_a_pilot_tells_baseline_and_deviations(pilot):
    design = make_design(method="crossed-mixed-model")
    told = from_pilot(pilot, design, Assumptions(0.9, {"map": 0.1}))
    control = pilot.trials.loc[pilot.trials["arm"] == "control", "correct"].astype(float)
    assert told.baseline == pytest.approx(control.mean())
    assert told.effects == {"map": 0.1}
    # people: 0.5; items: 0.6 and half of them ±0.6 by whether the model is right
    assert told.variances.participant == pytest.approx(0.5, abs=0.15)
    assert told.variances.item == pytest.approx((0.36 + 0.36) ** 0.5, abs=0.25)
    assert told.variances.item_slope < 0.5  # none was planted
    assert "estimated from the pilot" in told.variances.source
    assert "120 participants × 32 items" in told.variances.source


def test_a_pilot_without_the_reference_is_refused(pilot):
    design = make_design({"nothing": "Nothing", "map": "Map"})
    with pytest.raises(PowerError, match="arm 'nothing' has 0 scored trials"):
        from_pilot(pilot, design, Assumptions())
