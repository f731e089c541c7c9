"""Reading anyone's table with a mapping."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import read_mapped
from analysis.errors import MappingError

TABLE = """UID,Query,Method,Right,Conf,AI,ms
s1,q1,No explanation,1,0.9,1,1200.5
s1,q2,No explanation,0,-1,0,900
s2,q1,<b>Map</b>,1,0.5,1,1000
s2,q2,<b>Map</b>,,0.5,0,
"""
MAPPING = """
schema_version: 1
title: A table
columns: {participant: UID, item: Query, arm: Method, correct: Right, confidence: Conf, model_correct: AI, response_ms: ms}
confidence_scale: probability
missing: {confidence: [-1]}
plan: {reference: No explanation, alpha: 0.05}
"""  # noqa: E501


def read(folder: Path, table: str = TABLE, mapping: str = MAPPING):
    (folder / "table.csv").write_text(table, "utf-8")
    (folder / "mapping.yaml").write_text(mapping, "utf-8")
    return read_mapped(folder / "table.csv", folder / "mapping.yaml")


def test_columns_get_our_names_and_kinds(tmp_path):
    trials = read(tmp_path).trials
    assert trials["correct"].tolist()[:3] == [True, False, True]
    assert trials["correct"].isna().tolist() == [False, False, False, True]
    assert trials["response_ms"].tolist()[:3] == [1200.5, 900.0, 1000.0]
    assert set(trials["confidence_scale"]) == {"probability"}


def test_declared_sentinels_are_missing(tmp_path):
    assert read(tmp_path).trials["confidence"].isna().tolist() == [False, True, False, False]


def test_undeclared_sentinel_is_refused_with_row_and_column(tmp_path):
    with pytest.raises(MappingError, match=r'row 2, column "Conf": \'-1\' is outside 0 to 1.*`missing`'):
        read(tmp_path, mapping=MAPPING.replace("missing: {confidence: [-1]}\n", ""))


def test_declared_range_is_kept(tmp_path):
    with pytest.raises(MappingError, match=r'row 1, column "ms": \'1200\.5\' is outside 0 to 1000'):
        read(tmp_path, mapping=MAPPING + "ranges: {response_ms: [0, 1000]}\n")


def test_arms_get_names_and_keep_their_words_as_labels_reference_first(tmp_path):
    study = read(tmp_path)
    assert [(arm.name, arm.label) for arm in study.arms] == [
        ("No-explanation", "No explanation"),
        ("b-Map-b", "<b>Map</b>"),
    ]
    assert study.plan.reference == "No-explanation"


def test_answer_and_key_make_correct_and_output_and_truth_make_model_correct(tmp_path):
    table = "p,i,a,said,key,out,truth\n1,x,c,7,7,7,1\n1,y,c,7,1,1,1\n2,x,d,,7,7,1\n"
    mapping = (
        "columns: {participant: p, item: i, arm: a, answer: said, key: key, output: out, truth: truth}\n"
    )
    trials = read(tmp_path, table, mapping + "plan: {reference: c}\n").trials
    assert trials["correct"].tolist()[:2] == [True, False]
    assert pd.isna(trials["correct"][2])
    assert trials["model_correct"].tolist() == [False, True, False]


def test_phase_keeps_its_rows_only(tmp_path):
    table = "p,i,a,c,f\n1,x,c,1,warm-up\n1,y,c,1,main\n2,x,d,0,main\n"
    mapping = "columns: {participant: p, item: i, arm: a, correct: c, phase: f}\nphase: main\n"
    mapping += "plan: {reference: c}\n"
    study = read(tmp_path, table, mapping)
    assert study.trials["item"].tolist() == ["y", "x"]
    assert study.plan.phase == "main"
    with pytest.raises(MappingError, match="no row has the phase 'final'. Phases: main, warm-up"):
        read(tmp_path, table, mapping.replace("phase: main", "phase: final"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("item: Query", "item: Item", "columns.item names 'Item', which table.csv has not. It has UID"),
        ("item: Query, ", "", "columns lacks item; participant, item, arm are needed"),
        ("correct: Right, ", "", "columns needs `correct`, or `answer` and `key`"),
        ("item: Query", "thing: Query", "columns.thing is not one of participant, item, arm"),
        ("reference: No explanation", "reference: control", "no arm of the table. Arms: No explanation, <b>Map</b>"),
        ("schema_version: 1", "schema_version: 7", "schema_version: 7 cannot be read. Versions that can be: 1, 2"),
        ("alpha: 0.05", "alpha: 2", "mapping.yaml: plan.alpha"),
        ("missing: {confidence", "missing: {certainty", "'certainty' has a rule but stands not under"),
        ("columns: {", "columns: [", "is not YAML"),
    ],
)  # fmt: skip
def test_wrong_mapping_is_refused_with_what_is_allowed(tmp_path, old, new, message):
    with pytest.raises(MappingError, match=message.replace(".", r"\.").replace("[", r"\[")):
        read(tmp_path, mapping=MAPPING.replace(old, new))


def test_needed_value_that_is_empty_is_refused(tmp_path):
    with pytest.raises(MappingError, match="row 3, column \"UID\": '' is empty"):
        read(tmp_path, table=TABLE.replace("s2,q1", ",q1"))


def test_missing_files_are_named(tmp_path):
    read(tmp_path)
    with pytest.raises(MappingError, match="There is no table at"):
        read_mapped(tmp_path / "none.csv", tmp_path / "mapping.yaml")
    with pytest.raises(MappingError, match="There is no mapping at"):
        read_mapped(tmp_path / "table.csv", tmp_path / "none.yaml")


def test_codes_that_are_no_answer_are_counted(tmp_path):
    assert read(tmp_path).notes == ("Conf: 1 values -1 are no answer, as declared.",)


def test_exact_copies_are_kept_in_version_1_and_said(tmp_path):
    study = read(tmp_path, table=TABLE + "s1,q1,No explanation,1,0.9,1,1200.5\n")
    assert len(study.trials) == 5
    assert study.notes[0] == "table.csv: 1 rows are exact copies of earlier ones; kept, as the mapping says."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds nothing"),
        ("- a\n- b\n", "holds a list"),
        ("just words\n", "the single value 'just words'"),
    ],
)
def test_yaml_that_is_no_mapping_is_told_with_the_keys(tmp_path, content, message):
    with pytest.raises(MappingError, match=rf"mapping\.yaml holds .*{message[6:]}.*trials.*plan is needed"):
        read(tmp_path, mapping=content)


def test_files_in_another_encoding_are_named(tmp_path):
    read(tmp_path)
    (tmp_path / "table.csv").write_bytes(TABLE.replace("s1", "Jörg").encode("latin-1"))
    with pytest.raises(MappingError, match=r"table\.csv is not a CSV file in UTF-8"):
        read_mapped(tmp_path / "table.csv", tmp_path / "mapping.yaml")
    (tmp_path / "mapping.yaml").write_bytes(MAPPING.replace("A table", "Größe").encode("latin-1"))
    with pytest.raises(MappingError, match=r"mapping\.yaml is not in UTF-8"):
        read_mapped(tmp_path / "table.csv", tmp_path / "mapping.yaml")


def test_a_folder_in_place_of_a_file_is_named(tmp_path):
    read(tmp_path)
    with pytest.raises(MappingError, match="is a folder; the table must be a CSV file"):
        read_mapped(tmp_path, tmp_path / "mapping.yaml")
    with pytest.raises(MappingError, match="is a folder; the mapping must be a YAML file"):
        read_mapped(tmp_path / "table.csv", tmp_path)


def test_an_empty_table_is_named(tmp_path):
    with pytest.raises(MappingError, match=r"table\.csv is empty; a header line is needed"):
        read(tmp_path, table="")
