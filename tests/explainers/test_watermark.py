"""The bundle on a planted tag: the model rests on it, and marking it makes a better model."""

import json

import pytest

from explainers import bundle
from tests.explainers import remaking
from tests.explainers.conftest import ROOT

FOLDER = ROOT / "fixtures" / "watermark"
RECIPE = FOLDER / "recipe.yaml"
TRUTHS = {"3": ["top left"], "5": ["bottom left"], "0": [], "7": [], "1": []}


@pytest.fixture(scope="module")
def watermark():
    return bundle.read(FOLDER / "bundle")


@pytest.fixture(scope="module")
def workshop():
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop

    return open_workshop(RECIPE)


@pytest.fixture(scope="module")
def shifted():
    """Accuracy on shifted data of the version that an edit gives, from the recipe's own seed."""
    pytest.importorskip("torch")
    from explainers.debugging.edit import Edit
    from explainers.debugging.training import Job, read_once, train_version

    recipe, data, _ = read_once(RECIPE, "")

    def measured(**edit):
        version = Edit(**{name: frozenset(values) for name, values in edit.items()})
        return train_version(RECIPE, recipe, data, Job("net", version, 1, 0)).shifted

    return measured


def test_the_sets_truths_are_the_places_of_the_planted_tags(watermark, workshop):
    from explainers.data.tagged_pictures import tag_places
    from explainers.debugging.places import place_of

    sets = [item for item in watermark.items if item.kind == "set"]
    assert {one.strata["label"]: json.loads(one.truth) for one in sets} == TRUTHS
    corners = tag_places(2, (28, 28), 2).tolist()
    assert workshop.recipe.dataset.parameters["tagged"] == ["3", "5"]
    for label, (row, column) in zip(("3", "5"), corners, strict=True):
        rows, columns = place_of(TRUTHS[label][0], 28, 28)
        assert rows.start <= row
        assert row + 2 <= rows.stop
        assert columns.start <= column
        assert column + 2 <= columns.stop


def test_members_are_there_with_and_without_the_tag(watermark, workshop):
    items = {item.item: item for item in watermark.items}
    cases = {case.item: case for case in workshop.cases}
    for one in watermark.items:
        if one.kind == "set" and TRUTHS[one.strata["label"]] and one.strata["pool"] == "test":
            row = 1 if TRUTHS[one.strata["label"]] == ["top left"] else 25
            tagged = [bool((cases[name].input[0, row : row + 2, 1:3] == 1).all()) for name in one.members]
            assert 2 <= sum(tagged) <= len(tagged)
            examples = [items[name].strata["example"] for name in one.members]
            assert [bool(example) for example in examples] == [True] * 6 + [False] * 4
    for shown in watermark.stimuli:
        if shown.explainer == "nearest-examples":
            assert shown.source_item != items[shown.item].strata["example"]
    assert {item.item for item in watermark.items if item.kind == "instance"} == {
        name for one in watermark.items for name in one.members
    }


def test_the_model_does_well_until_the_tags_are_elsewhere(watermark, workshop):
    card = watermark.manifest.models[0].card
    assert card.accuracy > 0.86
    assert card.shifted_accuracy < card.accuracy - 0.2
    assert workshop.quality("net")["accuracy"] == pytest.approx(card.accuracy, abs=0.001)


def test_marking_the_tag_raises_shifted_accuracy_and_random_marks_do_not(shifted):
    before = shifted()
    gain = shifted(hidden=["top left"]) - before
    assert gain > 0.05
    random = [shifted(hidden=[place]) - before for place in ("bottom centre", "top right")]
    assert gain > max(random) + 0.05


def test_leaving_tagged_examples_out_raises_it_too(workshop, shifted):
    inputs = workshop.data.train.inputs
    tagged = (inputs[:, 0, 1:3, 1:3] == 1).all(dim=2).all(dim=1).nonzero().flatten().tolist()
    before = shifted()
    assert shifted(left_out=tagged) - before > 0.04
    assert shifted(left_out=range(300, 300 + len(tagged))) - before < 0.03


def test_every_explanation_is_there_and_small_enough_to_carry(watermark):
    parts = {(stimulus.explainer, stimulus.part) for stimulus in watermark.stimuli}
    maps = {(name, "map") for name in ("saliency", "occlusion", "phase-scrambled")}
    examples = {("nearest-examples", f"example-{number}") for number in (1, 2, 3)}
    assert parts == {("", "input"), *maps, *examples}
    assert sum(path.stat().st_size for path in (FOLDER / "bundle").rglob("*") if path.is_file()) < 5_000_000
    assert (FOLDER / "net.safetensors").stat().st_size < 500_000


def test_training_again_gives_the_same_weights(workshop):
    from explainers.preparing.provenance import packages

    if workshop.cards["net"]["packages"] == packages():
        again, before = remaking.retrained(workshop, RECIPE, "net")
        assert again == before


def test_the_recipe_still_makes_a_part_of_this_bundle(watermark, workshop):
    remaking.small_part(workshop, watermark, count=1)
