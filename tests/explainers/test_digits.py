"""The study that is carried: its bundle, its model, its balance."""

from collections import Counter

import pytest

from explainers import bundle
from tests.explainers.conftest import DIGITS

POOLS = {"test": (16, 16), "learning": (8, 8), "practice": (1, 1), "tutorial": (1, 1)}


@pytest.fixture(scope="module")
def digits():
    return bundle.read(DIGITS / "bundle")


def test_pools_are_half_wrong(digits):
    outputs = {output.item: output.output for output in digits.outputs}
    right = Counter((item.strata["pool"], outputs[item.item] == item.truth) for item in digits.items)
    assert {pool: (right[pool, True], right[pool, False]) for pool in POOLS} == POOLS
    assert len(digits.items) == 52


def test_truths_and_outputs_are_balanced_in_the_test(digits):
    outputs = {output.item: output.output for output in digits.outputs}
    test = [(item.truth, outputs[item.item]) for item in digits.items if item.strata["pool"] == "test"]
    wrong = Counter(cell for cell in test if cell[0] != cell[1])
    assert max(wrong.values()) == 1
    for side in (0, 1):
        counts = Counter(cell[side] for cell in test)
        assert set(counts) == set(digits.manifest.labels)
        assert max(counts.values()) - min(counts.values()) <= 2
    right = Counter(truth for truth, output in test if truth == output)
    assert max(right.values()) - min(right[label] for label in digits.manifest.labels) <= 1


def test_all_arms_show_what_they_may(digits):
    parts = {entry.name: entry.parts for entry in digits.manifest.explainers}
    examples = ("example-1", "example-2", "example-3")
    maps = dict.fromkeys(("saliency", "grad-cam", "placebo-saliency"), ("map",))
    assert parts == {**maps, "nearest-examples": examples}
    assert {entry.reveals_output for entry in digits.manifest.explainers} == {"no", "partly"}
    assert len({entry.normalisation for entry in digits.manifest.explainers if entry.name in maps}) == 1
    for explainer in maps:
        shown = [stimulus for stimulus in digits.stimuli if stimulus.explainer == explainer]
        assert {stimulus.caption for stimulus in shown} == {"What mattered most"}
        assert len({stimulus.alt for stimulus in shown}) == 1
        assert {(stimulus.width, stimulus.height) for stimulus in shown} == {(28, 28)}


def test_placebo_maps_come_from_items_with_another_truth_and_output(digits):
    outputs = {output.item: output.output for output in digits.outputs}
    items = {item.item: item for item in digits.items}
    for stimulus in digits.stimuli:
        if stimulus.explainer == "placebo-saliency":
            own, donor = items[stimulus.item], items[stimulus.source_item]
            assert own.strata == donor.strata
            assert own.truth != donor.truth
            assert outputs[own.item] != outputs[donor.item]


def test_every_check_passed(digits):
    assert all(check.passed for check in digits.manifest.checks)
    assert digits.manifest.models[0].card.accuracy >= 0.97


def test_it_is_small_enough_to_carry():
    size = sum(path.stat().st_size for path in (DIGITS / "bundle").rglob("*") if path.is_file())
    assert size < 5_000_000
    assert (DIGITS / "data" / "mnist.npz").stat().st_size < 3_000_000


def test_the_recipe_still_makes_a_part_of_this_bundle(digits):
    pytest.importorskip("torch")
    from explainers.workshop import open_workshop
    from tests.explainers import remaking

    workshop = open_workshop(DIGITS / "recipe.yaml")
    assert workshop.quality("cnn")["accuracy"] == digits.manifest.models[0].card.accuracy >= 0.97
    remaking.small_part(workshop, digits)
