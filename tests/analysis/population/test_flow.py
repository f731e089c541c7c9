"""The flow of participants, counted from a table of people made by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from analysis import read_export
from analysis.population.attrition import attrition_by_arm, is_differential
from analysis.population.flow import flow_of_participants
from tests.analysis.exports import START, made_up_tables, make_protocol, write_export

ARMS = {"control": "No explanation", "map": "Map"}


def person(name: str, outcome: str, arm: str | None = None, *, consented: bool = True, **more) -> dict:
    row = {"participant": name, "source": "recruited", "outcome": outcome, "arm": arm, "arrived_at": START}
    return row | ({"consented_at": START + timedelta(minutes=1)} if consented else {}) | more


PEOPLE = [
    person("a", "arrived", consented=False),
    person("b", "declined", consented=False),
    person("c", "left", consented=False),
    person("d", "left"),
    person("e", "screened-out"),
    person("f", "consented"),
    person("g", "withdrawn"),  # between consent and gate
    person("o", "turned-away"),
    person("p", "turned-away", consented=False),
    person("h", "finished", "control"),
    person("i", "left", "control"),  # before the test
    person("j", "left", "map"),  # during the test
    person("k", "left", "map"),  # after the test
    person("l", "withdrawn", "map"),
    person("m", "allocated", "map"),  # on the way, no trial so far
    person("n", "finished", "map"),
]
ANSWERED = {"h": 4, "j": 2, "k": 4, "n": 4}


@pytest.fixture
def study(tmp_path: Path):
    made_up = made_up_tables(arms=ARMS, people=1, items=4, leave=0, early=0, source="recruited")
    trials = [row for row in made_up["trials"] if row["participant"] == "p0000"]
    arms = {row["participant"]: row["arm"] for row in PEOPLE}
    tables = {
        "participants": PEOPLE,
        "trials": [
            row | {"participant": who, "arm": arms[who], "condition": arms[who]}
            for who, answered in ANSWERED.items()
            for row in trials[:answered]
        ],
    }
    return read_export(write_export(tmp_path / "export", tables, make_protocol(ARMS, trials=4)))


def test_everyone_before_allocation_has_a_reason(study):
    told = flow_of_participants(study)
    assert (told.arrived, told.declined, told.left_before_consent, told.still_before_consent) == (16, 1, 1, 1)
    assert (told.left_before_allocation, told.screened_out, told.still_before_allocation) == (1, 1, 1)
    assert (told.turned_away_before_consent, told.turned_away_before_allocation) == (1, 1)
    assert (told.withdrew_before_consent, told.withdrew_before_allocation, told.allocated) == (0, 1, 7)


def test_counts_add_up(study):
    told = flow_of_participants(study)
    assert told.arrived == (
        told.declined + told.left_before_consent + told.still_before_consent
        + told.turned_away_before_consent + told.withdrew_before_consent + told.consented
    )  # fmt: skip
    assert told.consented == (
        told.left_before_allocation + told.turned_away_before_allocation + told.screened_out
        + told.withdrew_before_allocation + told.still_before_allocation + told.allocated
    )  # fmt: skip
    arms = told.by_arm
    lost = arms[["left_before_test", "withdrew", "before_test_still", "excluded"]].sum(axis=1)
    assert (arms["allocated"] == lost + arms["analysed"]).all()


def test_each_arm_is_counted(study):
    arms = flow_of_participants(study).by_arm
    assert arms.loc["control", ["allocated", "left_before_test", "analysed", "finished"]].tolist() == [
        2,
        1,
        1,
        1,
    ]
    assert arms.loc["map", ["allocated", "withdrew", "before_test_still", "analysed"]].tolist() == [
        5,
        1,
        1,
        3,
    ]
    assert arms.loc["map", ["left_during_test", "left_after_test", "finished"]].tolist() == [1, 1, 1]


def test_attrition_counts_who_left_before_the_end_of_the_test(study):
    told = attrition_by_arm(study)
    assert told.loc["control", ["people", "lost", "still"]].tolist() == [2, 1, 0]
    assert told.loc["map", ["people", "lost", "still"]].tolist() == [5, 2, 1]
    assert told.loc["map", "difference"] == pytest.approx(2 / 5 - 1 / 2)
    assert is_differential(told)


def test_more_than_five_points_are_differential(study):
    told = attrition_by_arm(study)
    told["share"] = [0.10, 0.16]
    assert is_differential(told)
