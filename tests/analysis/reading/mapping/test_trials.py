"""The table of trials: own columns, constants, ranges, sentinels, catch trials, columns that become rows."""

from __future__ import annotations

import pytest

from analysis.errors import MappingError
from tests.analysis.reading.mapping.made import read

MAPPING = """
trials:
  columns: {participant: p, item: i, arm: a, answer_number: guess, score: points}
  kinds: {score: number}
%s
plan: {reference: c}
"""
ROWS = """
    p,i,a,guess,points
    1,x,c,3,10
    1,y,c,-1,20
    2,x,d,5,30
"""


def test_own_columns_need_their_kind(tmp_path):
    with pytest.raises(
        MappingError, match=r"trials\.columns\.score is not one of .* its kind \(text, number"
    ):
        read(tmp_path, (MAPPING % "").replace("  kinds: {score: number}\n", ""), table=ROWS)


def test_a_number_that_looks_like_a_code_for_missing_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(
        MappingError,
        match=r'table\.csv, row 2, column "guess": -1 looks like a code.*`missing: \{answer_number: \[-1\]\}`',
    ):
        read(tmp_path, MAPPING % "", table=ROWS)


def test_a_declared_code_is_missing_and_said(tmp_path):
    study = read(tmp_path, MAPPING % "  missing: {answer_number: [-1]}", table=ROWS)
    assert study.trials["answer_number"].isna().tolist() == [False, True, False]
    assert study.notes == ("guess: 1 values -1 are no answer, as declared.",)


def test_a_declared_range_makes_it_a_value(tmp_path):
    study = read(tmp_path, MAPPING % "  ranges: {answer_number: [-10, 10]}", table=ROWS)
    assert study.trials["answer_number"].tolist() == [3, -1, 5]
    with pytest.raises(MappingError, match=r'row 3, column "guess": \'5\' is outside 0 to 4'):
        read(tmp_path, MAPPING % "  ranges: {answer_number: [0, 4]}", table=ROWS.replace("-1", "1"))


def test_negative_numbers_of_several_kinds_are_no_code(tmp_path):
    study = read(tmp_path, MAPPING % "", table=ROWS.replace("1,x,c,3", "1,x,c,-2"))
    assert study.trials["answer_number"].tolist() == [-2, -1, 5]


def test_constants_fill_their_column(tmp_path):
    mapping = MAPPING % "  values: {chance: 0.5, task: advice}\n  missing: {answer_number: [-1]}"
    trials = read(tmp_path, mapping, table=ROWS).trials
    assert set(trials["chance"]) == {0.5}
    assert set(trials["task"]) == {"advice"}


def test_rows_are_kept_by_conditions(tmp_path):
    mapping = MAPPING % "  keep: {guess: {none_of: [-1]}, points: {above: 5, at_most: 30}}"
    assert read(tmp_path, mapping, table=ROWS).trials["item"].tolist() == ["x", "x"]
    with pytest.raises(MappingError, match=r"trials\.keep leaves no row of table\.csv"):
        read(tmp_path, MAPPING % "  keep: {points: {below: 5}}", table=ROWS)


CATCH = """
trials:
  columns: {participant: p, item: i, arm: a, correct: ok}
  catch: {column: i, values: [attention]}
plan: {reference: c}
"""
CAUGHT = """
    p,i,a,ok
    1,x,c,1
    1,attention,c,1
    2,x,d,0
    2,attention,d,0
    3,attention,d,1
"""


def test_catch_trials_leave_and_are_counted(tmp_path):
    study = read(tmp_path, CATCH, table=CAUGHT)
    assert study.trials["item"].tolist() == ["x", "x"]
    assert len(study.catch_trials) == 3
    assert study.notes == ("3 catch trials of 3 people only check attention; left out.",)


def test_catch_trials_tell_who_attended_and_who_has_nothing_else(tmp_path):
    people = read(tmp_path, CATCH, table=CAUGHT).participants.set_index("participant")
    assert people["attention_shown"].to_dict() == {"1": 1, "2": 1, "3": 1}
    assert people["attention_passed"].to_dict() == {"1": 1, "2": 0, "3": 1}


