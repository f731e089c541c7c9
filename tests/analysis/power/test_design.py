"""What is read off a protocol, and what cannot be simulated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.power import PowerError, design_of
from tests.analysis.power.designs import THREE, TWO, make_design, make_plan, write_items


def test_arms_weights_and_reference_are_the_protocols():
    design = make_design(THREE)
    assert (design.groups, design.others, design.weights) == (tuple(THREE), ("map", "placebo"), (1, 1, 1))


@pytest.mark.parametrize(
    ("protocol", "message"),
    [
        (make_plan({"control": "Alone"}), "one arm, 'control'; two are needed"),
        (
            make_plan(outcome="log-response-time"),
            "outcome is 'log-response-time'. Power is simulated for outcomes",
        ),
        (make_plan(phase="learning"), "names the phase 'learning', which has no trials"),
        (
            make_plan(random_effects={"participant": "1", "item": "1", "wave": "1"}),
            "random factor 'wave'; simulated are participant and item alone",
        ),
    ],
)
def test_what_cannot_be_simulated_is_said(protocol, message):
    with pytest.raises(PowerError, match=message):
        design_of(protocol)


@pytest.mark.parametrize(
    ("participants", "items", "message"),
    [
        (3, 12, "--participants 3: fewer than two people in one of 2 arms. At least 4 are needed"),
        (40, 1, "--items 1: at least 2 items"),
        (40, 21, "--items 21: each person’s items are drawn from 20"),
    ],
)
def test_too_small_a_size_is_refused(participants, items, message):
    with pytest.raises(PowerError, match=message):
        replace(make_design(), pool=20).check(participants, items)


def test_the_pool_is_counted_in_the_bundle(tmp_path):
    protocol = make_plan()
    phases = list(protocol.phases)
    test = next(number for number, phase in enumerate(phases) if phase.kind == "test")
    items = phases[test].items.model_copy(update={"sample": "each"})
    phases[test] = phases[test].model_copy(update={"items": items})
    each = protocol.model_copy(update={"phases": phases})
    with pytest.raises(PowerError, match="no bundle says from how many: --pool is needed"):
        design_of(each, tmp_path)
    write_items(tmp_path, 7)
    assert design_of(each, tmp_path).pool == 7
    assert design_of(each, tmp_path, 30).pool == 30


def test_shared_items_need_no_pool_and_are_counted_in_the_bundle(tmp_path):
    design = design_of(make_plan(TWO), tmp_path)
    assert (design.pool, design.in_bundle) == (None, None)
    write_items(tmp_path, 7)
    assert design_of(make_plan(TWO), tmp_path).in_bundle == 7
