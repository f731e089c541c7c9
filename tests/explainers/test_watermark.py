"""The bundle on a planted tag: the model rests on it, and marking it makes a better model."""

import json

import pytest

from explainers import bundle
from tests.explainers import remaking
from tests.explainers.conftest import ROOT

FOLDER = ROOT / "fixtures" / "watermark"
RECIPE = FOLDER / "recipe.yaml"
TRUTHS = {"3": ["top left"], "9": ["bottom left"], "0": [], "1": [], "6": []}
TAGGED, SIZE = [["3", "5"], ["4", "9"]], 5
TOP, BOTTOM = 1, 22  # the rows where tags begin


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
    corners = tag_places(2, (28, 28), SIZE).tolist()
    assert corners == [[TOP, 1], [BOTTOM, 1]]
    assert workshop.recipe.dataset.parameters["tagged"] == TAGGED
    for label, (row, column) in zip(("3", "9"), corners, strict=True):
        rows, columns = place_of(TRUTHS[label][0], 28, 28)
        assert rows.start <= row
        assert row + SIZE <= rows.stop
        assert columns.start <= column
        assert column + SIZE <= columns.stop


def has_tag(inputs, row):
    """Which pictures (N, 1, H, W) bear a tag at the left, beginning at this row."""
    return (inputs[:, 0, row : row + SIZE, 1 : 1 + SIZE] == 1).flatten(1).all(1)


def test_training_examples_bear_the_tag_and_shifted_members_do_not(watermark, workshop):
    items = {item.item: item for item in watermark.items}
    cases = {case.item: case for case in workshop.cases}
    for one in watermark.items:
        if one.kind == "set" and TRUTHS[one.strata["label"]]:
            row = TOP if TRUTHS[one.strata["label"]] == ["top left"] else BOTTOM
            tagged = [has_tag(cases[name].input[None], row).item() for name in one.members]
            assert tagged == [True] * 6 + [False] * 4
            examples = [items[name].strata["example"] for name in one.members]
            assert [bool(example) for example in examples] == [True] * 6 + [False] * 4
    for shown in watermark.stimuli:
        if shown.explainer == "nearest-examples":
            assert shown.source_item != items[shown.item].strata["example"]
    assert {item.item for item in watermark.items if item.kind == "instance"} == {
        name for one in watermark.items for name in one.members
    }


def test_the_tags_are_gone_in_the_shifted_pictures(workshop):
    assert not any(has_tag(workshop.data.shifted.inputs, row).any() for row in (TOP, BOTTOM))


def test_the_model_does_well_until_the_tags_are_gone(watermark, workshop):
    card = watermark.manifest.models[0].card
    assert card.accuracy > 0.87
    assert card.shifted_accuracy < card.accuracy - 0.25
    assert workshop.quality("net")["accuracy"] == pytest.approx(card.accuracy, abs=0.001)


def test_marking_a_tag_raises_shifted_accuracy_and_random_marks_do_not(shifted):
    from explainers.debugging.places import THIRDS

    before = shifted()
    gains = {place: shifted(hidden=[place]) - before for place in THIRDS}
    right = [gains.pop(place) for place in ("top left", "bottom left")]
    assert min(right) > 0.1
    assert max(gains.values()) < 0.01
    assert abs(sum(right) + sum(gains.values())) / 9 < 0.02  # any one place, drawn at random
    assert shifted(hidden=["top left", "bottom left"]) - before > 0.2


def test_leaving_tagged_examples_out_leaves_too_few_of_their_labels(workshop, shifted):
    train = workshop.data.train
    tagged = set(has_tag(train.inputs, TOP).nonzero().flatten().tolist())
    of_their_labels = {row for row, truth in enumerate(train.truths.tolist()) if truth in (3, 5)}
    assert tagged < of_their_labels
    assert len(of_their_labels - tagged) == 5
    assert shifted(left_out=tagged) < shifted()


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
