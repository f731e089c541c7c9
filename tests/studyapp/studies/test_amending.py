"""After launch texts and quotas may change, as a new version; whoever has arrived keeps theirs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from studyapp.errors import StudyError, StudyFull
from studyapp.export.services import export_study
from studyapp.models import Study
from studyapp.participate.services import arrive
from studyapp.studies.amending import amend
from studyapp.studies.closing import close
from studyapp.studies.verifying import verify
from tests.studyapp.small_study import edit_protocol, write_bundle
from tests.studyapp.walker import at, go_on, walk

TITLE = ("title: A small study", "title: A smaller study")
FEW = ("free_after_minutes: 60", "free_after_minutes: 60\n  quotas: {control: 1, map: 0, placebo: 1}")


def amended(study: Study, folder: Path, *edits: tuple[str, str]) -> Study:
    edit_protocol(folder, *edits)
    return amend(study, folder, "A typing error.")


def test_a_text_becomes_the_next_version_with_its_reason(small_study: Study, study_folder: Path) -> None:
    study = amended(small_study, study_folder, TITLE)
    first, second = study.versions.order_by("number")
    assert (study.version, study.title, study.status) == (2, "A smaller study", "open")
    assert (second.number, second.reason) == (2, "A typing error.")
    assert first.protocol.title == "A small study"
    assert study.protocol.title == "A smaller study"
    assert first.sha256 != second.sha256 == study.protocol_sha256


def test_whoever_has_arrived_keeps_the_version_they_walk(small_study: Study, study_folder: Path) -> None:
    early = walk(small_study, stop=at("gate"))
    study = amended(small_study, study_folder, TITLE)
    late = walk(study)
    early = go_on(early)
    assert (early.version, late.version) == (1, 2)
    assert early.finished_at is not None
    assert late.finished_at is not None
    assert verify(study).discrepancies == []


def test_quotas_of_the_version_in_force_are_those_of_new_arrivals(
    small_study: Study, study_folder: Path
) -> None:
    study = amended(small_study, study_folder, FEW)
    assert {walk(study, stop=at("tutorial")).arm for _ in range(2)} == {"control", "placebo"}
    with pytest.raises(StudyFull):
        arrive(study, "recruited")
    assert verify(study).discrepancies == []


def test_a_quota_may_be_raised_again(small_study: Study, study_folder: Path) -> None:
    study = amended(small_study, study_folder, FEW)
    for _ in range(2):
        walk(study, stop=at("tutorial"))
    study = amended(study, study_folder, ("quotas: {control: 1, map: 0,", "quotas: {control: 1, map: 1,"))
    assert walk(study, stop=at("tutorial")).arm == "map"
    found = verify(study)
    assert (found.discrepancies, found.allocations, study.version) == ([], 3, 3)


def test_the_export_has_both_versions(small_study: Study, study_folder: Path, tmp_path: Path) -> None:
    walk(small_study)
    study = amended(small_study, study_folder, TITLE)
    walk(study)
    counts = export_study(study, tmp_path / "out", ["csv"])
    assert counts["participants"] == 2
    versions = json.loads((tmp_path / "out" / "protocol.json").read_text())["versions"]
    assert [(version["number"], version["reason"]) for version in versions] == [
        (1, ""),
        (2, "A typing error."),
    ]


def test_the_console_shows_both_versions(
    small_study: Study, study_folder: Path, client: Client, admin_user: object
) -> None:
    walk(small_study)
    amended(small_study, study_folder, TITLE, FEW)
    client.force_login(admin_user)  # type: ignore[arg-type]
    assert "A typing error." in client.get("/console/protocol/small/").content.decode()
    assert "finished, of 2</dt><dd>1</dd>" in client.get("/console/monitor/small/").content.decode()


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            ("{pool: test}, count: 4}", "{pool: test}, count: 3}"),
            r"line \d+: phases\.\d+\.items\.count was 4",
        ),
        (("label: Map,", "label: A map,"), r"arms\.1\.label was \"Map\" and would be \"A map\""),
        (("target_n_per_arm: 40", "target_n_per_arm: 60"), r"anything else is a new study"),
        (("model: tiny", "model: tini"), r'model is "tini"'),
        (("study: small", "study: small "), r"Nothing differs from version 1 of small"),
    ],
)
def test_anything_else_is_refused_and_nothing_changes(
    small_study: Study, study_folder: Path, edit: tuple[str, str], message: str
) -> None:
    with pytest.raises(StudyError, match=message):
        amended(small_study, study_folder, edit)
    study = Study.objects.get()
    assert (study.version, study.versions.count(), study.title) == (1, 1, "A small study")


def test_another_bundle_is_refused(small_study: Study, study_folder: Path) -> None:
    for path in sorted((study_folder / "bundle").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    write_bundle(study_folder / "bundle", name="other")
    with pytest.raises(StudyError, match="another bundle"):
        amended(small_study, study_folder, TITLE)


def test_a_reason_is_needed(small_study: Study, study_folder: Path) -> None:
    edit_protocol(study_folder, TITLE)
    with pytest.raises(StudyError, match="needs a reason"):
        amend(small_study, study_folder, "  ")


def test_a_draft_is_loaded_again_instead(draft_study: Study, study_folder: Path) -> None:
    with pytest.raises(StudyError, match="small is draft; .* load its folder again"):
        amended(draft_study, study_folder, TITLE)


def test_a_closed_study_has_ended(small_study: Study, study_folder: Path) -> None:
    with pytest.raises(StudyError, match="small is closed; .* it has ended"):
        amended(close(small_study), study_folder, TITLE)


def test_the_folder_of_another_study_is_refused(small_study: Study, study_folder: Path) -> None:
    folder = study_folder.rename(study_folder.with_name("other"))
    with pytest.raises(StudyError, match="holds the study 'other'; small is to be amended"):
        amended(small_study, folder, ("study: small", "study: other"))
