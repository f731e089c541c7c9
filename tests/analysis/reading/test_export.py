"""Reading an export: typed tables, one source, and messages that say what is wrong and where."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis import read_export
from analysis.errors import ExportError, UnknownName
from tests.analysis.exports import build_export, made_up_tables, make_protocol, version_of, write_export


@pytest.fixture
def own(export: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(export, tmp_path / "export"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Change a file and state its hash anew, as someone who edits an export would not."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    state_hash(folder, file)


def state_hash(folder: Path, file: str) -> None:
    description = json.loads((folder / "dataset_description.json").read_text())
    description["foretell"]["files"][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    (folder / "dataset_description.json").write_text(json.dumps(description))


def test_columns_have_the_kinds_of_the_contract(study):
    assert study.trials["correct"].dtype == "boolean"
    assert study.trials["position"].dtype == "Int64"
    assert study.trials["confidence"].dtype == "float64"
    assert str(study.trials["answered_at"].dtype) == "datetime64[ms, UTC]"
    assert study.items["stratum_pool"].unique().tolist() == ["test"]


def test_plan_and_arms_come_from_the_protocol_in_its_order(study):
    assert study.arm_names == ["control", "saliency", "grad-cam", "nearest", "placebo"]
    assert study.label("nearest") == "Nearest examples"
    assert study.plan.equivalence_margin == 0.1


def test_an_empty_field_is_missing_and_never_zero(tmp_path):
    study = read_export(build_export(tmp_path / "export", people=2, times=False, confidence=False))
    assert study.trials["response_ms"].isna().all()
    assert study.trials["confidence"].isna().all()


def test_latest_version_of_the_protocol_is_the_one_that_is_read(tmp_path):
    versions = [version_of(make_protocol()), version_of(make_protocol(protocol_title="New title"), 2, "typo")]
    folder = build_export(tmp_path / "export", people=2, versions=versions[::-1])
    assert read_export(folder).title == "New title"


def test_recruited_people_are_analysed_as_soon_as_one_was_allocated(tmp_path):
    tables = made_up_tables(people=2)
    real = made_up_tables(people=1, source="recruited", seed=9)
    for name in ("participants", "trials", "responses", "ratings"):
        tables[name] += [row | {"participant": f"r-{row['participant']}"} for row in real[name]]
    folder = write_export(tmp_path / "export", tables)
    assert read_export(folder).source == "recruited"
    assert set(read_export(folder).trials["source"]) == {"recruited"}
    assert set(read_export(folder, "simulated").trials["source"]) == {"simulated"}


def test_recruited_people_who_only_arrived_do_not_hide_simulated_ones(tmp_path):
    tables = made_up_tables(people=1)
    tables["participants"].append(
        {
            "participant": "r",
            "source": "recruited",
            "outcome": "arrived",
            "arrived_at": "2026-11-05T09:00:00.000Z",
        }
    )
    assert read_export(write_export(tmp_path / "export", tables)).source == "simulated"


def test_unknown_source_lists_the_known_ones(export):
    with pytest.raises(UnknownName, match="'people'.*recruited, simulated, preview"):
        read_export(export, "people")


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(ExportError, match="nowhere: no such folder"):
        read_export(tmp_path / "nowhere")


def test_missing_table_is_named_with_those_that_are_there(own):
    (own / "trials.csv").unlink()
    with pytest.raises(ExportError, match=r"lacks the table trials\.csv; it holds .*participants\.csv"):
        read_export(own)


def test_free_texts_may_be_left_out_of_a_shared_export(own):
    (own / "texts.csv").unlink()
    assert read_export(own).texts.empty


def test_missing_description_is_named(own):
    (own / "dataset_description.json").unlink()
    with pytest.raises(ExportError, match=r"lacks dataset_description\.json"):
        read_export(own)


def test_unknown_schema_version_is_refused(own):
    change(own, "dataset_description.json", '"schema_version": 1', '"schema_version": 7')
    with pytest.raises(ExportError, match="schema version 7; 1 is the one"):
        read_export(own)


def test_changed_file_is_refused_by_its_checksum(own):
    (own / "trials.csv").write_text((own / "trials.csv").read_text().replace("true", "false", 1))
    with pytest.raises(ExportError, match=r"trials\.csv was changed after it was exported"):
        read_export(own)


def test_changed_protocol_is_refused_by_its_own_hash(own):
    change(own, "protocol.json", '"alpha": 0.05', '"alpha": 0.1')
    with pytest.raises(ExportError, match="version 1 was changed"):
        read_export(own)


def test_missing_column_is_named_with_table_and_present_columns(own):
    change(own, "trials.csv", ",correct,", ",is_correct,")
    with pytest.raises(
        ExportError, match=r"trials\.csv lacks the column correct; it has participant, source"
    ):
        read_export(own)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",true,", ",yes,", r'row 1, column "\w+": \'yes\' is neither true nor false'),
        ("p0000,simulated", "p0000,robot", r'row 1, column "source": \'robot\' is none of recruited'),
        (",forward-simulation,20,", ",forward-simulation,twenty,", r'column "position": \'twenty\' is not a number'),
        (",test,forward-simulation,20,", ",test,forward-simulation,2.5,", r"'2\.5' is not a whole number"),
        (",test,forward-simulation,20,", ",test,forward-simulation,0,", "'0' is below 1"),
        (",test,forward-simulation,20,", ",,forward-simulation,20,", r'column "phase": \'\' is empty; a value is'),
        ("2026-11-05T09:00:00.000Z", "yesterday", r'column "answered_at": \'yesterday\' is not a time'),
    ],
)  # fmt: skip
def test_bad_value_is_refused_with_file_row_and_column(own, old, new, message):
    change(own, "trials.csv", old, new)
    with pytest.raises(ExportError, match=r"trials\.csv, row 1.*" + message.removeprefix("row 1, ")):
        read_export(own)


def test_second_row_for_the_same_step_is_refused(own):
    lines = (own / "trials.csv").read_text().splitlines()
    change(own, "trials.csv", lines[2], lines[1])
    with pytest.raises(ExportError, match=r"row 2: a second row for participant p0000, position 20"):
        read_export(own)


def test_arm_that_the_protocol_has_not_is_refused(own):
    change(own, "participants.csv", "p0000,simulated,control", "p0000,simulated,contrl")
    with pytest.raises(ExportError, match="'contrl' is no arm of the protocol. Arms: control"):
        read_export(own)


def test_columns_that_the_reader_does_not_know_are_ignored(own):
    text = (own / "events.csv").read_text().replace("participant,", "new_column,participant,", 1)
    change(own, "events.csv", (own / "events.csv").read_text(), text)
    assert "new_column" not in read_export(own).events.columns


def test_data_hash_does_not_depend_on_when_it_was_exported(own, study):
    change(own, "dataset_description.json", "2026-11-08T12:00:00.000Z", "2027-01-01T00:00:00.000Z")
    assert read_export(own).data_sha256 == study.data_sha256


def test_reading_leaves_the_index_plain(study):
    pd.testing.assert_index_equal(study.trials.index, pd.RangeIndex(len(study.trials)))


@pytest.mark.parametrize("file", ["dataset_description.json", "protocol.json"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[1]", "holds a list; a JSON object"),
        (b"{", "is not JSON"),
        (b'{"a": "\xe9"}', "is not JSON in UTF-8"),
    ],
)
def test_json_that_is_not_what_it_should_be_is_named(own, file, content, message):
    (own / file).write_bytes(content)
    if file == "protocol.json":
        state_hash(own, file)
    with pytest.raises(ExportError, match=f"{file} {message}"):
        read_export(own)


@pytest.mark.parametrize("key", ["foretell", "schema_version", "files"])
def test_description_without_what_is_needed_is_refused(own, key):
    described = own / "dataset_description.json"
    described.write_text(described.read_text("utf-8").replace(f'"{key}":', '"other":', 1))
    with pytest.raises(ExportError, match=r"dataset_description\.json lacks `foretell\."):
        read_export(own)


@pytest.mark.parametrize("key", ["number", "sha256", "protocol"])
def test_version_without_what_is_needed_is_refused(own, key):
    change(own, "protocol.json", f'"{key}":', '"other":')
    with pytest.raises(ExportError, match=f"protocol.json: entry 1 of `versions` has no '{key}'"):
        read_export(own)


def test_a_folder_in_place_of_a_table_is_named(own):
    (own / "trials.csv").unlink()
    (own / "trials.csv").mkdir()
    with pytest.raises(ExportError, match=r"trials\.csv cannot be read: Is a directory"):
        read_export(own)


def test_a_file_in_place_of_an_export_is_named(own):
    with pytest.raises(ExportError, match=r"trials\.csv is a file; an export is a folder"):
        read_export(own / "trials.csv")
