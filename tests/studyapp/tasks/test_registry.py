"""The registry of task kinds, and what every kind must bring."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import get_template

from studyapp.errors import UnknownTask
from studyapp.tasks.base import Task
from studyapp.tasks.registry import TASKS, get_task

FOLDER = Path(__file__).parents[3] / "studyapp" / "tasks"


def test_an_unknown_task_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownTask) as told:
        get_task("foreward-simulation")
    assert "'foreward-simulation'" in str(told.value)
    for kind in TASKS:
        assert kind in str(told.value)


@pytest.mark.parametrize("kind", TASKS)
def test_every_task_is_found_under_its_own_name(kind: str) -> None:
    task = get_task(kind)
    assert isinstance(task, Task)
    assert task.kind == kind
    assert get_task(kind) is task


@pytest.mark.parametrize("kind", TASKS)
def test_every_task_has_its_page_in_its_own_folder(kind: str) -> None:
    task = get_task(kind)
    page = Path(get_template(task.template).origin.name)
    folder = FOLDER / kind.replace("-", "_")
    assert page == folder / "templates" / task.template
    assert page.is_file()


@pytest.mark.parametrize("kind", TASKS)
def test_every_task_says_what_is_secret_in_known_words(kind: str) -> None:
    assert get_task(kind).secrets <= {"output", "truth"}
    assert get_task(kind).secrets


def test_every_folder_of_a_task_is_registered() -> None:
    folders = {path.parent.name for path in FOLDER.glob("*/__init__.py")}
    assert folders == {kind.replace("-", "_") for kind in TASKS}
