"""What explainers show for a model that has learned nothing."""

from dataclasses import replace
from pathlib import Path

from ...base import Question
from ...bundle import Bundle
from ...draws import question_seed
from ...errors import ExplainersError
from ...models.shuffled_weights import layers_of, with_shuffled_weights
from ...workshop import open_workshop
from .write import EXAMPLES, Twins

SEED = 0


def twins_of(recipe: Path, bundle: Bundle) -> Twins:
    """The first items of each explainer and model, explained for the model with all its weights shuffled.

    Raises
    ------
    ExplainersError : the recipe is not the one that the bundle was made from.
    """
    workshop = open_workshop(recipe)
    if workshop.resolved() != bundle.manifest.recipe:
        raise ExplainersError(
            f"{bundle.folder} was not made from {recipe}. Allowed: the recipe that made it."
        )
    found: dict[tuple[str, str, str], list[tuple[str, bytes]]] = {}
    for use in workshop.recipe.explainers:
        cases, explainer = workshop.asked_of(use)[:EXAMPLES], workshop.explainers[use.name]
        for name in workshop.recipe.models_of(use):
            if not layers_of(workshop.models[name], 1):
                continue  # nothing to shuffle: a tree, a rule list
            context = workshop.context(name, use.seed)
            other = replace(context, model=with_shuffled_weights(context.model, SEED))
            target = use.targets[0]
            for case in cases:
                seed = question_seed(use.seed, use.name, name, target, case.item)
                try:
                    (shown,) = explainer.explain([Question(case, target, seed)], other)
                except ExplainersError:
                    continue  # this explainer has nothing to say of such a model
                found[use.name, name, case.item] = [(part.caption, part.content) for part in shown]
    return Twins(found)
