"""What the trial server writes is what the analysis reads."""

from pathlib import Path

from analysis.reading import read_export
from studyapp.export.services import export_study
from studyapp.models import Study
from tests.studyapp.walker import SCRIPT, at, walk


def test_the_analysis_reads_an_export(small_study: Study, tmp_path: Path) -> None:
    for stop in (at("consent"), at("gate"), at("test"), at("nowhere")):
        walk(small_study, stop=stop, times=SCRIPT)
    walk(small_study, "simulated")
    export_study(small_study, tmp_path / "out")
    study = read_export(tmp_path / "out")
    assert study.source == "recruited"
    assert list(study.participants["outcome"]) == ["arrived", "consented", "allocated", "finished"]
    assert study.trials["confidence"].eq(0.6).all()
    assert len(study.trials) == 2 + 6
    assert len(read_export(tmp_path / "out", "simulated").trials) == 6
