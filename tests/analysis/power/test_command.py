"""`python -m analysis power`: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.__main__ import main
from protocol.schema.plan import Power
from tests.analysis.power.designs import THREE, make_plan, write_items, write_protocol

SMALL = ("--participants", "20,40", "--items", "6,12", "--studies", "10", "--processes", "1")


@pytest.fixture(scope="module")
def protocol(tmp_path_factory) -> Path:
    return write_protocol(tmp_path_factory.mktemp("study"), make_plan(THREE))


def power(protocol: Path, *more: str) -> int:
    return main(["power", str(protocol), *SMALL, *more])


def test_it_prints_the_table_and_writes_the_files(protocol, tmp_path, capsys):
    assert power(protocol, "--effect", "0.2", "--drop-out", "0.1", "--out", str(tmp_path / "out")) == 0
    told = capsys.readouterr().out
    assert "For the preregistration:" in told
    assert "Drop-out: 10%, each after a random number of trials." in told
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "power.csv",
        "power.png",
        "power.svg",
        "power.txt",
    }
    curve = pd.read_csv(tmp_path / "out" / "power.csv")
    assert len(curve) == 2 * 2 * 4  # two contrasts, any and all
    assert "<text" in (tmp_path / "out" / "power.svg").read_text("utf-8")


def test_the_printed_field_is_one_that_a_protocol_takes(protocol, capsys):
    assert power(protocol, "--effect", "map=0.3,placebo=0.25") == 0
    told = capsys.readouterr().out
    field = json.loads(told[told.index("{") :])["power"]
    assert Power.model_validate(field).power == field["power"]
    assert "+30.0 points (from 60.0 % to 90.0 %) in map; +25.0 points" in field["effect"]


def test_a_power_of_nothing_gives_no_field(tmp_path, capsys):
    planned = write_protocol(tmp_path, make_plan())
    sizes = ("--participants", "4", "--items", "2", "--studies", "2", "--processes", "1")
    assert main(["power", str(planned), *sizes, "--effect", "0.01"]) == 0
    told = capsys.readouterr().out
    assert (
        "nothing for the protocol’s `analysis.power`, which is above zero: 0 of 2 simulated studies" in told
    )
    assert '"power"' not in told


def test_more_shared_items_than_the_bundle_has_are_told(tmp_path, capsys):
    planned = write_protocol(tmp_path, make_plan())
    write_items(planned.parent / make_plan().bundle, 8)
    assert power(planned, "--effect", "0.1", "--out", str(tmp_path / "out")) == 0
    note = "The bundle has 8 items for the test; 12 would need 4 more."
    assert note in capsys.readouterr().out
    assert note in (tmp_path / "out" / "power.txt").read_text("utf-8")
    write_items(planned.parent / make_plan().bundle, 12)
    assert power(planned, "--effect", "0.1") == 0
    assert "The bundle has" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("effect", "margin", "message"),
    [
        (
            "map=0.1",
            None,
            "in map, against control; nothing is planted in placebo (60.0 %, as in control). Counted is a",
        ),
        (
            "map=0.1,placebo=0.1",
            None,
            "+10.0 points (from 60.0 % to 70.0 %) in map, placebo, against control. ",
        ),
        ("0", None, "where nothing is planted in map, placebo (60.0 %, as in control). Counted"),
        ("0", 0.2, "to show a difference within the plan’s margin where nothing is planted in map, placebo"),
    ],
)
def test_only_what_is_planted_is_found(tmp_path, capsys, effect, margin, message):
    planned = write_protocol(tmp_path, make_plan(THREE, equivalence_margin=margin))
    sizes = ("--participants", "20", "--items", "6", "--studies", "2", "--processes", "1")
    assert main(["power", str(planned), *sizes, "--effect", effect]) == 0
    told = capsys.readouterr().out
    assert message in told
    assert "+0.0 points (" not in told
    assert ("a rate of false alarms of" in told) == (effect == "0" and margin is None)


def test_a_folder_is_as_good_as_its_protocol(protocol, capsys):
    assert power(protocol.parent, "--effect", "0.1") == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--effect", "0.5"), "'map' would be right with probability 1.1"),
        (("--effect", "heatmap=0.1"), "'heatmap' is not known here. Allowed: map, placebo"),
        (("--effect", "control=0.1"), "'control' is not known here"),
        (("--effect", "0.1", "--items", "12,x"), "--items '12,x': 'x' is no whole number"),
        (("--effect", "0.1", "--participants", "4"), "fewer than two people in one of 3 arms"),
        (("--effect", "0.1", "--studies", "0"), "--studies 0: at least 1 is needed"),
        (("--effect", "0.1", "--drop-out", "1.2"), "drop-out of 'control' is 1.2"),
        (("--effect", "0.1", "--pilot", "nowhere"), "nowhere"),
        (("--effect", "0.1", "--sd", "people=1"), "'people' is not known here. Allowed: participant, item,"),
        (("--effect", "0.1", "--sd", "item=-1"), "--sd item=-1: a standard deviation is at least 0"),
    ],
)
def test_a_bad_request_is_refused_and_nothing_is_written(protocol, tmp_path, capsys, more, message):
    assert power(protocol, *more, "--out", str(tmp_path / "out")) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_absent_protocol_is_said(tmp_path, capsys):
    assert power(tmp_path / "protocol.yaml", "--effect", "0.1") == 1
    assert "there is no such file" in capsys.readouterr().err
