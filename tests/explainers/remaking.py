"""Making a few explanations of a bundle again, from its recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explainers.bundle import Bundle
    from explainers.workshop import Workshop


def remade(workshop: Workshop, count: int = 1) -> dict[tuple[str, str, str, str], bytes]:
    """By item, model, explainer and part: the first `count` explanations of each explainer and model."""
    from explainers.preparing.work_folder import Unit
    from explainers.preparing.worker import Bench

    found = {}
    for use in workshop.recipe.explainers:
        for model in workshop.recipe.models_of(use):
            cases = workshop.asked_of(use)[:count]
            units = [Unit(use.name, model, target, case.item) for case in cases for target in use.targets]
            for unit, (shown, _) in zip(units, Bench(workshop).explained(units), strict=True):
                for part in shown:
                    found[unit.item, model, use.name, part.part] = part.content
    return found


def carried(bundle: Bundle) -> dict[tuple[str, str, str, str], bytes]:
    """The same of what the bundle carries."""
    return {
        (s.item, s.model, s.explainer, s.part): bundle.path(s).read_bytes() for s in bundle.stimuli
    }  # fmt: skip


def retrained(workshop: Workshop, recipe, name: str) -> tuple[bytes, bytes]:
    """A model's weights trained anew, and those that are carried."""
    from explainers.models.weights import weights_bytes
    from explainers.retraining import trained_from_seed
    from explainers.workshop import read_data

    (model,) = [model for model in workshop.recipe.models if model.name == name]
    data, _ = read_data(recipe, workshop.recipe)
    net = trained_from_seed(recipe, model, data, lambda losses, total, what: losses)
    return weights_bytes(net), (recipe.parent / model.weights).read_bytes()
