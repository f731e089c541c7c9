"""`check --html` and `check --out`: for a bundle of ours, and for one that another pipeline made."""

import json
import shutil

import pytest

from explainers import bundle
from explainers.commands import main

pytest.importorskip("torch")
EDGES = "explainers:\n  - name: pictures-own\n    method: own_map:Picture\n"
OWN = '''
from dataclasses import dataclass
from explainers.methods.gradients.saliency import Saliency


@dataclass(frozen=True)
class Picture(Saliency):
    """The picture itself. Source: none."""

    def relevance_of(self, question, context):
        return question.case.input
'''


@pytest.fixture(scope="module")
def made(shapes, tmp_path_factory):
    """A bundle with an explainer that does not look at the model, beside its recipe."""
    folder = shutil.copytree(shapes.parent, tmp_path_factory.mktemp("page") / "study")
    (folder / "own_map.py").write_text(OWN)
    recipe = folder / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("explainers:\n", EDGES))
    assert main(["prepare", str(recipe), "--out", str(folder / "bundle"), "--processes", "1"]) == 0
    return folder / "bundle"


def test_what_fails_is_flagged_in_plain_words_beside_its_twin(made, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert main(["check", str(made), "--html", str(page)]) == 0
    text = page.read_text()
    assert "it shows the input, not what the model has learned" in text
    assert text.count("The same for a model with shuffled weights") >= 4
    assert "Not possible: the model is not here" not in text
    assert "layer by layer" in text
    assert f"Page: {page}" in capsys.readouterr().out


def test_the_page_loads_nothing_from_anywhere(made, tmp_path):
    page = tmp_path / "page.html"
    main(["check", str(made), "--html", str(page)])
    text = page.read_text()
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text
    assert "data:image/png;base64," in text


def test_a_foreign_bundle_gets_what_needs_no_model_and_its_page_says_so(made, tmp_path):
    foreign = tmp_path / "foreign"
    shutil.copytree(made, foreign)
    manifest = json.loads((foreign / "manifest.json").read_text())
    fields = {name: manifest[name] for name in ("name", "dataset", "labels", "models", "explainers")}
    ours = bundle.read(made)
    plain = (
        (type(one)(**{**one.__dict__, "checks": {}}), ours.path(one).read_bytes()) for one in ours.stimuli
    )
    shutil.rmtree(foreign)
    bundle.write(foreign, fields, ours.items, ours.outputs, plain)
    assert (
        main(["check", str(foreign), "--out", str(tmp_path / "scored"), "--html", str(tmp_path / "p.html")])
        == 0
    )
    scored = bundle.read(tmp_path / "scored")
    assert {"size", "randomised_rank_correlation"} & set(scored.stimuli[1].checks) == {"size"}
    assert {check.name for check in scored.manifest.checks} >= {"size"}
    assert "the model is not here" in (tmp_path / "p.html").read_text()
    main(["check", str(tmp_path / "scored"), "--out", str(tmp_path / "again")])
    assert bundle.read(tmp_path / "again").sha256 == scored.sha256


def test_another_recipe_is_refused(made, shapes, tmp_path, capsys):
    asked = ["check", str(made), "--html", str(tmp_path / "page.html"), "--recipe", str(shapes)]
    assert main(asked) == 1
    assert "was not made from" in capsys.readouterr().err
