"""What the documents say can be done: their links lead somewhere, their commands take these arguments and work."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandError

from analysis.__main__ import _parser as analysis_parser
from benchmarks import answers
from explainers.commands import parser as explainers_parser
from tests.project.subprocesses import ROOT, run_python
from tests.project.test_repository import tracked_files

README = ROOT / "README.md"
DOCUMENTS = [
    README,
    ROOT / "ARCHITECTURE.md",
    ROOT / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "fixtures").glob("*/README.md")),
]
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))

FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(
    r"(?:(?:^|/)python\S* -m (explainers|analysis|benchmarks\.answers)|(?:^|\s|/)manage\.py)(?=\s|$)(.*)"
)


def links_in(text: str) -> list[str]:
    """Return the relative links, without the part of a page they point at."""
    found = re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", text))
    return [link.partition("#")[0] for link in found if not re.match(r"[a-z]+:|#", link)]


def lines_of(block: str) -> Iterator[str]:
    """The commands of a block, without prompt, comment and line continuation."""
    for line in block.replace("\\\n", " ").splitlines():
        if command := re.sub(r"(^|\s)#.*", "", line).strip().removeprefix("$ "):
            yield command


def shown_in(document: Path) -> list[str]:
    """The command lines in a document's blocks."""
    return [line for block in FENCED.findall(document.read_text()) for line in lines_of(block)]


def split(line: str) -> tuple[str, list[str]] | None:
    """Return whose command a line is (`manage.py` or a module) and its arguments; None for anything else."""
    found = COMMAND.search(line)
    return (found.group(1) or "manage.py", shlex.split(found.group(2))) if found else None


def parser_of(program: str, command: str) -> ArgumentParser:
    """Return the parser that reads a command's arguments."""
    if program == "explainers":
        return explainers_parser()
    if program == "analysis":
        return analysis_parser()
    app = get_commands().get(command)
    assert app is not None, f"manage.py has no command {command}"
    return load_command_class(app, command).create_parser("manage.py", command)


def parse(program: str, arguments: list[str]) -> None:
    """Read arguments as the command would; AssertionError where it would refuse them."""
    rest = arguments[1:] if program == "manage.py" else arguments
    try:
        parser_of(program, arguments[0]).parse_args(rest)
    except (CommandError, SystemExit) as refusal:
        raise AssertionError(f"{program} {' '.join(arguments)}: {refusal}") from refusal


@every_document
def test_every_relative_link_leads_to_a_file(document):
    missing = [link for link in links_in(document.read_text()) if not (document.parent / link).exists()]
    assert missing == []


def test_links_and_commands_are_found():
    assert "docs/contracts.md" in links_in(README.read_text())
    assert {"manage.py", "explainers", "analysis"} <= {
        found[0] for line in shown_in(README) if (found := split(line))
    }
    assert links_in("[a](b.md#c) ![d](e.png) [f](https://g) [h](#i)") == ["b.md", "e.png"]


@every_document
def test_every_command_in_a_block_takes_its_arguments(document):
    for line in shown_in(document):
        found = split(line)
        if found and found[0] != "benchmarks.answers":
            parse(*found)


@every_document
def test_every_command_named_in_a_text_exists_with_its_options(document):
    for quoted in INLINE.findall(FENCED.sub("", document.read_text())):
        found = split(quoted)
        if not found or not found[1] or found[0] == "benchmarks.answers":
            continue
        program, (command, *rest) = found
        help_text = _help(program, command)
        for option in re.findall(r"--[a-z][a-z-]*", " ".join(rest)):
            assert re.search(rf"{option}\b(?!-)", help_text), f"{program} {command} has no {option}"


def _help(program: str, command: str) -> str:
    if program == "manage.py":
        return parser_of(program, command).format_help()
    module = {"explainers": explainers_parser, "analysis": analysis_parser}[program]()
    (commands,) = [action for action in module._actions if action.choices]
    assert command in commands.choices, f"{program} has no command {command}"
    return commands.choices[command].format_help()


@pytest.mark.parametrize(
    "line",
    [
        "python manage.py lunch mine",
        "python manage.py launch mine --sead 1",
        "python manage.py simulate mine",
        "python -m analysis report mine --output DIR",
        "python -m explainers prepare recipe.yaml",
    ],
)
def test_a_command_that_is_wrong_would_be_found(line, capsys):
    with pytest.raises(AssertionError):
        parse(*split(line))


@every_document
def test_every_benchmark_takes_its_arguments(document, monkeypatch, capsys):
    monkeypatch.setattr(answers, "run", lambda participants, seconds, workers: [])
    for line in shown_in(document):
        found = split(line)
        if found and found[0] == "benchmarks.answers":
            monkeypatch.setattr(sys, "argv", ["answers", *found[1]])
            assert answers.main() == 0


def test_every_requirements_file_in_the_readme_exists():
    named = re.findall(r"(?:-r|-c) (\S+\.txt)", "\n".join(shown_in(README)))
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_place_where_the_readme_puts_something_new_holds_its_like():
    _, _, table = README.read_text().partition("## To add something")
    places = [place for place in INLINE.findall(table.partition("\n\nMore:")[0]) if "/" in place]
    assert len(places) >= 11
    assert [place for place in places if not list(ROOT.glob(place.replace("NAME", "*")))] == []


LEFT_OUT = ("-m venv", "pip install", "createsuperuser", "explainers prepare", "runserver")


def test_the_readme_s_own_study_works_in_its_order_in_a_fresh_copy(tmp_path):
    copy = tmp_path / "foretell"
    for path in tracked_files():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    (block,) = [block for block in FENCED.findall(README.read_text()) if "newstudy" in block]
    done = []
    for line in lines_of(block):
        if any(word in line for word in LEFT_OUT):
            continue
        line = re.sub(r"--participants \d+", "--participants 6", line)
        program, *arguments = shlex.split(line)
        assert program == "python", line
        run = run_python(*arguments, cwd=copy)
        assert run.returncode == 0, f"{line}\n{run.stdout}{run.stderr}"
        done.append(line)
    assert len(done) >= 9
    _, _, out = done[-1].partition("--out ")
    assert list((copy / out).glob("*.html"))
