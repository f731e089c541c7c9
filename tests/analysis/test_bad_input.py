"""Bad input to `python -m analysis`: said with file, row, column and what is allowed; nothing is half-written."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.reading import read_export
from protocol.freezing import canonical_json
from tests.analysis.exports import build_export
from tests.analysis.power.designs import make_plan, write_protocol

HEADER = "who,what,group,right,sure,ms"
MAPPING = """
schema_version: 2
trials:
  columns: {participant: who, item: what, arm: group, correct: right, confidence: sure, response_ms: ms}
  confidence_scale: probability
plan: {reference: control}
"""
ROOT = Path(__file__).parents[2]
DESCRIPTION = "dataset_description.json"


def rows(people: int = 6, items: int = 4) -> list[str]:
    """Return a table of two arms as lines of CSV: every third answer is wrong."""
    return [
        f"p{person},i{item},{('control', 'map')[person % 2]},{int((person + item) % 3 > 0)},0.8,{900 + item}"
        for person in range(people)
        for item in range(items)
    ]


def table(lines: list[str], header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


@pytest.fixture
def refused(tmp_path, capsys) -> Callable[..., str]:
    """Run `report` on a table that it must refuse; return what it said."""

    def run(content: str | bytes, mapping: str | bytes = MAPPING) -> str:
        for name, given in (("table.csv", content), ("mapping.yaml", mapping)):
            (tmp_path / name).write_bytes(given if isinstance(given, bytes) else given.encode("utf-8"))
        paths = [str(tmp_path / "table.csv"), "--mapping", str(tmp_path / "mapping.yaml")]
        assert main(["report", *paths, "--out", str(tmp_path / "out")]) == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == ["mapping.yaml", "table.csv"]
        said = capsys.readouterr().err
        assert said.startswith("error: ")
        assert said.count("\n") == 1
        return said

    return run


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "table.csv is empty; a header line is needed"),
        (HEADER + "\n", "table.csv has a header and no row"),
        (table(rows(), "who,what,group,right,sure,sure"), "the column 'sure' stands twice in the header"),
        (table(rows(), "who,what,group,right,sure,sure "), "the column 'sure' stands twice in the header"),
        (
            table(rows()).replace(",", ";"),
            "It has who;what;group;right;sure;ms. It seems to be separated by ';'",
        ),
        (table(rows()).replace(",", "\t"), "It seems to be separated by '\\t': say so by `separator`"),
        (
            table(rows()).replace("map", "kärte").encode("latin-1"),
            "line 6 holds the byte 0xe4. Save it as UTF-8",
        ),
        (table(rows()).encode("utf-16"), "it begins as UTF-16 does. Save it as UTF-8"),
        (table([*rows(), "p9,i1\0,map,1,.5,9"]), "column 'what': 'i1\\x00' holds a NUL"),
        (table([*rows(), '"p9,i1,map,1,.5,9']), "a quotation mark in line 26 is never closed"),
        (table([*rows(), "p9,i1,map,1,.5,9,7,8"]), "line 26 has 8 fields, its header 6"),
        (table([f"{line},7" for line in rows()]), "its rows have more fields than its header, which has 6"),
    ],
    ids=lambda given: None if isinstance(given, bytes) else str(given)[-30:].strip(),
)
def test_a_file_that_is_no_such_table(refused, content, message):
    assert message in refused(content)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            "p9,i1,map,yes,.5,9",
            "row 25, column \"right\": 'yes' is neither true nor false. Allowed are true, false, 1 and",
        ),
        ("p9,i1,map,NA,.5,9", "row 25, column \"right\": 'NA' is neither true nor false"),
        ("p9,i1,map,0.5,.5,9", "row 25, column \"right\": '0.5' is neither true nor false"),
        ("p9,i1,,1,.5,9", "row 25, column \"group\": '' is empty; a value is needed"),
        ("p9,,map,1,.5,9", "row 25, column \"what\": '' is empty; a value is needed"),
        (",i1,map,1,.5,9", "row 25, column \"who\": '' is empty; a value is needed"),
        ("p9,i1,map,1,inf,9", "row 25, column \"sure\": 'inf' is not a number"),
        ("p9,i1,map,1,NaN,9", "row 25, column \"sure\": 'NaN' is not a number"),
        ("p9,i1,map,1,1.2,9", "row 25, column \"sure\": '1.2' is outside 0 to 1"),
        ("p9,i1,map,1,80%,9", "row 25, column \"sure\": '80%' is not a number"),
        ('p9,i1,map,1,"0,5",9', "row 25, column \"sure\": '0,5' is not a number"),
        ("p9,i1,map,1,.5,-250", "row 25, column \"ms\": '-250' is below 0"),
        (
            "p9,i1,map,1,.5,-1000",
            "row 25, column \"ms\": '-1000' is below 0. Missing values must be declared",
        ),
        ("p9,i1,map,1,.5,1e999", "row 25, column \"ms\": '1e999' is not a number"),
        ("p9,i1,map,1,.5,1_000", "row 25, column \"ms\": '1_000' is not a number"),
        (rows()[3], "row 25: an exact copy of an earlier row"),
    ],
)
def test_a_value_that_does_not_fit(refused, bad, message):
    assert f"table.csv, {message}" in refused(table([*rows(), bad]))


def test_one_arm_is_nothing_to_compare(refused):
    said = refused(table([line for line in rows() if "control" in line]))
    assert "columns.arm: every row has 'control' in the column 'group'; a comparison needs two arms" in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "participant: who",
            "participant: Who",
            "columns.participant names 'Who', which table.csv has not. It has who,",
        ),
        (
            "participant: who",
            "participants: who",
            "columns.participants is not one of participant, item, arm",
        ),
        (
            "participant: who",
            "participant: [who]",
            "trials.columns.participant: Input should be a valid string",
        ),
        ("{reference: control}", "{}", "plan.reference is missing; name one of the arms: control, map"),
        (
            "{reference: control}",
            "{reference: none}",
            "plan.reference 'none' is no arm of the table. Arms: control, map",
        ),
        ("{reference: control}", "control", "plan: Input should be a valid dictionary"),
        ("control}", "control, fmaily: holm}", "plan.fmaily is not a known key. Known ones: outcome,"),
        ("control}", "control, baseline_phase: test}", "mapping.yaml: plan: it must be another phase than"),
        ("control}", "control, alpha: .nan}", "plan.alpha: Input should be a finite number"),
        ("control}", "control, covariates: [age]}", "covariate 'age' is no column. Columns: arm,"),
        (
            "control}",
            "control, covariates: [item]}",
            "plan.covariates: column 'item' holds 'i0' in row 0; numbers",
        ),
        ("control}", "control, outcome: speed}", "plan.outcome: no outcome is called 'speed'. Known ones:"),
        ("control}", "control, outcome: weight_of_advice}", "Did you mean 'weight-of-advice'? Known ones:"),
        (
            "control}",
            "control, outcome: weight-of-advice}",
            "lacks first_number, final_number, output_number; it has",
        ),
        ("control}", "control, secondary: [speed]}", "No metric is called 'speed'. Known ones:"),
        ("control}", "control, exposure: condition}", "the table of trials lacks condition"),
        ("control}", "control, items: natural, natural_error_rate: 0.1}", "lacks model_correct"),
        (
            "control}",
            "control, contrasts: trend, scores: {map: 1}}",
            "scores lack control; a trend needs one for each",
        ),
        (
            "control}",
            "control, random_effects: {person: '1'}}",
            "should be 'participant', 'item', 'model' or 'wave'",
        ),
        (
            "control}",
            "control, random_effects: {participant: '1', item: '1 + cond'}}",
            "the table of the model lacks cond",
        ),
        (
            "control}",
            "control, random_effects: {participant: '1', item: '1', wave: '1'}}",
            "the table of the model lacks wave",
        ),
        (
            "control}",
            "control, exclusions: [{name: x, kind: process, filter: slow}]}",
            "No filter is called 'slow'. Known",
        ),
        ("probability", "percent", "trials.confidence_scale: Input should be 'probability' or 'ordinal'"),
        (
            "probability",
            "probability\n  ranges: {response_ms: [9, 0]}",
            "ranges.response_ms: the lowest value comes first; 9",
        ),
        (
            "probability",
            "probability\n  ranges: {item: [0, 9]}",
            "ranges.item: 'what' holds texts; numbers have a range",
        ),
        (
            "probability",
            "probability\n  missing: {conf: [-1]}",
            "'conf' has a rule but stands not under `columns`",
        ),
        ("probability", "probability\n  keep: {group: placebo}", "keep leaves no row of table.csv"),
        (
            "probability",
            "probability\n  catch: {column: what, values: [c1]}",
            "catch: no row of table.csv has what c1",
        ),
        (
            "probability",
            "probability\n  catch: {column: group, values: [control, map]}",
            "catch: every row of table.csv",
        ),
        (
            "trials:",
            'tables: {trials: {separator: "\\n"}}\ntrials:',
            "tables.trials.separator: String should match",
        ),
        (
            "trials:",
            "tables: {trials: {derive: [{column: x, rule: eval, of: [ms]}]}}\ntrials:",
            "no rule is called 'eval'",
        ),
        (
            "trials:",
            "tables: {trials: {derive: [{column: x, rule: below, of: [who], number: 3}]}}\ntrials:",
            "'p0' is not a",
        ),
        (
            "plan:",
            "ratings: [{minimum: 5, maximum: 1, columns: {}}]\nplan:",
            "ratings.0: minimum 5 must be below maximum 1",
        ),
        ("plan:", "participants: {columns: {age: ms}}\nplan:", "participants.columns lacks participant"),
        ("plan:", "plan: {reference: map}\nplan:", 'is not YAML: line 7: found duplicate key "plan"'),
        (
            "schema_version: 2",
            "schema_version: 3",
            "schema_version: 3 cannot be read. Versions that can be: 1, 2",
        ),
        ("schema_version: 2", "- a", "is not YAML: line 3:"),
    ],
)
def test_a_mapping_that_does_not_fit(refused, old, new, message):
    assert old in MAPPING
    assert message in refused(table(rows()), MAPPING.replace(old, new, 1))


def test_a_mapping_that_is_not_text(refused):
    assert "mapping.yaml is not in UTF-8" in refused(table(rows()), "title: kärte".encode("latin-1"))
    assert "mapping.yaml holds nothing; a mapping with the keys" in refused(table(rows()), "")


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    arms = {"control": "No explanation", "map": "Map"}
    return build_export(tmp_path_factory.mktemp("sound") / "export", arms=arms, people=3, items=6)


@pytest.fixture
def refused_export(sound, tmp_path, capsys) -> Callable[[Callable[[Path], object]], str]:
    """Run `report` on a copy of an export that was spoilt; return what was said."""

    def run(spoil: Callable[[Path], object]) -> str:
        folder = tmp_path / "export"
        shutil.copytree(sound, folder)
        spoil(folder)
        assert main(["report", str(folder), "--out", str(tmp_path / "out")]) == 1
        assert [path.name for path in tmp_path.iterdir()] == ["export"]
        said = capsys.readouterr().err
        assert said.startswith("error: ")
        assert said.count("\n") == 1
        return said

    return run


def signed(folder: Path) -> None:
    """State the files' hashes anew, as if the export had been written like this."""
    described = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    described["foretell"]["files"] = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != DESCRIPTION
    }
    (folder / DESCRIPTION).write_text(json.dumps(described), "utf-8")


