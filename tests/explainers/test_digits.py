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
    maps = dict.fromkeys(("saliency", "grad-cam", "integrated-gradients", "placebo-saliency"), ("map",))
    assert parts == {
        **maps,
        "nearest-examples": ("example-1", "example-2", "example-3"),
        "prototypes": ("prototype-1", "prototype-2", "prototype-3"),
        "counterfactual-path": ("step-1", "step-2", "step-3", "step-4"),
    }
    revealing = {entry.name: entry.reveals_output for entry in digits.manifest.explainers}
    assert revealing.pop("placebo-saliency") == "no"
    assert revealing.pop("prototypes") == revealing.pop("counterfactual-path") == "yes"
    assert set(revealing.values()) == {"partly"}
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


def test_prototypes_are_of_the_digit_that_the_model_said(digits):
    outputs = {output.item: output.output for output in digits.outputs}
    for stimulus in digits.stimuli:
        if stimulus.explainer == "prototypes":
            assert stimulus.caption.split()[-1] == outputs[stimulus.item]


def test_only_the_last_step_of_a_path_is_answered_otherwise(digits):
    outputs = {output.item: output.output for output in digits.outputs}
    for stimulus in digits.stimuli:
        if stimulus.explainer == "counterfactual-path":
            said = stimulus.caption.removeprefix("Says ")
            assert said in digits.manifest.labels
            assert (
                (said != outputs[stimulus.item]) == (stimulus.part == "step-4") == stimulus.checks["flipped"]
            )


def test_every_check_passed(digits):
    assert all(check.passed for check in digits.manifest.checks)
    assert {check.name for check in digits.manifest.checks} >= {
        *(
            "parameter-randomisation",
            "label-randomisation",
            "edge-similarity",
            "deletion-auc",
            "insertion-auc",
        ),
        *("infidelity", "max-sensitivity", "sparsity", "size", "leakage", "flipped", "placebo-independence"),
    }
    assert digits.manifest.models[0].card.accuracy >= 0.97


def test_every_explanation_has_its_scores(digits):
    for stimulus in digits.stimuli:
        scores = {"size", "leaks"} if stimulus.explainer else set()
        if stimulus.explainer == "integrated-gradients":  # the other maps have no sign
            scores.add("infidelity")
        if stimulus.explainer in ("saliency", "grad-cam", "integrated-gradients"):
            scores |= {
                "max_sensitivity",
                "sparsity",
                "deletion_auc",
                "insertion_auc",
                "edge_similarity",
            }
        assert scores <= set(stimulus.checks), (stimulus.explainer, scores - set(stimulus.checks))


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
    slow = ("counterfactual-path",)  # looks twice through 10,000 pictures
    remaking.small_part(workshop, digits, without=slow)
