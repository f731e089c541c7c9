"""Problems planted in small tables are found; a clean export has none."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.population import find_problems
from tests.analysis.population.studies import make_study


def trials(*rows: tuple, **columns: object) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["participant", "item", "answer"]).assign(**columns)


CLEAN = [("a", "i1", "x"), ("a", "i2", "y"), ("b", "i1", "y"), ("b", "i2", "y")]


def found(study, kind: str):
    findings = [finding for finding in find_problems(study) if finding.kind == kind]
    assert len(findings) == 1, [finding.kind for finding in find_problems(study)]
    return findings[0]


def test_a_clean_export_has_no_problems(study):
    assert find_problems(study) == []


def test_double_logged_rows_are_found():
    told = found(make_study(trials(*CLEAN, CLEAN[1], CLEAN[1])), "double-logged")
    assert (told.count, told.rows, told.people) == (2, (4, 5), ("a",))
    assert told.sentence.startswith("2 rows of trials repeat an earlier row in every column, of 1 person (a)")


def test_the_same_question_with_another_answer_is_found():
    assert found(make_study(trials(*CLEAN, ("a", "i1", "y"))), "repeated-question").rows == (4,)


def test_a_declared_repetition_is_none():
    again = trials(*CLEAN, ("a", "i1", "y"), repeats=[None] * 4 + ["i1"])
    assert find_problems(make_study(again)) == []


@pytest.mark.parametrize(
    "table",
    [
        trials(*CLEAN, catch=[False, True, False, False]),
        trials(("a", "i1", "x"), ("a", "Catch_3", "x")),
        trials(*CLEAN[:2], condition=["map", "attention check"]),
    ],
)
def test_catch_trials_tagged_as_main_are_found(table):
    assert found(make_study(table), "catch-as-main").rows == (1,)


def test_a_catcher_is_no_catch_trial():
    assert find_problems(make_study(trials(("a", "cowcatcher", "x"), ("a", "dreamcatcher", "y")))) == []


def test_trials_without_an_outcome_are_found():
    assert found(make_study(trials(*CLEAN, ("b", "i3", None))), "no-outcome").rows == (4,)


def test_answers_after_the_end_are_found():
    at = pd.to_datetime(["2026-01-01 10:00", "2026-01-01 10:09"] * 2)
    people = pd.DataFrame({"participant": ["a", "b"], "arm": "control"})
    people["finished_at"] = pd.to_datetime(["2026-01-01 10:10", "2026-01-01 10:05"])
    told = found(make_study(trials(*CLEAN, answered_at=at), people), "after-the-end")
    assert (told.count, told.people) == (1, ("b",))


def test_where_nobody_came_nobody_answered_after_the_end():
    empty = trials(answered_at=pd.Series(dtype="datetime64[ms, UTC]"))
    people = pd.DataFrame(columns=["participant", "source", "arm"]).assign(
        finished_at=pd.Series(dtype="datetime64[ms, UTC]")
    )
    assert find_problems(make_study(empty, people)) == []


def test_the_same_participant_in_two_arms_is_found():
    told = found(make_study(trials(*CLEAN, arm=["control", "map", "map", "map"])), "several-arms")
    assert told.people == ("a",)


def test_a_person_behind_two_participants_is_found():
    people = pd.DataFrame({"participant": ["a", "b"], "arm": ["control", "map"], "person": "P1"})
    told = found(make_study(trials(*CLEAN), people), "person-in-several-arms")
    assert told.sentence == "1 person (P1) took part more than once, 1 of them in different arms."


def test_people_under_several_sources_are_found():
    table = trials(*CLEAN, source=["recruited", "simulated", "recruited", "recruited"])
    assert found(make_study(table), "several-sources").people == ("a",)


def test_trials_of_strangers_are_found():
    people = pd.DataFrame({"participant": ["a"], "arm": ["control"]})
    assert found(make_study(trials(*CLEAN), people), "unknown-people").people == ("b",)


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([0.2, -1.0, 0.7, 0.9], (1,)),
        ([3.0, 999.0, 4.0, 5.0], (1,)),
        ([3.0, -1000.0, -99.0, 5.0], (1, 2)),
    ],
)
def test_sentinels_among_numbers_are_found(values, rows):
    assert found(make_study(trials(*CLEAN, confidence=values)), "sentinel").rows == rows


@pytest.mark.parametrize("values", [[-0.5, -1.0, 0.7, 0.9], [80.0, 99.0, 60.0, 70.0]])
def test_a_value_among_its_like_is_no_sentinel(values):
    assert find_problems(make_study(trials(*CLEAN, first_number=values))) == []


def test_words_for_nothing_are_found_unless_they_are_labels():
    table = trials(*CLEAN[:3], ("b", "i2", "N/A"))
    assert found(make_study(table), "sentinel").rows == (3,)
    assert find_problems(make_study(table.assign(key=["x", "y", "y", "N/A"]))) == []


def test_ratings_outside_of_their_scale_are_found():
    ratings = pd.DataFrame({"participant": ["a", "b"], "answer": [5, 6], "minimum": 1, "maximum": 5})
    told = found(make_study(trials(*CLEAN), ratings=ratings), "outside-the-scale")
    assert (told.table, told.rows) == ("ratings", (1,))
