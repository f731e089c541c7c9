"""Bundles of a small recipe: the same bytes twice, and going on after an interruption."""

import json
import shutil

import pytest

from explainers import bundle
from explainers.bundle import BundleExists
from explainers.commands import main

pytest.importorskip("torch")


def bytes_of(folder):
    """All that is hashed."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def prepare(recipe, out):
    return main(["prepare", str(recipe), "--out", str(out)])


@pytest.fixture(scope="module")
def made(shapes, tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "bundle"
    assert prepare(shapes, out) == 0
    return out


def test_the_bundle_is_sound_and_holds_what_the_recipe_asks_for(made):
    found = bundle.read(made)
    assert [item.strata["pool"] for item in found.items] == ["test"] * 4 + ["learning"] * 3
    truths = {item.item: item.truth for item in found.items}
    wrong = [output.output != truths[output.item] for output in found.outputs]
    assert (sum(wrong[:4]), sum(wrong[4:])) == (2, 2)
    assert len(found.stimuli) == 7 * (1 + 1 + 1 + 2 + 1)
    assert {check.name for check in found.manifest.checks} >= {
        *("model-accuracy", "parameter-randomisation", "placebo-independence", "size")
    }
    assert json.loads((made / "timings.json").read_text())["seconds"].keys() >= {"saliency", "checks"}


def test_the_manifest_tells_the_recipe_with_its_defaults(made):
    manifest = bundle.read(made).manifest
    assert manifest.recipe["explainers"][1]["parameters"] == {"layer": ""}
    assert manifest.recipe["rendering"]["parameters"]["grey"] == 0.55
    assert len(manifest.recipe["dataset"]["sha256"]) == 64
    assert [(entry.name, entry.seed) for entry in manifest.explainers] == [
        *(("saliency", None), ("grad-cam", None), ("nearest-examples", None), ("placebo-saliency", 9))
    ]


def test_two_runs_give_the_same_bytes(shapes, made, tmp_path):
    prepare(shapes, tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(made)
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_an_interrupted_run_goes_on_where_it_stopped(shapes, made, tmp_path, monkeypatch):
    from explainers.methods.gradients.saliency import Saliency
    from explainers.preparing import Preparation

    out = tmp_path / "bundle"
    first = Preparation(shapes, out)
    steps = first.explanations()
    finished = [next(steps) for _ in range(10)]
    steps.close()
    assert not out.exists()

    explained = []
    attribute = Saliency.attribute
    monkeypatch.setattr(Saliency, "attribute", lambda *given: explained.append(1) or attribute(*given))
    second = Preparation(shapes, out)
    assert set(second.left()) == set(second.units) - set(finished)
    rest = list(second.explanations())
    assert set(rest) == set(second.left()) | (set(second.units) - set(finished))
    assert len(rest) == len(second.units) - len(finished)
    assert len(explained) == 7  # placebo maps only: the seven saliency maps were finished
    second.finish()
    assert bytes_of(out) == bytes_of(made)
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_a_damaged_record_is_made_again(shapes, made, tmp_path):
    from explainers.preparing import Preparation

    out = tmp_path / "bundle"
    list(Preparation(shapes, out).explanations())
    record = next((tmp_path / ".bundle.work").glob("*.json"))
    record.write_bytes(record.read_bytes()[:40])
    again = Preparation(shapes, out)
    assert len(again.left()) == 1
    list(again.explanations())
    again.finish()
    assert bytes_of(out) == bytes_of(made)


def test_work_for_another_recipe_is_not_used(shapes, tmp_path):
    from explainers.preparing import Preparation

    copy = shutil.copytree(shapes.parent, tmp_path / "study") / "recipe.yaml"
    list(Preparation(copy, tmp_path / "bundle").explanations())
    assert Preparation(copy, tmp_path / "bundle").left() == []
    copy.write_text(copy.read_text().replace("seed: 9", "seed: 10"))
    changed = Preparation(copy, tmp_path / "bundle")
    assert len(changed.left()) == len(changed.units)


def test_ctrl_c_prints_a_line_and_keeps_what_is_finished(shapes, tmp_path, monkeypatch, capsys):
    from explainers.methods.gradients.grad_cam import GradCam
    from explainers.preparing import Preparation

    attribute, explanations, begun = GradCam.attribute, Preparation.explanations, []

    def begin(preparation):  # what is made before, to see how long all will take, is not kept
        begun.append(preparation)
        return explanations(preparation)

    def interrupt(*given):
        if begun:
            raise KeyboardInterrupt
        return attribute(*given)

    with monkeypatch.context() as patch:
        patch.setattr(Preparation, "explanations", begin)
        patch.setattr(GradCam, "attribute", interrupt)
        assert prepare(shapes, tmp_path / "bundle") == 130
    told = capsys.readouterr().err
    assert told.endswith("\nStopped. The same command goes on where it stopped.\n")
    assert "Traceback" not in told
    assert prepare(shapes, tmp_path / "bundle") == 0
    assert "Going on: 7 of 28 explanations were made before." in capsys.readouterr().out


def test_an_output_that_is_there_is_compared(shapes, made, capsys):
    before = bytes_of(made)
    assert prepare(shapes, made) == 0
    assert (
        "is already there and identical: 7 items, 1 model, 4 explainers, 42 stimuli"
        in capsys.readouterr().out
    )
    assert bytes_of(made) == before


def test_an_output_of_another_recipe_is_refused_before_the_work(shapes, made, tmp_path, capsys):
    copy = shutil.copytree(shapes.parent, tmp_path / "study") / "recipe.yaml"
    copy.write_text(copy.read_text().replace("seed: 9", "seed: 10"))
    before = bytes_of(made)
    assert prepare(copy, made) == 1
    assert f'{made} exists and holds bundle "shapes" of another recipe.' in capsys.readouterr().err
    assert bytes_of(made) == before


def test_an_output_that_is_no_bundle_is_refused(shapes, tmp_path):
    from explainers.preparing import Preparation

    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    with pytest.raises(BundleExists, match=r"exists and is not a sound bundle: dear\.txt"):
        Preparation(shapes, tmp_path / "letters")
