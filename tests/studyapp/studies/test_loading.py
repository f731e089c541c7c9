from pathlib import Path

import pytest
from django.conf import settings

from protocol import fingerprint
from studyapp.catalog import bundle_folder, catalog_of
from studyapp.errors import StudyError
from studyapp.models import (
    Bundle,
    BundleItem,
    BundleOutput,
    BundleStimulus,
    Participant,
    ProtocolVersion,
    Study,
)
from studyapp.participate.services import arrive, find_position
from studyapp.studies import bundle_rows
from studyapp.studies.loading import load
from tests.studyapp.small_study import ANSWERS, edit_protocol, write_study


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def nothing_was_stored() -> bool:
    counts = [model.objects.count() for model in (Study, Bundle, BundleItem, BundleStimulus, ProtocolVersion)]
    return not any(counts) and not files_below(settings.MEDIA_ROOT)


def test_a_folder_becomes_a_draft_with_its_resolved_protocol(draft_study: Study) -> None:
    version = draft_study.versions.get()
    assert (draft_study.slug, draft_study.status, draft_study.version) == ("small", "draft", 1)
    assert draft_study.title == "A small study"
    assert (version.number, version.sha256) == (1, fingerprint(draft_study.protocol))
    ratings = next(phase for phase in version.resolved["phases"] if phase["kind"] == "ratings")
    assert ratings["instruments"][0]["instrument"]["items"]  # the scale's text stands in it


def test_the_bundle_is_stored_in_its_order(draft_study: Study) -> None:
    bundle = draft_study.bundle
    assert list(bundle.items.order_by("number").values_list("name", flat=True)) == list(ANSWERS)
    assert bundle.outputs.get(item="test-3").output == "dot"
    assert bundle.outputs.get(item="test-3").probabilities == [0.75, 0.125, 0.125]
    assert bundle.stimuli.count() == 3 * len(ANSWERS)
    assert bundle.stimuli.get(item="test-1", explainer="placebo").source_item == "test-2"
    assert bundle.items.get(name="test-1").strata == {"pool": "test"}


def test_its_files_are_copied_to_where_they_are_served_from(draft_study: Study, study_folder: Path) -> None:
    folder = bundle_folder(draft_study.bundle.sha256)
    copied = {path.relative_to(folder): path.read_bytes() for path in files_below(folder)}
    given = {
        path.relative_to(study_folder / "bundle"): path.read_bytes()
        for path in files_below(study_folder / "bundle")
    }
    assert copied == given
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]  # nothing in passing is left


def test_the_natural_error_rate_comes_from_the_model_card(draft_study: Study) -> None:
    assert draft_study.protocol.analysis.natural_error_rate == pytest.approx(0.1, abs=1e-12)


def test_a_given_natural_error_rate_stays(db: None, tmp_path: Path) -> None:
    edit = ("  reference: control", "  reference: control\n  natural_error_rate: 0.25")
    assert load(write_study(tmp_path / "own", edit)).protocol.analysis.natural_error_rate == 0.25


def test_studies_with_the_same_bytes_share_a_bundle(draft_study: Study, tmp_path: Path) -> None:
    other = load(write_study(tmp_path / "other"))
    assert other.bundle == draft_study.bundle
    assert Bundle.objects.count() == 1
    assert BundleOutput.objects.count() == len(ANSWERS)


def test_loading_twice_changes_nothing_and_says_so(draft_study: Study, study_folder: Path) -> None:
    told: list[str] = []
    assert load(study_folder, told.append) == draft_study
    assert told == ["small is loaded already; nothing changed."]
    assert draft_study.versions.get().number == 1


def test_a_draft_loaded_again_gets_its_new_protocol_and_says_what_changed(
    draft_study: Study, study_folder: Path
) -> None:
    edit_protocol(
        study_folder, ("title: A small study", "title: A smaller study"), ("count: 3}", "count: 2}")
    )
    told: list[str] = []
    again = load(study_folder, told.append)
    assert (again.pk, again.title, again.protocol.title) == (
        draft_study.pk,
        "A smaller study",
        "A smaller study",
    )
    assert told == ["title: 'A small study' → 'A smaller study'", "phases[7].items.count: 3 → 2"]
    assert list(again.versions.values_list("number", flat=True)) == [2]  # never the number of another text


def test_previews_of_a_replaced_draft_end(draft_study: Study, study_folder: Path) -> None:
    preview = arrive(draft_study, "preview")
    edit_protocol(study_folder, ("title: A small study", "title: A smaller study"))
    again = load(study_folder)
    position = find_position(preview.token)
    assert position is not None
    assert position.participant.outcome == "left"
    assert position.step is None
    assert list(again.versions.values_list("number", flat=True)) == [1, 2]  # the one they walked is kept
    assert Participant.objects.get().version == 1


