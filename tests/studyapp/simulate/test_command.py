"""`manage.py simulate`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from studyapp.models import Participant, Study

pytestmark = pytest.mark.django_db


def simulate(*arguments: str) -> str:
    out = StringIO()
    call_command("simulate", *arguments, stdout=out)
    return out.getvalue()


def test_it_walks_people_and_tells_how_far_they_came(small_study: Study, tmp_path: Path) -> None:
    told = simulate(
        "small",
        "--participants",
        "3",
        "--seed",
        "4",
        "--truth",
        str(tmp_path / "truth.json"),
        "--effect",
        "map=0.8",
        "--effect",
        "placebo=-0.2",
        "--drop-out",
        "map=0.001",
        "--drop-out",
        "0",
        "--decline",
        "0",
        "--gate-failure",
        "0",
        "--inattentive",
        "0.25",
    )
    assert told == "3 walked small: 3 finished.\n"
    planted = json.loads((tmp_path / "truth.json").read_text())["planted"]
    assert planted["effects"] == {"control": 0.0, "map": 0.8, "placebo": -0.2}
    assert planted["drop_outs"] == {"control": 0.0, "map": 0.001, "placebo": 0.0}
    assert planted["inattentive"] == 0.25


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--effect", "maps=1"], "unknown arm 'maps'. Arms: control, map, placebo"),
        (["--effect", "1"], "--effect 1 names no arm"),
        (["--effect", "map=much"], "'map=much' is not ARM=NUMBER"),
        (["--inattentive", "2"], "inattentive is 2.0; a number from 0 to 1 is needed"),
        (["--participants", "-1"], "participants is -1"),
    ],
)
def test_what_it_cannot_do_is_said_clearly(small_study: Study, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message.replace(".", r"\.")):
        simulate("small", "--participants", "1", "--seed", "1", *arguments)
    assert not Participant.objects.exists()


def test_a_draft_and_an_unknown_study_are_refused(draft_study: Study) -> None:
    with pytest.raises(CommandError, match="small is draft"):
        simulate("small", "--participants", "1", "--seed", "1")
    with pytest.raises(CommandError, match="No study is called 'other'"):
        simulate("other", "--participants", "1", "--seed", "1")


def test_the_log_of_queries_is_as_before(small_study: Study, settings: Settings) -> None:
    settings.DEBUG = True
    simulate("small", "--participants", "1", "--seed", "1")
    assert settings.DEBUG is True
