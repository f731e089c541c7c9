"""`python -m analysis`: what is said, the exit status, and that nothing is left half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.__main__ import main
from tests.analysis.exports import build_export

MAPPING = """
schema_version: 2
trials:
  columns: {participant: who, item: what, arm: group, correct: right, confidence: sure}
  confidence_scale: probability
plan: {reference: control}
"""


def rows(people: int = 6, items: int = 4) -> list[str]:
    """Return a table of two arms as lines of CSV: every third answer is wrong."""
    return [
        f"p{person},i{item},{('control', 'map')[person % 2]},{int((person + item) % 3 > 0)},0.8"
        for person in range(people)
        for item in range(items)
    ]


@pytest.fixture
def export(tmp_path):
    return build_export(tmp_path / "export", people=3, items=6)


@pytest.fixture
def told(tmp_path, capsys):
    """Run `report` on lines of a table with a mapping; return exit status, what was said, and the folder."""

    def run(lines: list[str], mapping: str = MAPPING, header: str = "who,what,group,right,sure"):
        (tmp_path / "table.csv").write_text("\n".join([header, *lines]) + "\n", "utf-8")
        (tmp_path / "mapping.yaml").write_text(mapping, "utf-8")
        out = tmp_path / "out"
        arguments = ["report", str(tmp_path / "table.csv"), "--mapping", str(tmp_path / "mapping.yaml")]
        status = main([*arguments, "--out", str(out)])
        return status, capsys.readouterr().err, out

    return run


def test_report_is_made_and_named(export, tmp_path, capsys):
    assert main(["report", str(export), "--out", str(tmp_path / "out")]) == 0
    assert f"Report: {tmp_path / 'out' / 'report.html'}" in capsys.readouterr().out


def test_what_is_wrong_is_told_in_one_line(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: There is no export at")
    assert told.count("\n") == 1


def test_source_is_one_of_three(export, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["report", str(export), "--out", str(tmp_path / "out"), "--source", "people"])
    assert "recruited" in capsys.readouterr().err


def test_source_can_be_chosen_even_when_nobody_came(export, tmp_path):
    assert main(["report", str(export), "--out", str(tmp_path / "out"), "--source", "recruited"]) == 0
    assert "no verdict" in (tmp_path / "out" / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("participant: who", "participant: whom", "trials.columns.participant names 'whom', which table.csv has not"),
        ("item: what, ", "", "trials.columns lacks item; participant, item, arm are needed"),
        ("reference: control", "reference: none", "plan.reference 'none' is no arm of the table. Arms: control, map"),
        ("schema_version: 2", "schema_version: 3", "schema_version: 3 cannot be read. Versions that can be: 1, 2"),
        ("trials:", "trails:", "trials is missing. Needed keys: trials, plan"),
        ("plan: {", "plan: {outcome: speed, ", "speed"),
        ("plan: {", "plan: {alpha: 7, ", "plan.alpha"),
        ("confidence: sure", "confidence: sure, size: sure, phase: what", "plan.phase 'test' is no phase of the table"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told_and_nothing_is_written(told, old, new, message):
    assert old in MAPPING
    status, said, out = told(rows(), MAPPING.replace(old, new, 1))
    assert status == 1
    assert said.startswith("error: ")
    assert message in said
    assert not out.exists()


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("p9,i1,map,1,nan", 'table.csv, row 25, column "sure": \'nan\' is not a number. Missing values must be'),
        ("p9,i1,map,1,80", 'row 25, column "sure": \'80\' is outside 0 to 1'),
        ("p9,i1,map,1,-1", 'row 25, column "sure": \'-1\' is outside 0 to 1'),
        ("p9,i1,map,maybe,0.5", 'row 25, column "right": \'maybe\' is neither true nor false'),
        (",i1,map,1,0.5", 'row 25, column "who": \'\' is empty; a value is needed'),
        ("p9,i1,map,1,0.5,9", "is not a CSV file in UTF-8"),
        ("p1,i1,map,1,0.8", "row 25: an exact copy of an earlier row (1 in all)"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_its_place_and_nothing_is_written(told, bad, message):
    status, said, out = told([*rows(), bad])
    assert status == 1
    assert message in said
    assert not out.exists()


def test_a_table_without_the_outcome_is_told(told):
    status, said, out = told(rows(), MAPPING.replace("correct: right, ", ""))
    assert status == 1
    assert "correct" in said
    assert not out.exists()


def test_an_unknown_version_of_an_export_is_told(export, tmp_path, capsys):
    path = export / "dataset_description.json"
    described = json.loads(path.read_text("utf-8"))
    described["foretell"]["schema_version"] = 99
    path.write_text(json.dumps(described), "utf-8")
    assert main(["report", str(export), "--out", str(tmp_path / "out")]) == 1
    assert "schema version 99" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "lines",
    [
        [line for line in rows() if ",control," in line],  # one arm
        [line for line in rows() if ",i1," in line],  # one item
        [line.replace(",0,0.8", ",1,0.8") for line in rows()],  # all correct
        [line for line in rows() if line.startswith(("p0", "p1"))],  # one person an arm
    ],
    ids=["one arm", "one item", "all correct", "one person an arm"],
)
def test_too_little_data_is_a_report_without_a_number_it_cannot_give_or_a_message(told, lines):
    status, said, out = told(lines)
    assert (out / "report.html").exists() if status == 0 else said.startswith("error: ")
    assert status == 0 or not out.exists()


def test_mixed_types_deep_in_a_large_table_are_told_with_their_row(told, tmp_path):
    lines = [f"p{n % 500},i{n // 500},{('control', 'map')[n % 2]},{n % 2},0.5" for n in range(100_000)]
    lines[91_234] = lines[91_234].rsplit(",", 1)[0] + ",very"
    status, said, out = told(lines)
    assert status == 1
    assert "table.csv, row 91235, column \"sure\": 'very' is not a number" in said
    assert not out.exists()


def test_an_earlier_report_survives_a_failed_one(told, tmp_path):
    assert told(rows())[0] == 0
    before = Path(tmp_path / "out" / "report.html").read_bytes()
    (tmp_path / "table.csv").write_text("who\n1\n", "utf-8")
    arguments = ["report", str(tmp_path / "table.csv"), "--mapping", str(tmp_path / "mapping.yaml")]
    assert main([*arguments, "--out", str(tmp_path / "out"), "--force"]) == 1
    assert Path(tmp_path / "out" / "report.html").read_bytes() == before