def test_a_launched_study_is_frozen(small_study: Study, study_folder: Path) -> None:
    edit_protocol(study_folder, ("title: A small study", "title: A smaller study"))
    with pytest.raises(
        StudyError, match=r"small is open: launched studies are frozen; a changed one is a new study\."
    ):
        load(study_folder)
    assert Study.objects.get().title == "A small study"
    assert ProtocolVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        (
            [("explainer: map}", "explainer: mep}"), ("  map: {heading", "  mep: {heading")],
            r'protocol.yaml, line 9: arm "map" names explainer "mep".*map, placebo',
        ),
        (
            [("model: tiny", "model: tini")],
            r'protocol.yaml, line 5: model is "tini"\. Models of the bundle: tiny',
        ),
        (
            [("kind: forward-simulation", "kind: backward")],
            r"protocol.yaml, line \d+: No task is called 'backward'\.",
        ),
        ([("count: 4}", "count: 5}")], r"asks for 5 items with pool: test; the bundle has 4"),
        (
            [("name: trust", "name: thrust")],
            r'No instrument is called "thrust".*explanation-satisfaction, trust',
        ),
        ([("bundle: bundle", "bundle: elsewhere")], r"elsewhere.*does not exist"),
    ],
)
def test_a_fault_of_the_protocol_is_told_and_nothing_is_stored(
    db: None, tmp_path: Path, edits: list[tuple[str, str]], message: str
) -> None:
    folder = write_study(tmp_path / "small", *edits)
    with pytest.raises(StudyError, match=message):
        load(folder)
    assert nothing_was_stored()


def break_checksum(bundle: Path) -> None:
    items = bundle / "items.csv"
    items.write_text(items.read_text().replace("tutorial-1,instance,,,,box", "tutorial-1,instance,,,,dot"))


def lose_a_picture(bundle: Path) -> None:
    next((bundle / "stimuli").iterdir()).unlink()


def lose_a_table(bundle: Path) -> None:
    (bundle / "outputs.csv").unlink()


def corrupt_a_picture(bundle: Path) -> None:
    shown = next((bundle / "stimuli").iterdir())
    shown.write_bytes(shown.read_bytes()[:-4] + b"oops")


def repeat_an_item(bundle: Path) -> None:
    with (bundle / "items.csv").open("a") as file:
        file.write("test-4,instance,,,,dot,test\n")


def corrupt_the_manifest(bundle: Path) -> None:
    (bundle / "manifest.json").write_text("{")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (break_checksum, r"items.csv.*checksum"),
        (lose_a_picture, r"stimuli.csv, line \d+.*not in stimuli/"),
        (lose_a_table, r"outputs.csv: is missing"),
        (corrupt_a_picture, r"stimuli/.*checksum"),
        (repeat_an_item, r"items.csv, line 12.*test-4"),
        (corrupt_the_manifest, r"manifest.json.*not readable as JSON"),
    ],
)
def test_a_damaged_bundle_is_told_and_nothing_is_stored(
    db: None, study_folder: Path, damage, message: str
) -> None:
    damage(study_folder / "bundle")
    with pytest.raises(StudyError, match=message):
        load(study_folder)
    assert nothing_was_stored()


def test_texts_tables_rules_and_trees_are_loaded_as_pictures_are(told_study: Study) -> None:
    kinds = told_study.bundle.stimuli.values_list("media_type", flat=True)
    assert (set(kinds), len(kinds)) == ({"application/json"}, 11 * len(ANSWERS))
    assert told_study.status == "open"


def test_a_failure_while_storing_leaves_neither_rows_nor_files(
    db: None, study_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(bundle_rows, "_stimuli", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        load(study_folder)
    assert nothing_was_stored()


def test_damaged_files_of_a_loaded_bundle_are_noticed(draft_study: Study, tmp_path: Path) -> None:
    lose_a_picture(bundle_folder(draft_study.bundle.sha256))
    with pytest.raises(
        StudyError, match=r"files of a loaded bundle are damaged\. Remove .* and load the study again"
    ):
        load(write_study(tmp_path / "other"))
    assert Study.objects.count() == 1


def test_the_catalog_reads_what_was_loaded(draft_study: Study) -> None:
    catalog = catalog_of(draft_study)
    assert catalog.labels == ("dot", "bar", "box")
    assert catalog.items_with({"pool": "test"}) == ["test-1", "test-2", "test-3", "test-4"]
    assert (catalog.output("test-4", "tiny"), catalog.truth("test-4")) == ("bar", "dot")
    assert catalog.models == ("tiny",)
