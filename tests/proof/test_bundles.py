"""Every bundle that is carried, made again from its recipe: a small part in every run, the whole by `make proof`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.explainers import remaking

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parents[1] for path in (ROOT / "fixtures").glob("*/bundle/manifest.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_bundle_has_a_test_that_makes_a_part_of_it_again(folder: Path) -> None:
    tests = ROOT / "tests" / "explainers" / f"test_{folder.name}.py"
    assert "remaking." in tests.read_text(encoding="utf-8")


@pytest.mark.proof
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_recipe_makes_the_whole_bundle_again(folder: Path, tmp_path: Path) -> None:
    """What is made is kept under PROOF_DIR until the bundle is whole, so an interrupted proof goes on."""
    pytest.importorskip("torch")
    scratch = Path(os.environ.get("PROOF_DIR") or tmp_path) / "bundles"
    scratch.mkdir(parents=True, exist_ok=True)
    remaking.whole(folder, scratch)
