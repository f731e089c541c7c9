"""The table of participants: from their own table, and from summaries of any table."""

from __future__ import annotations

import pytest

from analysis.errors import MappingError
from analysis.population import apply_exclusion
from analysis.population.integrity import find_problems
from protocol.schema.plan import Exclusion
from tests.analysis.reading.mapping.made import read

TRIALS = """
    p,who,i,a,ok,ms
    1,u1,x,c,1,500
    1,u1,y,c,1,1500
    2,u1,x,d,0,2500
    3,u2,x,d,1,
"""
ASKED = """
    id,age,expert
    1,30,yes
    3,25,no
    9,50,no
"""
MAPPING = """
tables: {trials: trials.csv, asked: asked.csv}
trials: {table: trials, columns: {participant: p, person: who, item: i, arm: a, correct: ok}}
participants:
  table: asked
  columns: {participant: id, age: age, expert: expert}
  derive:
    - {column: trials, rule: count, table: trials, by: p}
    - {column: quick, rule: count, table: trials, by: p, where: {ms: {below: 2000}}}
    - {column: fastest, rule: minimum, of: ms, table: trials, by: p}
    - {column: hasty, rule: above, of: quick, number: 1}
    - {column: mature, rule: above, of: age, number: 26}
plan: {reference: c}
"""


@pytest.fixture
def people(tmp_path):
    return read(tmp_path, MAPPING, trials=TRIALS, asked=ASKED).participants.set_index("participant")


def test_everyone_with_a_trial_has_one_row(people):
    assert people.index.tolist() == ["1", "2", "3"]
    assert people["arm"].tolist() == ["c", "d", "d"]


def test_what_was_asked_is_joined_and_absent_is_missing(people):
    assert people["age"].tolist()[::2] == [30.0, 25.0]
    assert people["age"].isna().tolist() == [False, True, False]
    assert people["expert"].tolist()[::2] == ["yes", "no"]


def test_summaries_count_zero_where_there_is_nothing_and_are_missing_otherwise(people):
    assert people["trials"].tolist() == [2, 1, 1]
    assert people["quick"].tolist() == [2, 0, 0]
    assert people["fastest"].tolist()[:2] == [500, 2500]
    assert people["fastest"].isna().tolist() == [False, False, True]


def test_columns_can_be_derived_from_summaries(people):
    assert people["hasty"].tolist() == [True, False, False]
    assert people["mature"].isna().tolist() == [False, True, False]


def test_a_filter_can_use_them(tmp_path):
    study = read(tmp_path, MAPPING, trials=TRIALS, asked=ASKED)
    rule = Exclusion(
        name="hasty", kind="process", filter="column-equals", options={"column": "hasty", "value": True}
    )
    assert apply_exclusion(study, study.trials, rule).participants == {"1"}


def test_the_same_person_in_several_arms_is_said(tmp_path):
    study = read(tmp_path, MAPPING, trials=TRIALS, asked=ASKED)
    assert study.participants["person"].tolist() == ["u1", "u1", "u2"]
    assert [found.kind for found in find_problems(study)] == ["person-in-several-arms"]


def test_a_second_row_for_someone_is_refused(tmp_path):
    with pytest.raises(MappingError, match=r'asked\.csv, row 4, column "id": a second row for 1'):
        read(tmp_path, MAPPING, trials=TRIALS, asked=ASKED + "    1,31,no\n")


def test_a_summary_of_an_unknown_table_is_refused(tmp_path):
    with pytest.raises(
        MappingError, match=r"derive\.0\.table: no table is called 'log'\. Tables: trials, asked"
    ):
        read(
            tmp_path,
            MAPPING.replace("count, table: trials, by: p}", "count, table: log, by: p}"),
            trials=TRIALS,
            asked=ASKED,
        )
