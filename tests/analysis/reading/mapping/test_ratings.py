"""Ratings: one row per answer, one-hot rows, or one column per question."""

from __future__ import annotations

import pytest

from analysis.errors import MappingError
from protocol.doors.export import RATINGS
from tests.analysis.reading.mapping.made import read

TRIALS = "p,i,a,ok\n1,x,c,1\n2,x,d,0"
MAPPING = """
tables: {trials: trials.csv, survey: survey.csv}
trials: {table: trials, columns: {participant: p, item: i, arm: a, correct: ok}}
ratings:
  - table: survey
    instrument: trust
    minimum: 1
    maximum: 5
%s
plan: {reference: c}
"""
LONG = "    columns: {participant: id, question: q, answer: said}\n    missing: {answer: [6]}"
WIDE = (
    "    columns: {participant: id}\n    melt: {columns: {answer: {calm: q1, wary: q2}}}\n    reverse: [wary]"
)
ONE_HOT = "    keep: {checked: 1}\n    columns: {participant: id, question: q, answer: option}"


def test_long_rows_are_read_with_their_sentinel(tmp_path):
    survey = "id,q,said\n1,calm,4\n1,wary,6\n2,calm,2"
    ratings = read(tmp_path, MAPPING % LONG, trials=TRIALS, survey=survey).ratings
    assert ratings["answer"].tolist()[::2] == [4.0, 2.0]
    assert ratings["answer"].isna().tolist() == [False, True, False]
    assert ratings["arm"].tolist() == ["c", "c", "d"]


def test_the_columns_are_those_of_an_export(tmp_path):
    survey = "id,q,said\n1,calm,4"
    ratings = read(tmp_path, MAPPING % LONG, trials=TRIALS, survey=survey).ratings
    assert set(RATINGS.header) - set(ratings.columns) == {"answered_at"}


def test_an_undeclared_code_lies_off_the_scale(tmp_path):
    mapping = (MAPPING % LONG).replace("    missing: {answer: [6]}", "")
    with pytest.raises(MappingError, match=r'survey\.csv, row 1, column "said": \'6\' is outside 1 to 5'):
        read(tmp_path, mapping, trials=TRIALS, survey="id,q,said\n1,calm,6")


def test_one_hot_rows_give_the_checked_option(tmp_path):
    survey = "id,q,option,checked\n1,calm,1,0\n1,calm,2,1\n2,calm,1,1\n2,calm,2,0"
    ratings = read(tmp_path, MAPPING % ONE_HOT, trials=TRIALS, survey=survey).ratings
    assert ratings["answer"].tolist() == [2.0, 1.0]


def test_two_checked_options_are_refused(tmp_path):
    survey = "id,q,option,checked\n1,calm,1,1\n1,calm,2,1"
    with pytest.raises(
        MappingError, match=r'survey\.csv, row 2, column "option": a second answer of 1 to calm'
    ):
        read(tmp_path, MAPPING % ONE_HOT, trials=TRIALS, survey=survey)


def test_wide_rows_become_one_row_per_question_and_reverse_items_are_marked(tmp_path):
    ratings = read(tmp_path, MAPPING % WIDE, trials=TRIALS, survey="id,q1,q2\n1,5,2\n2,1,").ratings
    assert ratings["question"].tolist() == ["calm", "wary", "calm", "wary"]
    assert ratings["reverse"].tolist() == [False, True, False, True]
    assert ratings["answer"].tolist()[:3] == [5.0, 2.0, 1.0]


def test_people_without_a_trial_are_left_out_and_counted(tmp_path):
    study = read(tmp_path, MAPPING % LONG, trials=TRIALS, survey="id,q,said\n1,calm,4\n7,calm,3")
    assert study.ratings["participant"].tolist() == ["1"]
    assert "survey.csv: 1 people have ratings and no trial; left out." in study.notes


def test_reverse_items_must_have_been_asked(tmp_path):
    mapping = (MAPPING % WIDE).replace("[wary]", "[weary]")
    with pytest.raises(
        MappingError, match=r"reverse names 'weary', which no row asks\. Questions: calm, wary"
    ):
        read(tmp_path, mapping, trials=TRIALS, survey="id,q1,q2\n1,5,2")
