"""The bundle with trees that people execute by hand."""

import json

import pytest

from explainers import bundle
from tests.explainers.conftest import ROOT
from tests.explainers.models.test_picture_tree import executed

FOLDER = ROOT / "fixtures" / "walk_the_tree"
MODELS = [f"{features}-{depth}" for features in ("hand", "pixels") for depth in (2, 4, 8)]


@pytest.fixture(scope="module")
def carried():
    return bundle.read(FOLDER / "bundle")


@pytest.fixture(scope="module")
def workshop():
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop

    return open_workshop(FOLDER / "recipe.yaml")


def shown(carried, model, explainer, part):
    return {
        s.item: json.loads(carried.path(s).read_text(encoding="utf-8"))
        for s in carried.stimuli
        if (s.model, s.explainer, s.part) == (model, explainer, part)
    }


def deepest(node):
    return 1 + max(deepest(node["yes"]), deepest(node["no"])) if "if" in node else 0


@pytest.mark.parametrize("model", MODELS)
def test_who_executes_the_shown_tree_with_the_shown_values_gives_the_output(carried, model):
    outputs = {output.item: output.output for output in carried.outputs if output.model == model}
    trees = shown(carried, model, "decision-tree", "tree")
    tables = shown(carried, model, "feature-values", "features")
    assert set(trees) == set(tables) == set(outputs)
    for item, said in outputs.items():
        values = {name: float(value.split()[0]) for name, value in tables[item]["rows"]}
        assert executed(trees[item]["root"], values) == said


@pytest.mark.parametrize("model", MODELS)
def test_the_tree_is_whole_and_the_same_for_every_item(carried, model):
    trees = list(shown(carried, model, "decision-tree", "tree").values())
    assert all(tree == trees[0] for tree in trees)
    assert "goes on" not in trees[0].get("note", "")
    assert deepest(trees[0]["root"]) == int(model.split("-")[1])


def test_interpretable_trees_tell_five_values_and_pixel_trees_more_the_deeper_they_are(carried):
    rows = {
        model: len(next(iter(shown(carried, model, "feature-values", "features").values()))["rows"])
        for model in MODELS
    }
    assert max(rows[f"hand-{depth}"] for depth in (2, 4, 8)) <= 5
    assert rows["pixels-2"] <= 3 < rows["pixels-4"] <= 15 < rows["pixels-8"] <= 255


def test_deeper_trees_are_better(carried):
    accuracy = {model.name: model.card.accuracy for model in carried.manifest.models}
    for features in ("hand", "pixels"):
        assert accuracy[f"{features}-2"] < accuracy[f"{features}-4"] < accuracy[f"{features}-8"]


def test_training_again_gives_the_same_weights(workshop):
    from explainers.preparing.provenance import packages
    from tests.explainers.remaking import retrained

    if workshop.cards["hand-4"]["packages"] == packages():
        again, before = retrained(workshop, FOLDER / "recipe.yaml", "hand-4")
        assert again == before


def test_the_recipe_still_makes_a_part_of_this_bundle(carried, workshop):
    from tests.explainers import remaking

    remaking.small_part(workshop, carried)


def test_it_is_small_enough_to_carry():
    files = [path for path in (FOLDER / "bundle").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
