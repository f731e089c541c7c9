import json
from dataclasses import replace

import pytest

from explainers import bundle
from explainers.bundle import BundleError, BundleExists, Item, Stimulus
from tests.explainers.hand_written import png, small


def bytes_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_written_is_read(tmp_path):
    written = small()
    made = written.write(tmp_path / "pets")
    assert bundle.read(tmp_path / "pets") == made
    assert made.items == tuple(written.items)
    assert made.outputs == tuple(written.outputs)
    assert made.stimuli == tuple(bundle.filled(stimulus, content) for stimulus, content in written.stimuli)
    assert [made.path(stimulus).read_bytes() for stimulus in made.stimuli] == [c for _, c in written.stimuli]


def test_the_same_input_gives_the_same_bytes(tmp_path):
    small().write(tmp_path / "one")
    small().write(tmp_path / "two")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_timings_are_not_part_of_the_identity(tmp_path):
    written = small()
    fields = (written.manifest, written.items, written.outputs, written.stimuli)
    one = bundle.write(tmp_path / "one", *fields, timings={"seconds": {"heat": 1}})
    two = bundle.write(tmp_path / "two", *fields, timings={"seconds": {"heat": 2}})
    assert one.sha256 == two.sha256


def test_the_identity_covers_every_picture(tmp_path):
    written = small()
    one = written.write(tmp_path / "one")
    written.stimuli[0] = (written.stimuli[0][0], png(shade=99))
    assert written.write(tmp_path / "two").sha256 != one.sha256


def test_the_identity_is_that_of_the_contract(tmp_path):
    import hashlib

    made = small().write(tmp_path / "pets")
    manifest = json.loads((tmp_path / "pets" / "manifest.json").read_text(encoding="utf-8"))
    stated = manifest.pop("sha256")
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert stated == made.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_bundle_that_is_there_already_is_left_alone(tmp_path):
    small().write(tmp_path / "pets")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "pets").rglob("*")}
    small().write(tmp_path / "pets")
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "pets").rglob("*")}


def test_another_bundle_is_not_replaced(tmp_path):
    small().write(tmp_path / "pets")
    before, other = bytes_of(tmp_path / "pets"), small()
    other.items.append(Item("kim", truth="cat", strata={"pool": "test"}))
    with pytest.raises(BundleExists, match="exists and holds another bundle"):
        other.write(tmp_path / "pets")
    assert bytes_of(tmp_path / "pets") == before
    assert [path.name for path in tmp_path.iterdir()] == ["pets"]


def test_a_folder_with_something_else_is_not_touched(tmp_path):
    (tmp_path / "pets").mkdir()
    (tmp_path / "pets" / "letter.txt").write_text("dear")
    with pytest.raises(BundleExists, match="exists and is not this bundle"):
        small().write(tmp_path / "pets")
    assert bytes_of(tmp_path) == {"pets/letter.txt": b"dear"}


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "pets").mkdir()
    small().write(tmp_path / "pets")
    assert bundle.check(tmp_path / "pets") == []


def test_nothing_is_written_where_something_is_wrong(tmp_path):
    written = small()
    written.items[0] = replace(written.items[0], truth="wolf")
    with pytest.raises(BundleError, match=r'items.csv, line 2, field "truth"') as caught:
        written.write(tmp_path / "pets")
    assert caught.value.folder == tmp_path / "pets"
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_cannot_be_shown_are_refused(tmp_path):
    written = small()
    written.stimuli.append((Stimulus("tom", "sound"), b"RIFF....WAVE"))
    with pytest.raises(
        BundleError, match='part "sound" of item "tom" is neither PNG, WebP nor readable JSON'
    ):
        written.write(tmp_path / "pets")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_does_not_hinder(tmp_path):
    (tmp_path / ".pets.partial" / "stimuli").mkdir(parents=True)
    (tmp_path / ".pets.partial" / "stimuli" / "half.png").write_bytes(b"x")
    small().write(tmp_path / "pets")
    assert [path.name for path in tmp_path.iterdir()] == ["pets"]


def test_the_parent_folder_is_made(tmp_path):
    small().write(tmp_path / "deep" / "er" / "pets")
    assert bundle.check(tmp_path / "deep" / "er" / "pets") == []


@pytest.mark.parametrize(
    ("value", "text"), [(0.00001, "0.00001"), (1e22, "10000000000000000000000"), (3, "3"), (0.5, "0.5")]
)
def test_numbers_are_written_in_decimal_notation(value, text):
    assert bundle.decimal_text(value) == text
