"""The lists of the command line."""

from __future__ import annotations

import pytest

from analysis.power import PowerError
from analysis.power.lists import by_group, whole_numbers


def test_numbers_rise_and_stand_once():
    assert whole_numbers("80, 40,160,40", "participants", 4) == [40, 80, 160]


@pytest.mark.parametrize(
    ("given", "bad"),
    [("40,many", "'many'"), ("40,,80", "''"), ("40,-2", "'-2'"), ("4.5", "'4.5'"), ("1", "'1'")],
)
def test_a_bad_part_is_named(given, bad):
    with pytest.raises(PowerError, match=f"--items '{given}': {bad} is no whole number of at least 2"):
        whole_numbers(given, "items", 2)


def test_one_number_holds_for_all():
    assert by_group("0.1", "effect", ["map", "placebo"]) == {"map": 0.1, "placebo": 0.1}


def test_who_is_not_named_gets_nothing():
    assert by_group("map=0.1", "effect", ["map", "placebo"]) == {"map": 0.1, "placebo": 0.0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("heat=0.1", "'heat' is not known here. Allowed: map, placebo"),
        ("map=0.1,map=0.2", "'map' is named twice"),
        ("map=lots", "'lots' is no number"),
        ("10%", "'10%' is no number"),
        ("nan", "'nan' is no number"),
    ],
)
def test_a_bad_effect_is_named(given, message):
    with pytest.raises(PowerError, match=message):
        by_group(given, "effect", ["map", "placebo"])
