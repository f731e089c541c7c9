import hashlib
from pathlib import Path

import pytest

from studyapp.catalog import bundle_folder
from studyapp.errors import StudyError
from studyapp.models import Participant, Study
from studyapp.participate.services import arrive
from studyapp.studies.launching import launch
from studyapp.studies.loading import load
from tests.studyapp.small_study import SEED, write_study


def test_a_draft_is_opened_with_a_secret_seed_and_its_published_hash(draft_study: Study) -> None:
    study = launch(draft_study)
    assert study.status == "open"
    assert study.launched_at is not None
    assert len(study.seed) == 32
    assert bytes.fromhex(study.seed)
    assert study.seed_sha256 == hashlib.sha256(study.seed.encode()).hexdigest()
    assert Study.objects.get().seed == study.seed


def test_every_launch_draws_its_own_seed(db: None, tmp_path: Path) -> None:
    seeds = {launch(load(write_study(tmp_path / name))).seed for name in ("one", "two")}
    assert len(seeds) == 2


def test_a_given_seed_is_used(draft_study: Study) -> None:
    study = launch(draft_study, SEED.upper())
    assert study.seed == SEED
    # printf %s 00112233445566778899aabbccddeeff | sha256sum
    assert study.seed_sha256 == "5947d7c33d783f94b3b4c1a96ebc8991ed28f1b069b71e03376cba8caa98a720"


@pytest.mark.parametrize("seed", ["", "123", SEED + "00", "g" * 32, " " + SEED[1:]])
def test_a_bad_seed_is_refused(draft_study: Study, seed: str) -> None:
    with pytest.raises(StudyError, match=r"The seed is .*; 32 hex digits \(128 bits\) are allowed"):
        launch(draft_study, seed)
    assert Study.objects.get().status == "draft"


def test_only_a_draft_can_be_launched(small_study: Study) -> None:
    with pytest.raises(StudyError, match="small is open; only a draft can be launched"):
        launch(small_study)
    assert Study.objects.get().seed == SEED


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (("  target_n_per_arm: 40\n", ""), r"target_n_per_arm is missing"),
        (("  power_reason: A study for tests.\n", ""), r"power_reason are both missing"),
    ],
)
def test_a_plan_without_target_n_or_reason_is_refused(
    db: None, tmp_path: Path, edit: tuple[str, str], message: str
) -> None:
    draft = load(write_study(tmp_path / "small", edit))
    with pytest.raises(StudyError, match=message):
        launch(draft)
    assert (Study.objects.get().status, Study.objects.get().seed) == ("draft", "")


def test_a_bundle_with_damaged_files_is_not_launched(draft_study: Study) -> None:
    next((bundle_folder(draft_study.bundle.sha256) / "stimuli").iterdir()).unlink()
    with pytest.raises(StudyError, match="files of a loaded bundle are damaged"):
        launch(draft_study)


def test_previews_made_before_stay(draft_study: Study) -> None:
    preview = arrive(draft_study, "preview")
    launch(draft_study)
    assert Participant.objects.get() == preview
    assert preview.steps.exists()
