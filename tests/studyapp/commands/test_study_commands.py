"""The commands that bring a study through its life: what they print, and how they fail."""

import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from studyapp.models import AllocationEntry, Participant, Study, guards
from tests.studyapp.small_study import SEED, edit_protocol, write_study
from tests.studyapp.walker import at, walk


def run(command: str, *arguments: str) -> str:
    printed = StringIO()
    call_command(command, *arguments, stdout=printed, no_color=True)
    return printed.getvalue()


def test_load_says_what_to_do_next(db: None, study_folder: Path) -> None:
    assert "small is a new draft with small (" in run("load", str(study_folder))
    edit_protocol(study_folder, ("title: A small study", "title: A smaller study"))
    printed = run("load", str(study_folder))
    assert "title: 'A small study' → 'A smaller study'" in printed
    assert "small is loaded as a draft; `manage.py launch small` opens it." in printed


def test_load_tells_every_fault(db: None, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "small", ("model: tiny", "model: tini"), ("count: 4}", "count: 5}"))
    with pytest.raises(CommandError, match=r"(?s)line 5: model is \"tini\".*asks for 5 items"):
        run("load", str(folder))


def test_launch_tells_the_hashes_and_keeps_the_seed(draft_study: Study) -> None:
    printed = run("launch", "small", "--seed", SEED)
    study = Study.objects.get()
    assert "small is open." in printed
    for told in (study.seed_sha256, study.protocol_sha256, study.bundle.sha256):
        assert told in printed
    assert SEED not in printed


def test_launch_refuses_a_bad_seed(draft_study: Study) -> None:
    with pytest.raises(CommandError, match="32 hex digits"):
        run("launch", "small", "--seed", "17")


def test_close_tells_the_seed(small_study: Study) -> None:
    assert run("close", "small") == f"small is closed. Its seed is {SEED}.\n"


def test_close_refuses_a_draft(draft_study: Study) -> None:
    with pytest.raises(CommandError, match="small is draft"):
        run("close", "small")


@pytest.mark.parametrize("command", ["launch", "close", "verify"])
def test_an_unknown_study_is_told_with_the_known_ones(small_study: Study, command: str) -> None:
    with pytest.raises(CommandError, match=r"No study is called 'smal'\. Loaded ones: small\."):
        run(command, "smal")


def test_verify_counts_what_is_as_planned(small_study: Study) -> None:
    walk(small_study, stop=at("tutorial"))
    assert run("verify", "small").startswith("1 of 1 allocations and 1 of 1 sessions as planned")


def test_verify_fails_with_each_discrepancy(small_study: Study) -> None:
    walk(small_study, stop=at("tutorial"))
    with guards.lifted():
        AllocationEntry.objects.update(place=7)
    with pytest.raises(
        CommandError, match=r"(?s)entry 1: place 7 .* the seed says place 1 .*0 of 1 allocations"
    ):
        run("verify", "small")


def test_export_says_how_much_it_wrote(small_study: Study, tmp_path: Path) -> None:
    walk(small_study)
    out = tmp_path / "out"
    assert (
        run("export", "small", "--out", str(out))
        == f"small is exported to {out}: 1 participants, 6 trials.\n"
    )
    assert (out / "trials.csv").is_file()
    with pytest.raises(CommandError, match="An export is never written over"):
        run("export", "small", "--out", str(out))


