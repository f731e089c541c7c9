"""Verdicts: what counts as a match, what as an erratum, and what the command says when it cannot tell."""

from __future__ import annotations

import pytest

from analysis.__main__ import main
from analysis.errors import ReplicationError, UnknownName
from analysis.replication import replicate, running, verdict_table
from analysis.replication.comparing import compare, half_a_unit
from analysis.replication.schema import Target

MAPPING = """
schema_version: 2
trials: {columns: {participant: p, item: i, arm: a, correct: ok}}
plan: {reference: c}
"""
TABLE = "p,i,a,ok\n1,x,c,1\n1,y,c,0\n2,x,d,1\n2,y,d,1\n"
TARGETS = """
data: trials.csv
targets:
  - name: mean, %%
    quantity: mean-of-persons
    options: {column: correct, scale: 100}
    published: {c: "50.0", d: %s}
    source: a test
"""


def target(**told) -> Target:
    return Target.model_validate({"name": "n", "quantity": "q", "source": "s", **told})


@pytest.mark.parametrize(
    ("printed", "expected"), [("65.50", 0.005), (1284, 0.5), ("4.5e-5", 5e-7), (".188", 5e-4)]
)
def test_the_tolerance_is_half_a_unit_of_the_last_printed_digit(printed, expected):
    assert half_a_unit(printed) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("reproduced", "verdict"),
    [
        (65.5049, "match"),
        (65.495, "match"),
        (65.4949, "MISMATCH"),
        (65.51, "MISMATCH"),
        (float("nan"), "MISMATCH"),
    ],
)
def test_a_value_matches_where_it_would_be_printed_the_same(reproduced, verdict):
    assert compare("d", target(published={"a": "65.50"}), "a", reproduced).verdict == verdict


def test_a_stated_tolerance_counts_instead():
    assert compare("d", target(published={"a": 81.14}, tolerance=0.07), "a", 81.17).verdict == "match"


def test_an_erratum_is_one_only_where_the_like_for_like_value_comes_out():
    erratum = target(published={"p": 0.2}, instead={"p": 0.84}, errata="two different items")
    assert compare("d", erratum, "p", 0.841).verdict == "errata"
    assert compare("d", erratum, "p", 0.2).verdict == "MISMATCH"


def test_unknown_names_are_told(tmp_path):
    with pytest.raises(UnknownName, match=r"'hase2020'\. Known ones: kuhl2022, taesiri2022"):
        replicate("hase2020", tmp_path)
    with pytest.raises(ReplicationError, match="no such folder.*REPLICATION_DATA"):
        replicate("kuhl2022", tmp_path / "none")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A replication of one number, and how to publish another value."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "trials.csv").write_text(TABLE, "utf-8")
    (folder / "it.yaml").write_text(MAPPING, "utf-8")
    (folder / "it.targets.yaml").write_text(TARGETS % "100", "utf-8")
    monkeypatch.setattr(running, "HERE", tmp_path)
    monkeypatch.setattr(running, "REPLICATIONS", ("small",))
    return folder


def test_a_mismatch_is_counted_and_shown(small):
    (small / "it.targets.yaml").write_text(TARGETS % "90", "utf-8")
    compared = replicate("small", small)
    assert [one.verdict for one in compared] == ["match", "MISMATCH"]
    told = verdict_table(compared)
    assert "mean, %: d" in told
    assert told.endswith("1 match, 0 listed errata (in brackets: like for like), 1 MISMATCH.")


def test_a_key_that_the_quantity_does_not_have_is_named(small):
    (small / "it.targets.yaml").write_text((TARGETS % "1").replace("d: 1", "e: 1"), "utf-8")
    with pytest.raises(ReplicationError, match=r"mean, % has no 'e'\. It has c, d"):
        replicate("small", small)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("mean-of-persons", "median", "No quantity is called 'median'"),
        ("column: correct", "colum: correct", "'mean-of-persons' needs the option 'column'"),
        ("scale: 100", "scales: 100", "has no option 'scales'. It has: column, scale, table, where"),
        ("source: a test", "sauce: a test", "is no list of targets"),
    ],
)
def test_a_wrong_list_of_targets_is_told(small, old, new, message):
    (small / "it.targets.yaml").write_text((TARGETS % "100").replace(old, new), "utf-8")
    with pytest.raises((ReplicationError, UnknownName), match=message):
        replicate("small", small)


def test_the_command_exits_1_without_data(tmp_path, capsys):
    assert main(["replicate", "taesiri2022", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("error: The published data of taesiri2022 are not at")
    assert told.out == ""


def test_the_command_exits_1_for_an_unknown_name(tmp_path, capsys):
    assert main(["replicate", "hase2020", "--data", str(tmp_path)]) == 1
    assert "Known ones: kuhl2022, taesiri2022" in capsys.readouterr().err


def test_the_command_exits_1_for_a_mismatch(small, tmp_path, capsys):
    (small / "it.targets.yaml").write_text(TARGETS % "90", "utf-8")
    assert main(["replicate", "small", "--data", str(tmp_path)]) == 1
    assert "1 MISMATCH" in capsys.readouterr().out
