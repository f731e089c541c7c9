"""Models, data and items of the bundled studies, opened when an explainer needs them."""

import pkgutil
from dataclasses import MISSING, fields, replace
from functools import cache, cached_property
from pathlib import Path

import torch

from ..base import Context, Explainer
from ..data.base import Case
from ..errors import ExplainersError
from ..recipe import Recipe, read_recipe
from ..registry import DRAWERS, EXPLAINERS
from ..workshop import Workshop, open_workshop
from .fitting import fitted
from .settings import ITEMS, LAYERS, METHOD, USES, USUAL, Use

FIXTURES = Path(__file__).parents[2] / "fixtures"


class Scenes:
    """The recipes of a folder of studies."""

    def __init__(self, fixtures: Path = FIXTURES) -> None:
        self.fixtures = fixtures
        self.open = cache(self._open)

    @cached_property
    def recipes(self) -> dict[str, Recipe]:
        """Recipes by their folder's name, the usual ones first."""
        found = {path.parent.name: path for path in sorted(self.fixtures.glob("*/recipe.yaml"))}
        if not found:
            raise ExplainersError(f"{self.fixtures} holds no study with a recipe.yaml to show explainers on.")
        usual = [use.recipe for use in USUAL.values()]
        ordered = sorted(found, key=lambda name: (name not in usual, name))
        return {name: read_recipe(found[name]) for name in ordered}

    def use_of(self, name: str, kind: str) -> Use:
        """Where an explainer is shown on a kind of data: by the table, by a recipe that uses it, or as is usual."""
        own = USES.get((name, kind), USES.get(name))
        if own and not own.why_not:
            return own if own.recipe else _on(USUAL[kind], own)
        for folder, recipe in self.recipes.items():
            for use in recipe.explainers:
                if use.method == name and kind_of(recipe) == kind:
                    model = recipe.models_of(use)[0]
                    return Use(folder, model, use.parameters, use.seed, use.targets)
        return own or replace(USUAL[kind], parameters=needed(name, kind))

    def context(self, use: Use) -> Context:
        """What an explainer is given there."""
        workshop = self.open(use.recipe)
        model = use.model or workshop.recipe.models[0].name
        if model not in workshop.models:
            raise ExplainersError(f'The recipe of {use.recipe} has no model "{model}".')
        context = workshop.context(model, use.seed)
        if use.fitted:
            context = fitted(context, use.fitted, use.seed)
        return replace(context, drawer=replace(context.drawer, **use.drawer)) if use.drawer else context

    def _open(self, name: str) -> Workshop:
        path = self.fixtures / name / "recipe.yaml"
        if not path.is_file():
            raise ExplainersError(f"There is no study {name} in {self.fixtures}.")
        return open_workshop(path)


def kind_of(recipe: Recipe) -> str:
    """The kind of data of a recipe, as its drawer tells it."""
    drawer = recipe.rendering.drawer
    return drawer if drawer in DRAWERS else str(pkgutil.resolve_name(drawer).kind)


def kinds_served() -> list[tuple[str, str]]:
    """Each registered explainer with each kind of data that it serves, in the registry's order."""
    return [
        (name, kind) for name, place in EXPLAINERS.items() for kind in pkgutil.resolve_name(place).data_kinds
    ]


def needed(name: str, kind: str) -> dict[str, str]:
    """What is given for an explainer's parameters that have no default."""
    given = {"layer": LAYERS[kind], "method": METHOD}
    made_by = pkgutil.resolve_name(EXPLAINERS[name])
    bare = [one.name for one in fields(made_by) if one.default is one.default_factory is MISSING]
    return {parameter: given[parameter] for parameter in bare if parameter in given}


def with_units(explainer: Explainer, context: Context) -> Context:
    """The context, with units of the usual layer among its items where the explainer asks for nothing else."""
    if "unit" not in explainer.item_kinds or any(case.kind in explainer.item_kinds for case in context.cases):
        return context
    layer = LAYERS[context.data.kind]
    units = tuple(
        Case(f"unit-{number}", torch.zeros(0), "query-a", kind="unit", unit=(layer, number))
        for number in range(ITEMS[context.data.kind])
    )
    return replace(context, cases=(*context.cases, *units))


def cases_for(explainer: Explainer, context: Context) -> list[Case]:
    """The first items that the explainer can be asked about: learning items where there are some."""
    fitting = [case for case in context.cases if case.kind in explainer.item_kinds]
    if not fitting:
        kinds = ", ".join(explainer.item_kinds)
        raise ExplainersError(f"No item there is of a kind that it explains: {kinds}.")
    learning = [case for case in fitting if case.strata.get("pool", "").startswith("learning")]
    count = 1 if explainer.taxonomy["scope"] == "global" else ITEMS[context.data.kind]
    return (learning or fitting)[:count]


def _on(usual: Use, own: Use) -> Use:
    return replace(own, recipe=usual.recipe, model=own.model or usual.model)
