"""The bundle with ordinary, adversarial, shifted and nonsense pictures, and its two models."""

from collections import Counter

import pytest

from explainers import bundle
from tests.explainers.conftest import ROOT

FOLDER = ROOT / "fixtures" / "doubtful_digits"


@pytest.fixture(scope="module")
def carried():
    return bundle.read(FOLDER / "bundle")


@pytest.fixture(scope="module")
def workshop():
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop

    return open_workshop(FOLDER / "recipe.yaml")


def outputs_of(carried, model):
    return {output.item: output.output for output in carried.outputs if output.model == model}


def test_the_strata_are_as_large_as_planned(carried):
    assert Counter(item.strata["pool"] for item in carried.items) == {
        "ordinary": 24,
        "adversarial": 16,
        "shifted": 20,
        "nonsense": 16,
    }


def test_adversarial_pictures_deceive_the_network(carried):
    said = outputs_of(carried, "cnn")
    chosen = [item for item in carried.items if item.strata["pool"] == "adversarial"]
    assert all(said[item.item] != item.truth for item in chosen)


def test_adversarial_pictures_differ_by_no_more_than_the_bound(workshop):
    for case in workshop.cases:
        if case.strata["pool"] == "adversarial":
            before = workshop.data.test.inputs[int(case.item.split("-")[1])]
            assert float((case.input - before).abs().max()) <= 0.15 + 1e-9


def test_of_nonsense_nothing_is_true(carried):
    for item in carried.items:
        is_nonsense = item.strata["pool"] == "nonsense"
        assert (item.truth == "") == is_nonsense
        assert (item.strata.get("right_answer") == "unknown") == is_nonsense


def test_the_network_is_right_in_98_of_100_and_its_card_says_so(workshop):
    quality = workshop.quality("cnn")
    assert quality["accuracy_n"] == 5000
    assert quality["accuracy"] >= 0.98
    assert quality["accuracy"] == pytest.approx(workshop.cards["cnn"]["accuracy"], abs=0.001)


def test_so_is_the_bare_hands_models_card(workshop):
    quality = workshop.quality("bare-hands")
    assert quality["accuracy"] == pytest.approx(workshop.cards["bare-hands"]["accuracy"], abs=0.001)
    assert quality["accuracy"] >= 0.96
    assert (FOLDER / "bare-hands.safetensors").stat().st_size < 1_500_000


def test_the_recipe_still_makes_a_part_of_this_bundle(carried, workshop):
    from tests.explainers import remaking

    remaking.small_part(workshop, carried)


def test_it_is_small_enough_to_carry():
    files = [path for path in (FOLDER / "bundle").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