def cell(file: str, row: int, column: str, value: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with (folder / file).open(newline="", encoding="utf-8") as given:
            lines = list(csv.reader(given))
        lines[row][lines[0].index(column)] = value
        with (folder / file).open("w", newline="", encoding="utf-8") as changed:
            csv.writer(changed, lineterminator="\n").writerows(lines)
        signed(folder)

    return spoil


def written(file: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / file).write_text(change((folder / file).read_text("utf-8")), "utf-8")
        signed(folder)

    return spoil


def described(**facts: object) -> Callable[[Path], object]:
    def spoil(folder: Path) -> object:
        told = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        told["foretell"] |= facts
        return (folder / DESCRIPTION).write_text(json.dumps(told), "utf-8")

    return spoil


def planned(**changes: object) -> Callable[[Path], None]:
    def change(text: str) -> str:
        told = json.loads(text)
        version = told["versions"][-1]
        version["protocol"]["analysis"] |= changes
        version["sha256"] = hashlib.sha256(canonical_json(version["protocol"])).hexdigest()
        return json.dumps(told)

    return written("protocol.json", change)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            cell("trials.csv", 3, "correct", "1"),
            "trials.csv, row 3, column \"correct\": '1' is neither true nor false",
        ),
        (cell("trials.csv", 3, "confidence", "high"), "row 3, column \"confidence\": 'high' is not a number"),
        (cell("trials.csv", 3, "confidence", "NaN"), "row 3, column \"confidence\": 'NaN' is not a number"),
        (cell("trials.csv", 3, "confidence", "1.5"), 'row 3, column "confidence": 1.5 is outside 0 to 1'),
        (cell("trials.csv", 3, "confidence_scale", "percent"), "'percent' is none of probability, ordinal"),
        (cell("trials.csv", 3, "response_ms", "-5"), "row 3, column \"response_ms\": '-5' is below 0"),
        (cell("trials.csv", 3, "response_ms", "12.5"), "'12.5' is not a whole number"),
        (cell("trials.csv", 3, "response_ms", "9" * 25), "is too large to be exact"),
        (cell("trials.csv", 3, "arm", ""), "row 3, column \"arm\": '' is empty; a value is needed"),
        (cell("trials.csv", 3, "arm", "mapp"), "'mapp' is no arm of the protocol. Arms: control, map"),
        (
            cell("trials.csv", 3, "answered_at", "yesterday"),
            "'yesterday' is not a time like 2026-11-05T09:12:00.123Z",
        ),
        (
            cell("participants.csv", 3, "outcome", "gone"),
            "row 3, column \"outcome\": 'gone' is none of arrived, declined",
        ),
        (
            cell("outputs.csv", 1, "probabilities", "{}"),
            'outputs.csv, row 1, column "probabilities": {} is no JSON list',
        ),
        (cell("items.csv", 1, "change", "[1]"), 'items.csv, row 1, column "change": [1] is no JSON object'),
        (cell("items.csv", 1, "change", "{"), "items.csv, row 1, column \"change\": '{' is not JSON"),
        (
            written("trials.csv", lambda text: text + text.splitlines()[1] + "\n"),
            "a second row for participant p0000",
        ),
        (written("trials.csv", lambda text: ""), "trials.csv is empty; a header line is needed"),
        (
            written("trials.csv", lambda text: text.replace(",item,", ",items,", 1)),
            "trials.csv lacks the column item; it has",
        ),
        (
            lambda folder: (folder / "trials.csv").write_text("x"),
            "trials.csv was changed after it was exported: its SHA-256",
        ),
        (
            lambda folder: (folder / "trials.csv").unlink(),
            "lacks the table trials.csv; it holds allocation.csv",
        ),
        (lambda folder: (folder / DESCRIPTION).unlink(), f"lacks {DESCRIPTION}"),
        (lambda folder: (folder / DESCRIPTION).write_text("{"), "is not JSON in UTF-8"),
        (described(schema_version=99), "this export has schema version 99; 1 is the one that can be read"),
        (
            described(schema_version=True),
            "this export has schema version True; 1 is the one that can be read",
        ),
        (described(files={}), "`foretell.files` states no SHA-256 of participants.csv"),
        (described(files=None), "lacks `foretell.files`, an object of SHA-256 by file name"),
        (
            written("protocol.json", lambda text: '{"versions": []}'),
            "protocol.json holds no version of the protocol",
        ),
        (
            written("protocol.json", lambda text: text.replace("digits", "digit", 1)),
            "version 1 was changed: its SHA-256 is",
        ),
        (
            planned(reference="none"),
            "version 1 is no protocol: the file: analysis.reference names the unknown arm",
        ),
        (planned(fmaily="holm"), "version 1 is no protocol: analysis.fmaily is not a known key"),
        (planned(outcome="speed"), "No metric is called 'speed'"),
        (
            planned(covariates=["answer"]),
            "plan.covariates: column 'answer' holds '0' in row 0; numbers or booleans",
        ),
    ],
)
def test_an_export_that_is_not_sound(refused_export, spoil, message):
    assert message in refused_export(spoil)


