"""The report's folder: all of it or nothing of it."""

from __future__ import annotations

import pytest

from analysis import report
from analysis.errors import ExportError, ReportError
from analysis.report import writing
from tests.analysis.exports import build_export
from tests.analysis.plans import TWO


@pytest.fixture
def export(tmp_path):
    return build_export(tmp_path / "export", arms=TWO, people=3, items=4, ratings=False, confidence=False)


def test_existing_folder_is_refused_and_left_alone(export, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(
        ReportError, match="out exists. Choose another --out, or replace an earlier report with --force"
    ):
        report(export, tmp_path / "out", draws=10, formats=())
    with pytest.raises(ReportError, match="holds no report of Foretell"):
        report(export, tmp_path / "out", force=True, draws=10, formats=())
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_place_below_a_file_is_refused_before_anything_is_analysed(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ReportError, match="there is a file at .*notes.txt; a folder is needed"):
        report(tmp_path / "no-export", tmp_path / "notes.txt" / "out")


def test_letters_that_the_font_lacks_make_no_noise(tmp_path):
    folder = build_export(tmp_path / "export", arms={"control": "控制", "map": "Map"}, people=3, items=4)
    page = report(folder, tmp_path / "out", draws=10, formats=("png",))
    assert "控制" in page.read_text("utf-8")


def test_force_replaces_an_earlier_report(export, tmp_path):
    first = report(export, tmp_path / "out", draws=10, formats=())
    (first.parent / "tables" / "old.csv").write_text("old")
    report(export, tmp_path / "out", draws=10, formats=(), force=True)
    assert not (first.parent / "tables" / "old.csv").exists()


def test_failure_leaves_nothing_and_keeps_the_earlier_report(export, tmp_path, monkeypatch):
    first = report(export, tmp_path / "out", draws=10, formats=())
    before = first.read_bytes()

    def fail(*_):
        raise RuntimeError("out of paper")

    monkeypatch.setattr(writing, "render_page", fail)
    with pytest.raises(RuntimeError, match="out of paper"):
        report(export, tmp_path / "out", draws=10, formats=(), force=True)
    with pytest.raises(RuntimeError, match="out of paper"):
        report(export, tmp_path / "other", draws=10, formats=())
    assert first.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export", "out"]


def test_bad_export_leaves_nothing(tmp_path):
    with pytest.raises(ExportError):
        report(tmp_path / "none", tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_folders_above_are_made(export, tmp_path):
    assert report(export, tmp_path / "a" / "b", draws=10, formats=()).is_file()
