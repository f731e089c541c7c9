"""Fixtures of the trial server: a tiny study as a folder, as a draft, and open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from studyapp.catalog import forget_catalogs
from studyapp.models import Study
from studyapp.models.study import forget_protocols
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from tests.studyapp.small_study import SEED, write_study


@pytest.fixture(autouse=True)
def own_media_and_memory(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Each test has its own MEDIA_ROOT, and remembers no bundle or protocol of the test before."""
    settings.MEDIA_ROOT = tmp_path / "media"
    _forget()
    yield
    _forget()


@pytest.fixture
def study_folder(tmp_path: Path) -> Path:
    """A study folder called `small`, without faults."""
    return write_study(tmp_path / "small")


@pytest.fixture
def draft_study(db: None, study_folder: Path) -> Study:
    """The small study, loaded and not yet launched."""
    return load(study_folder)


@pytest.fixture
def small_study(draft_study: Study) -> Study:
    """The small study, open, with a known seed."""
    return launch(draft_study, SEED)


@pytest.fixture
def told_study(db: None, tmp_path: Path) -> Study:
    """The small study with texts in place of pictures, open, with a known seed."""
    return launch(load(write_study(tmp_path / "told", told=True)), SEED)


def _forget() -> None:
    forget_catalogs()
    forget_protocols()
