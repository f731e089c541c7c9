"""Making a bundle again from its recipe: a small part of it in every run of the tests, the whole in the proofs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from explainers.bundle import Bundle, Item
    from explainers.workshop import Workshop

Key = tuple[str, str, str, str, str]  # item, model, explainer, target, part
OTHER_VERSIONS = "other versions of the packages, or another device, may draw other bytes"


def small_part(
    workshop: Workshop,
    bundle: Bundle,
    count: int = 2,
    without: Collection[str] = (),
    models: Collection[str] = (),
) -> None:
    """Fail unless the recipe still makes the bundle's items and outputs, and each explainer's first explanations.

    Parameters
    ----------
    count : how many items of each explainer and model; their explanations are compared byte by byte
    without : explainers that are too slow for every run: the proofs make them
    models : whose outputs are explained; of all models where empty
    """
    assert list(map(_told, workshop.items())) == list(map(_told, bundle.items))
    outputs = [(output.item, output.model, output.output) for output in workshop.outputs()]
    assert outputs == [(output.item, output.model, output.output) for output in bundle.outputs]
    _require_same_versions(bundle, workshop.device)
    before, made = carried(bundle), remade(workshop, count, without, models)
    assert {key[2] for key in made} == {use.name for use in workshop.recipe.explainers} - set(without)
    for key, content in made.items():
        assert before[key] == content, key


def whole(folder: Path, scratch: Path) -> None:
    """Fail unless the recipe in the folder makes the bundle there anew, checks and all, to the last byte.

    The work is kept beside the new bundle in `scratch` until it is whole: an interrupted proof goes on.
    """
    import joblib

    from explainers import bundle
    from explainers.preparing import Preparation

    present = bundle.read(folder / "bundle")
    out = scratch / folder.name
    shutil.rmtree(out, ignore_errors=True)  # of an earlier proof that came to its end
    preparation = Preparation(folder / "recipe.yaml", out, joblib.cpu_count())
    _require_same_versions(present, preparation.workshop.device)
    for _ in preparation.explanations():
        pass
    for _ in preparation.checks(preparation.seconds_of_checks()):
        pass
    made = preparation.finish().bundle
    assert made.manifest.files == present.manifest.files
    assert made.manifest.checks == present.manifest.checks
    assert made.sha256 == present.sha256


def remade(
    workshop: Workshop, count: int = 1, without: Collection[str] = (), models: Collection[str] = ()
) -> dict[Key, bytes]:
    """The first `count` explanations of each explainer and model, as they are made now."""
    from explainers.preparing.work_folder import Unit
    from explainers.preparing.worker import Bench

    bench, found = Bench(workshop), {}
    uses = [use for use in workshop.recipe.explainers if use.name not in without]
    asked = [(use, model) for use in uses for model in workshop.recipe.models_of(use)]
    for use, model in [one for one in asked if not models or one[1] in models]:
        cases = workshop.asked_of(use)[:count]
        units = [Unit(use.name, model, target, case.item) for case in cases for target in use.targets]
        for unit, (shown, _) in zip(units, bench.explained(units), strict=True):
            for part in shown:
                found[unit.item, model, use.name, unit.target, part.part] = part.content
    return found


def carried(bundle: Bundle) -> dict[Key, bytes]:
    """All explanations that the bundle carries."""
    return {
        (s.item, s.model, s.explainer, s.target, s.part): bundle.path(s).read_bytes()
        for s in bundle.stimuli
        if s.explainer
    }


def retrained(workshop: Workshop, recipe: Path, name: str) -> tuple[bytes, bytes]:
    """A model's weights trained anew, and those that are carried."""
    from explainers.models.weights import weights_bytes
    from explainers.retraining import trained_from_seed
    from explainers.workshop import read_data

    (model,) = [model for model in workshop.recipe.models if model.name == name]
    data, _ = read_data(recipe, workshop.recipe)
    net = trained_from_seed(recipe, model, data, lambda losses, total, what: losses)
    return weights_bytes(net), (recipe.parent / model.weights).read_bytes()


def _told(item: Item) -> Item:
    """An item without the strata that other items have and it has not."""
    return replace(item, strata={name: value for name, value in item.strata.items() if value})


def _require_same_versions(bundle: Bundle, device: str) -> None:
    from explainers.preparing.provenance import packages

    if (bundle.manifest.packages, bundle.manifest.device) != (packages(), device):
        pytest.skip(OTHER_VERSIONS)