def test_a_catch_rule_that_finds_nothing_is_refused(tmp_path):
    with pytest.raises(MappingError, match=r"trials\.catch: no row of table\.csv has i check"):
        read(tmp_path, CATCH.replace("attention", "check"), table=CAUGHT)


def test_several_answers_of_a_row_become_rows_with_their_question(tmp_path):
    mapping = """
    trials:
      columns: {participant: p, item: i, arm: a}
      melt: {into: question, columns: {answer: {colour: q1, shape: q2}, key: {colour: k1, shape: k2}}}
    plan: {reference: c}
    """
    table = "p,i,a,q1,k1,q2,k2\n1,x,c,red,red,round,flat\n2,x,d,blue,red,flat,flat"
    trials = read(tmp_path, mapping.replace("\n    ", "\n"), table=table).trials
    assert trials[["participant", "question", "answer"]].to_numpy().tolist() == [
        ["1", "colour", "red"],
        ["1", "shape", "round"],
        ["2", "colour", "blue"],
        ["2", "shape", "flat"],
    ]
    assert trials["correct"].tolist() == [True, False, False, True]


def test_columns_to_melt_must_have_the_same_questions(tmp_path):
    mapping = """
trials:
  columns: {participant: p, item: i, arm: a}
  melt: {columns: {answer: {one: q1}, key: {one: k1, two: k2}}}
plan: {reference: c}
"""
    with pytest.raises(MappingError, match=r"trials\.melt\.columns\.key has one, two; each column needs one"):
        read(tmp_path, mapping, table="p,i,a,q1,k1,k2\n1,x,c,r,r,r")


def test_numbers_are_the_same_answer_however_they_are_written(tmp_path):
    mapping = (
        "trials: {columns: {participant: p, item: i, arm: a, answer: y, key: k}}\nplan: {reference: c}\n"
    )
    trials = read(tmp_path, mapping, table="p,i,a,y,k\n1,x,c,7.0,7\n1,y,c,3,4\n2,x,d,,7").trials
    assert trials["correct"].tolist()[:2] == [True, False]
    assert trials["correct"].isna().tolist() == [False, False, True]


def test_labels_that_only_look_alike_are_not_the_same_answer(tmp_path):
    mapping = (
        "trials: {columns: {participant: p, item: i, arm: a, answer: y, key: k}}\nplan: {reference: c}\n"
    )
    trials = read(tmp_path, mapping, table="p,i,a,y,k\n1,x,c,07,7\n2,y,d,dog,dog").trials
    assert trials["correct"].tolist() == [False, True]


def test_a_phase_of_the_plan_that_no_row_has_is_refused(tmp_path):
    mapping = (
        "trials: {columns: {participant: p, item: i, arm: a, correct: r, phase: f}}\nplan: {reference: c}\n"
    )
    with pytest.raises(
        MappingError, match=r"plan\.phase 'test' is no phase of the table\. Phases: post, pre"
    ):
        read(tmp_path, mapping, table="p,i,a,r,f\n1,x,c,1,pre\n2,x,d,1,post")
    study = read(
        tmp_path, mapping.replace("c}\n", "c, phase: post}\n"), table="p,i,a,r,f\n1,x,c,1,pre\n2,x,d,1,post"
    )
    assert study.trials["phase"].tolist() == ["pre", "post"]
    assert study.notes == ()


def test_the_order_of_arms_can_be_told(tmp_path):
    mapping = "trials: {columns: {participant: p, item: i, arm: a, correct: r}}\narms: [e, d]\nplan: {reference: c}\n"
    table = "p,i,a,r\n1,x,d,1\n2,x,c,1\n3,x,e,1"
    assert read(tmp_path, mapping, table=table).arm_names == ["c", "e", "d"]
    with pytest.raises(MappingError, match=r"arms names 'f', which no row has\. Arms: d, c, e"):
        read(tmp_path, mapping.replace("[e, d]", "[f]"), table=table)
