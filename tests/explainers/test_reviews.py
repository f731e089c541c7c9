"""The study on texts that is carried: its data, its models, its balance, its bundle."""

import json
from collections import Counter
from pathlib import Path

import pytest

from explainers import bundle

REVIEWS = Path(__file__).parents[2] / "fixtures" / "reviews"
POOLS = {"test": (16, 16), "learning": (8, 8), "practice": (1, 1), "tutorial": (1, 1)}
LEAST = {"attention": 0.77, "words": 0.78, "cnn": 0.77, "gru": 0.78}
EXPLAINERS = ["lime", "anchors", "prototypes", "counterfactual-path", "attention-map", "placebo-attention"]


@pytest.fixture(scope="module")
def reviews():
    return bundle.read(REVIEWS / "bundle")


@pytest.fixture(scope="module")
def workshop():
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop

    return open_workshop(REVIEWS / "recipe.yaml")


@pytest.fixture(scope="module")
def outputs(reviews):
    return {output.item: output.output for output in reviews.outputs if output.model == "attention"}


def shown(reviews, explainer):
    return [stimulus for stimulus in reviews.stimuli if stimulus.explainer == explainer]


def content(stimulus):
    return json.loads((REVIEWS / "bundle" / "stimuli" / stimulus.file).read_text(encoding="utf-8"))


def test_pools_are_half_wrong_for_the_model_that_people_foretell(reviews, outputs):
    right = Counter((item.strata["pool"], outputs[item.item] == item.truth) for item in reviews.items)
    assert {pool: (right[pool, True], right[pool, False]) for pool in POOLS} == POOLS
    assert len(reviews.items) == 52


def test_truths_and_outputs_are_balanced(reviews, outputs):
    for pool in ("test", "learning"):
        cells = Counter(
            (item.truth, outputs[item.item]) for item in reviews.items if item.strata["pool"] == pool
        )
        assert set(cells.values()) == {8 if pool == "test" else 4}


def test_only_short_sentences_are_shown_and_none_twice(reviews):
    sentences = [tuple(content(one)["tokens"]) for one in reviews.stimuli if one.part == "input"]
    assert max(map(len, sentences)) <= 30
    assert len(set(sentences)) == 52


def test_every_arm_explains_the_same_model(reviews):
    assert [entry.name for entry in reviews.manifest.explainers] == EXPLAINERS
    assert {one.model for one in reviews.stimuli if one.explainer} == {"attention"}
    for explainer in EXPLAINERS:
        assert len({one.item for one in shown(reviews, explainer)}) == 52


def test_attention_and_its_placebo_look_alike(reviews):
    own, placebo = shown(reviews, "attention-map"), shown(reviews, "placebo-attention")
    assert {one.caption for one in own} == {one.caption for one in placebo}
    assert {one.alt for one in own} == {one.alt for one in placebo}
    for one, other in zip(own, placebo, strict=True):
        assert content(one)["tokens"] == content(other)["tokens"]
        assert content(one)["scale"] == content(other)["scale"]
        assert max(content(one)["weights"]) == max(content(other)["weights"]) == 1


def test_attention_is_the_models_own(reviews, workshop):
    case = workshop.cases[0]
    shares = workshop.models["attention"].attention(case.input.unsqueeze(0))[0, : len(case.words)]
    told = content(next(one for one in shown(reviews, "attention-map") if one.item == case.item))
    assert float(shares.sum()) == pytest.approx(1)
    assert told["weights"] == pytest.approx((shares / shares.max()).tolist(), abs=1e-5)


def test_a_changed_sentence_that_is_said_to_flip_the_model_does(reviews, workshop, outputs):
    """Asked of the model anew, from the words that people read."""
    import torch

    from explainers.data.tokens import numbered

    model, data = workshop.models["attention"], workshop.data
    flips = 0
    for one in shown(reviews, "counterfactual-path"):
        told = content(one)
        if told["type"] == "tokens" and one.checks["flipped"]:
            words = tuple(word for word in told["tokens"] if word != "…")
            with torch.no_grad():
                said = int(model(numbered([words], data.vocabulary, 30)).argmax())
            assert data.labels[said] != outputs[one.item]
            flips += 1
    assert flips >= 40


@pytest.mark.parametrize("model", LEAST)
def test_models_are_as_right_as_their_cards_say(workshop, model):
    quality, card = workshop.quality(model), workshop.cards[model]
    assert quality["accuracy"] == pytest.approx(card["accuracy"], abs=0.002)
    assert quality["accuracy"] >= LEAST[model]
    assert quality["accuracy_n"] == card["accuracy_n"] == len(workshop.data.test)


def test_every_check_passed_but_that_attention_hardly_shows_what_was_learned(reviews):
    failed = {(check.name, check.explainer) for check in reviews.manifest.checks if not check.passed}
    assert failed <= {("label-randomisation", "attention-map")}


def test_it_is_small_enough_to_carry():
    size = sum(path.stat().st_size for path in (REVIEWS / "bundle").rglob("*") if path.is_file())
    assert size < 5_000_000
    assert all(path.stat().st_size < 1_000_000 for path in REVIEWS.glob("*.safetensors"))


def test_the_recipe_still_makes_a_part_of_this_bundle(reviews, workshop):
    from tests.explainers import remaking

    remaking.small_part(workshop, reviews, count=1)
