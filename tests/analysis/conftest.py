"""Studies that several tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import Study, read_export
from tests.analysis.exports import build_export

EXCLUSIONS = [
    {"name": "failed an attention check", "kind": "process", "filter": "failed-attention"}
    | {"options": {"minimum_passed": 2}},
    {"name": "faster than 3 s", "kind": "process", "filter": "too-fast", "options": {"minimum": 3000}},
    {"name": "at or below 40 %", "kind": "outcome", "filter": "at-chance", "options": {"chance": 0.4}},
]  # fmt: skip


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated export of five arms, one of them with a planted effect."""
    folder = tmp_path_factory.mktemp("made-up") / "export"
    return build_export(folder, people=24, effect={"nearest": 0.9}, seed=3, exclusions=EXCLUSIONS)


@pytest.fixture(scope="session")
def study(export: Path) -> Study:
    return read_export(export)
