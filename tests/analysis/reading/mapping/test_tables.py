"""Tables of theirs before they are mapped: double rows, sentinels, recodes, several files."""

from __future__ import annotations

import pytest

from analysis.errors import MappingError
from tests.analysis.reading.mapping.made import read

ROWS = """
    who;what;group;right
    1;a;0;1
    1;b;0;0
    1;b;0;0
    2;a;1;1
    2;b;1;-9
"""
MAPPING = """
tables: {trials: {separator: ";", %s recode: {group: {0: control, 1: map}}, missing: {right: [-9]}}}
trials: {columns: {participant: who, item: what, arm: group, correct: right}}
plan: {reference: control}
"""


def test_exact_copies_are_refused_unless_the_mapping_says_what_they_are(tmp_path):
    with pytest.raises(
        MappingError, match=r"table\.csv, row 3: an exact copy.*\(1 in all\).*`drop-exact`|row 3"
    ):
        read(tmp_path, MAPPING % "", table=ROWS)


def test_exact_copies_are_dropped_and_said(tmp_path):
    study = read(tmp_path, MAPPING % "duplicates: drop-exact,", table=ROWS)
    assert len(study.trials) == 4
    assert "table.csv: 1 rows are exact copies of earlier ones; left out." in study.notes


def test_exact_copies_are_kept_and_said(tmp_path):
    study = read(tmp_path, MAPPING % "duplicates: keep,", table=ROWS)
    assert len(study.trials) == 5
    assert study.notes[0] == "table.csv: 1 rows are exact copies of earlier ones; kept, as the mapping says."


def test_values_are_recoded_and_sentinels_of_the_table_are_missing(tmp_path):
    study = read(tmp_path, MAPPING % "duplicates: drop-exact,", table=ROWS)
    assert study.arm_names == ["control", "map"]
    assert study.trials["correct"].isna().tolist() == [False, False, False, True]


def test_a_row_is_named_by_its_place_in_the_file_after_others_were_dropped(tmp_path):
    with pytest.raises(MappingError, match=r'row 5, column "right": \'-8\' is neither true nor false'):
        read(tmp_path, MAPPING % "duplicates: drop-exact,", table=ROWS.replace("-9", "-8"))


def test_a_table_that_is_not_there_is_named(tmp_path):
    mapping = "tables: {a: a.csv, b: none.csv}\ntrials: {columns: {}}\nplan: {reference: x}\n"
    with pytest.raises(MappingError, match=r"tables\.b names 'none\.csv', which is not in"):
        read(tmp_path, mapping, a="x\n1", c="x\n1")


def test_a_byte_order_mark_passes(tmp_path):
    study = read(tmp_path, MAPPING % "duplicates: keep,", table=chr(0xFEFF) + ROWS.strip())
    assert len(study.trials) == 5