def test_export_knows_its_formats(small_study: Study, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Known ones: csv, jsonl"):
        run("export", "small", "--out", str(tmp_path / "out"), "--format", "csv,xlsx")


def test_checkstudy_passes_a_good_folder_without_a_database(study_folder: Path) -> None:
    assert run("checkstudy", str(study_folder)) == "small has no problems and can be launched.\n"


def test_checkstudy_tells_every_problem_with_its_line(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "small", ("model: tiny", "model: tini"), ("count: 4}", "count: 5}"))
    with pytest.raises(
        CommandError, match=r"(?s)protocol.yaml, line 5: .*protocol.yaml, line \d+: phase 8 \(test\)"
    ):
        run("checkstudy", str(folder))


def test_checkstudy_tells_what_keeps_a_study_from_launch(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "small", ("  target_n_per_arm: 40\n", ""))
    with pytest.raises(CommandError, match=r"target_n_per_arm is missing(?s:.*)can be loaded and previewed"):
        run("checkstudy", str(folder))


ASLEEP = (
    "  reference: control",
    "  reference: control\n  exclusions:\n    - {name: Asleep, kind: process, filter: asleep}",
)


def test_checkstudy_finds_a_plan_that_the_report_cannot_execute(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "small", ASLEEP)
    line = next(
        n for n, text in enumerate((folder / "protocol.yaml").read_text().splitlines(), 1) if "asleep" in text
    )
    with pytest.raises(CommandError, match=rf"line {line}: exclusion 'Asleep': No filter is called 'asleep'"):
        run("checkstudy", str(folder))


def test_launch_refuses_a_plan_that_the_report_cannot_execute(db: None, tmp_path: Path) -> None:
    run("load", str(write_study(tmp_path / "small", ASLEEP)))
    with pytest.raises(CommandError, match="No filter is called 'asleep'"):
        run("launch", "small")
    assert Study.objects.get().status == Study.Status.DRAFT


def test_newstudy_copies_a_template_under_a_new_name(study_folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "mine"
    printed = run("newstudy", str(made), "--from", str(study_folder))
    assert f"{made} is ready. Edit {made / 'protocol.yaml'}, then run:" in printed
    for command in (f"checkstudy {made}", f"load {made}", "launch mine"):
        assert f"  python manage.py {command}\n" in printed
    assert run("checkstudy", str(made)) == "mine has no problems and can be launched.\n"


def test_newstudy_finds_the_ready_studies(tmp_path: Path, study_folder: Path, settings) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "fixtures").mkdir()
    shutil.move(study_folder, tmp_path / "fixtures" / "small")
    run("newstudy", str(tmp_path / "mine"), "--from", "small")
    with pytest.raises(CommandError, match=r"No template is called 'digit'\. Known ones: small;"):
        run("newstudy", str(tmp_path / "other"), "--from", "digit")


@pytest.mark.parametrize(
    ("name", "message"), [("small", "small exists"), ("Bad_Name", "cannot be a study's name")]
)
def test_newstudy_refuses_a_name(study_folder: Path, tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run("newstudy", str(tmp_path / name), "--from", str(study_folder))
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["small"]


def test_participants_are_untouched_by_a_check(small_study: Study, study_folder: Path) -> None:
    walk(small_study, stop=at("gate"))
    run("checkstudy", str(study_folder))
    assert Participant.objects.count() == 1


def test_amend_puts_a_new_version_in_force(small_study: Study, study_folder: Path) -> None:
    edit_protocol(study_folder, ("title: A small study", "title: A smaller study"))
    printed = run("amend", "small", str(study_folder), "--reason", "A shorter title.")
    assert "small is amended: version 2 holds for everyone who arrives from now on." in printed
    assert Study.objects.get().protocol_sha256 in printed
    with pytest.raises(CommandError, match="Nothing differs from version 2"):
        run("amend", "small", str(study_folder), "--reason", "Again.")


@pytest.mark.parametrize(
    "command",
    [["load", "FOLDER"], ["launch", "small"], ["close", "small"], ["verify", "small"],
     ["export", "small", "--out", "nowhere"], ["simulate", "small", "--participants", "1", "--seed", "1"]],
    ids=lambda command: command[0],
)  # fmt: skip
def test_without_tables_a_command_says_to_migrate(study_folder: Path, command: list[str]) -> None:
    """In a process of its own, whose database is empty."""
    words = [str(study_folder) if word == "FOLDER" else word for word in command]
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{study_folder.parent / 'empty.sqlite3'}",
        "MEDIA_ROOT": str(study_folder.parent / "media"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *words], capture_output=True, text=True, env=environment,
        cwd=settings.BASE_DIR, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "CommandError: The database has no tables yet: run `manage.py migrate` first."
    )
