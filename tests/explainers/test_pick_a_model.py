"""The bundle with pairs of models to choose between."""

import json
from collections import Counter
from dataclasses import replace

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


def with_models(workshop, *names):
    """The workshop with its explainers asked about these models only."""
    uses = [use.model_copy(update={"models": names}) for use in workshop.recipe.explainers]
    return replace(workshop, recipe=workshop.recipe.model_copy(update={"explainers": tuple(uses)}))


def told(item):
    """An item without the strata that other items have and it has not."""
    return item.item, item.truth, item.members, {key: value for key, value in item.strata.items() if value}


def test_the_recipe_still_makes_this_bundle(carried, workshop):
    from explainers.preparing.provenance import packages
    from tests.explainers import remaking

    assert list(map(told, workshop.items())) == list(map(told, carried.items))
    if carried.manifest.packages == packages():
        before = remaking.carried(carried)
        for key, content in remaking.remade(with_models(workshop, "cnn-frame", "linear")).items():
            assert before[key] == content, key


def test_it_is_small_enough_to_carry():
    files = [path for path in (FOLDER / "bundle").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
    assert sum(path.stat().st_size for path in (FOLDER / "models").iterdir()) < 3_000_000