def test_columns_that_nobody_knows_and_a_missing_table_of_texts_are_no_fault(sound, tmp_path):
    folder = tmp_path / "export"
    shutil.copytree(sound, folder)
    (folder / "texts.csv").unlink()
    written("trials.csv", lambda text: "\n".join(f"{line},x" for line in text.splitlines()) + "\n")(folder)
    assert len(read_export(folder).trials) == len(read_export(sound).trials)


def test_a_text_in_a_column_of_numbers_is_found_at_row_777_777(refused):
    lines = [
        f"p{n % 5000},i{n // 5000},{('control', 'map')[n % 2]},{n % 2},0.5,900" for n in range(1_000_000)
    ]
    lines[777_776] = lines[777_776].replace(",0.5,", ",very,")
    assert "table.csv, row 777777, column \"sure\": 'very' is not a number" in refused(table(lines))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--processes", "0"), "--processes 0: a number from 1, or -1"),
        (("--pool", "9"), "--pool 9: all participants see the same items"),
        (
            ("--sd", "item=1000"),
            "--sd item=1000: a standard deviation is at least 0 and, in logits, at most 10",
        ),
        (("--baseline", "nan"), "it must lie between 0 and 1"),
        (("--dask", "nowhere"), "--dask nowhere: no scheduler can be reached"),
        (("--out", "{protocol}/below"), "a folder is needed"),
        (("--pilot", "{protocol}"), "is a file; an export is a folder"),
    ],
)
def test_a_power_analysis_that_cannot_be(tmp_path, capsys, arguments, message):
    protocol = write_protocol(tmp_path, make_plan())
    told = [given.format(protocol=protocol) for given in arguments]
    sizes = ["--participants", "20", "--items", "6", "--studies", "2", "--effect", "0.1"]
    assert main(["power", str(protocol), *sizes, *told]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"covariates": ["age"]}, "no column of numbers or booleans is called 'age'"),
        (
            {"random_effects": {"participant": "1", "item": "1 + cond"}},
            "no variable of the model is called 'cond'",
        ),
        ({"secondary": ["speed"]}, "no metric is called 'speed'"),
    ],
)
def test_a_plan_that_cannot_be_executed_is_not_simulated(tmp_path, capsys, changes, message):
    protocol = write_protocol(tmp_path, make_plan(**changes))
    assert main(["power", str(protocol), "--participants", "20", "--items", "6", "--effect", "0.1"]) == 1
    assert message in capsys.readouterr().err


def test_an_unknown_replication_and_absent_data_are_said(tmp_path, capsys):
    assert main(["replicate", "nobody2020"]) == 1
    assert (
        "No replication is called 'nobody2020'. Known ones: kuhl2022, taesiri2022" in capsys.readouterr().err
    )
    assert main(["replicate", "kuhl2022", "--data", str(tmp_path)]) == 1
    assert "The published data of kuhl2022 are not at" in capsys.readouterr().err


def test_the_shell_sees_one_line_and_the_status_1(tmp_path):
    (tmp_path / "table.csv").write_text(table([*rows(), "p9,i1,map,1,very,9"]), "utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
    command = [
        sys.executable,
        "-m",
        "analysis",
        "report",
        "table.csv",
        "--mapping",
        "mapping.yaml",
        "--out",
        "out",
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: table.csv, row 25, column \"sure\": 'very' is not a number")
    assert done.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mapping.yaml", "table.csv"]
