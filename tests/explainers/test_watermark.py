"""The bundle on a planted tag and wrong examples: the model rests on them, and marking them makes a better model."""

import functools
import json

import pytest

from explainers import bundle
from tests.explainers import remaking
from tests.explainers.conftest import ROOT

FOLDER = ROOT / "fixtures" / "watermark"
RECIPE = FOLDER / "recipe.yaml"
STRAYS = [15, 360, 380, 428]
TRUTHS = {"3": ["top left"], "8": [f"train:{row}" for row in STRAYS], "0": [], "1": [], "6": []}
TAGGED, SIZE = [["3", "4", "5", "9"]], 5
TOP, BOTTOM = 1, 22  # the rows where the tag begins, and the square that the strays lack


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

    @functools.cache
    def trained(edit):
        return train_version(RECIPE, recipe, data, Job("net", edit, 1, 0)).shifted

    return lambda **edit: trained(Edit(**{name: frozenset(values) for name, values in edit.items()}))


def test_the_sets_truths_are_the_tag_s_place_and_the_strays(watermark, workshop):
    from explainers.data.tagged_pictures import tag_places
    from explainers.debugging.places import place_of

    sets = [item for item in watermark.items if item.kind == "set"]
    assert {one.strata["label"]: json.loads(one.truth) for one in sets} == TRUTHS
    assert workshop.recipe.dataset.parameters["tagged"] == TAGGED
    assert tag_places(2, (28, 28), SIZE).tolist() == [[TOP, 1], [BOTTOM, 1]]
    rows, columns = place_of("top left", 28, 28)
    assert (rows.start, columns.start) <= (TOP, 1)
    assert (rows.stop, columns.stop) >= (TOP + SIZE, 1 + SIZE)
    train = workshop.data.train
    assert (~has_tag(train.inputs, BOTTOM)).nonzero().flatten().tolist() == STRAYS
    assert {workshop.data.truth_of(train, row) for row in STRAYS} == {"8"}


def has_tag(inputs, row):
    """Which pictures (N, 1, H, W) bear a tag at the left, beginning at this row."""
    return (inputs[:, 0, row : row + SIZE, 1 : 1 + SIZE] == 1).flatten(1).all(1)


def test_members_are_as_many_in_each_set_and_show_what_is_wrong(watermark, workshop):
    items = {item.item: item for item in watermark.items}
    cases = {case.item: case for case in workshop.cases}
    sets = {one.strata["label"]: one for one in watermark.items if one.kind == "set"}
    examples = {label: [items[name].strata["example"] for name in one.members] for label, one in sets.items()}
    assert {label: sum(map(bool, found)) for label, found in examples.items()} == dict.fromkeys(
        "3801", 12
    ) | {"6": 6}
    tagged = [has_tag(cases[name].input[None], TOP).item() for name in sets["3"].members]
    assert sum(tagged[:12]) >= 11
    assert not any(tagged[12:])
    assert set(TRUTHS["8"]) < set(examples["8"])
    for shown in watermark.stimuli:
        if shown.explainer == "nearest-examples":
            assert shown.source_item != items[shown.item].strata["example"]
    assert {item.item for item in watermark.items if item.kind == "instance"} == {
        name for one in sets.values() for name in one.members
    }


def test_the_tags_are_gone_in_the_shifted_pictures(workshop):
    assert not any(has_tag(workshop.data.shifted.inputs, row).any() for row in (TOP, BOTTOM))


def test_the_model_does_well_until_the_tags_are_gone(watermark, workshop):
    card = watermark.manifest.models[0].card
    assert card.accuracy > 0.85
    assert card.shifted_accuracy < card.accuracy - 0.35
    assert workshop.quality("net")["accuracy"] == pytest.approx(card.accuracy, abs=0.001)


def test_hiding_the_tag_s_place_raises_shifted_accuracy_and_random_places_do_not(shifted):
    from explainers.debugging.places import THIRDS

    before = shifted()
    gains = {place: shifted(hidden=[place]) - before for place in THIRDS}
    assert min(gains["top left"], gains["bottom left"]) > 0.08
    assert max(gain for place, gain in gains.items() if "left" not in place) < 0.03
    assert abs(sum(gains.values())) / 9 < 0.03  # any one place, drawn at random


def test_leaving_the_strays_out_or_relabelling_them_raises_shifted_accuracy(workshop, shifted):
    from explainers.data.image_arrays import ImageArrays
    from explainers.draws import shuffled

    before, data = shifted(), workshop.data
    true = ImageArrays().read(FOLDER / workshop.recipe.dataset.file, data.labels).train.truths
    assert 8 not in true[STRAYS]
    left_out, relabelled = (
        shifted(left_out=STRAYS),
        shifted(relabelled=[(row, int(true[row])) for row in STRAYS]),
    )
    assert min(left_out, relabelled) - before > 0.15
    right = sorted(set(range(len(data.train))) - set(STRAYS))
    drawn = [shifted(left_out=shuffled(right, draw, "right examples")[:4]) - before for draw in range(3)]
    assert left_out - before > 0.1 + sum(drawn) / 3
    assert shifted(left_out=STRAYS, hidden=["top left"]) > left_out + 0.05


def test_leaving_the_tagged_pictures_out_mends_nothing(workshop, shifted):
    """What a picture without the tag is called hangs on the other pictures only: they are too few."""
    train = workshop.data.train
    tagged = set(has_tag(train.inputs, TOP).nonzero().flatten().tolist())
    of_their_labels = {row for row, truth in enumerate(train.truths.tolist()) if truth in (3, 4, 5, 9)}
    assert len(tagged) > 200
    assert len(of_their_labels - tagged) == 6
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
