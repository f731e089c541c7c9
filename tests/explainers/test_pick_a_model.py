"""The bundle with pairs of models to choose between."""

import json
from collections import Counter

import pytest

from explainers import bundle
from tests.explainers.conftest import ROOT

FOLDER = ROOT / "fixtures" / "pick_a_model"


@pytest.fixture(scope="module")
def carried():
    return bundle.read(FOLDER / "bundle")


@pytest.fixture(scope="module")
def workshop():
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop

    return open_workshop(FOLDER / "recipe.yaml")


def sets_of(carried):
    return [item for item in carried.items if item.kind == "set"]


def test_there_are_pairs_enough_and_in_some_validation_prefers_the_worse(carried):
    sets = sets_of(carried)
    counts = Counter(item.strata["validation"] for item in sets)
    assert len(sets) >= 12
    assert len({frozenset(item.strata["pair"].split(" | ")) for item in sets}) == len(sets)
    assert counts["misleads"] >= 4
    assert counts["agrees"] >= 4


def test_the_truth_is_the_model_with_the_better_card_on_shifted_data(carried):
    cards = {model.name: model.card for model in carried.manifest.models}
    for item in sets_of(carried):
        pair = item.strata["pair"].split(" | ")
        shifted = {name: cards[name].model_extra["shifted_accuracy"] for name in pair}
        usual = {name: cards[name].accuracy for name in pair}
        better = max(pair, key=shifted.__getitem__)
        assert json.loads(item.truth) == [better] == [item.strata["better"]]
        misleads = max(pair, key=usual.__getitem__) != better
        assert item.strata["validation"] == ("misleads" if misleads else "agrees")


def test_each_member_has_outputs_and_explanations_of_both_models(carried):
    outputs = {(output.item, output.model) for output in carried.outputs}
    shown = {(s.item, s.model, s.explainer) for s in carried.stimuli}
    for item in sets_of(carried):
        assert len(item.members) == 8
        for member in item.members:
            for model in item.strata["pair"].split(" | "):
                assert (member, model) in outputs
                for explainer in ("saliency", "occlusion", "nearest-examples"):
                    assert (member, model, explainer) in shown


def test_the_cards_are_right_on_ordinary_and_on_shifted_data(workshop):
    from explainers.models.looking import outputs_of

    shifted = workshop.data.shifted
    for name in ("cnn-frame", "cnn", "linear-frame", "mlp"):
        card, model = workshop.cards[name], workshop.models[name]
        right = outputs_of(model, shifted.inputs).argmax(1) == shifted.truths
        assert float(right.double().mean()) == pytest.approx(card["shifted_accuracy"], abs=0.001)
        assert workshop.quality(name)["accuracy"] == pytest.approx(card["accuracy"], abs=0.001)


def test_training_again_gives_the_same_weights(workshop):
    from explainers.preparing.provenance import packages
    from tests.explainers.remaking import retrained

    if workshop.cards["linear-noisy"]["packages"] == packages():
        again, before = retrained(workshop, FOLDER / "recipe.yaml", "linear-noisy")
        assert again == before


def test_the_recipe_still_makes_a_part_of_this_bundle(carried, workshop):
    from tests.explainers import remaking

    remaking.small_part(workshop, carried, count=1, models=("cnn-frame", "linear"))


def test_it_is_small_enough_to_carry():
    files = [path for path in (FOLDER / "bundle").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
    assert sum(path.stat().st_size for path in (FOLDER / "models").iterdir()) < 3_000_000
