"""`python -m analysis report`."""

from __future__ import annotations

import pytest

from analysis.__main__ import main
from tests.analysis.exports import build_export


@pytest.fixture
def export(tmp_path):
    return build_export(tmp_path / "export", people=3, items=6)


def test_report_is_made_and_named(export, tmp_path, capsys):
    assert main(["report", str(export), "--out", str(tmp_path / "out")]) == 0
    assert f"Report: {tmp_path / 'out' / 'report.html'}" in capsys.readouterr().out


def test_what_is_wrong_is_told_in_one_line(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: There is no export at")
    assert told.count("\n") == 1


def test_source_is_one_of_three(export, tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["report", str(export), "--out", str(tmp_path / "out"), "--source", "people"])
    assert "recruited" in capsys.readouterr().err


def test_source_can_be_chosen_even_when_nobody_came(export, tmp_path):
    assert main(["report", str(export), "--out", str(tmp_path / "out"), "--source", "recruited"]) == 0
    assert "no verdict" in (tmp_path / "out" / "report.html").read_text("utf-8")
