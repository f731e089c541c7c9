"""A recipe's explainers, what each explains, and what the manifest tells of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..base import Explainer
from ..bundle import ExplainerEntry
from ..data.base import Case, Data
from ..errors import RecipeError
from ..recipe import Recipe
from ..recipe.placing import at
from ..recipe.reading import where
from ..recipe.schema import ExplainerUse
from ..rendering.base import Drawer
from .building import build_named


def entry_of(use: ExplainerUse, explainer: Explainer, drawer: Drawer) -> dict[str, Any]:
    """What the manifest tells of an explainer; pydantic's error where the class declares something else."""
    return ExplainerEntry(
        name=use.name,
        version=explainer.version,
        parameters=explainer.parameters,
        seed=use.seed if explainer.is_random else None,
        reveals_output=explainer.reveals_output,
        normalisation=explainer.normalisation(drawer),
        taxonomy=dict(explainer.taxonomy),
        parts=explainer.parts,
        source=explainer.source,
    ).model_dump(mode="json")


def build_explainers(path: Path, recipe: Recipe, kind: str, drawer: Drawer) -> dict[str, Explainer]:
    """The recipe's explainers by name, each of which must explain data of that kind."""
    found: dict[str, Explainer] = {}
    for place, use in enumerate(recipe.explainers):
        explainer: Explainer = build_named(
            path, ("explainers", place), "explainer", use.method, use.parameters
        )
        if kind not in explainer.data_kinds:
            kinds = ", ".join(explainer.data_kinds)
            line = where(path, "explainers", place, "method")
            raise RecipeError(
                f'{line}: explainer "{use.method}" cannot explain data of kind {kind}. Allowed: {kinds}.'
            )
        with at(path, ("explainers", place), f'explainer "{use.name}", as its class declares it'):
            entry_of(use, explainer, drawer)
        found[use.name] = explainer
    return found


def require_asked(
    path: Path, place: int, use: ExplainerUse, data: Data, asked: Sequence[Case], cases: Sequence[Case]
) -> None:
    """Refuse an explainer that has nothing to explain, and the target `truth` where there is none."""
    if not asked:
        pools = ", ".join(dict.fromkeys(case.strata.get("pool", "") for case in cases)) or "none"
        kinds = ", ".join(dict.fromkeys(case.kind for case in cases)) or "none"
        raise RecipeError(
            f'{where(path, "explainers", place, "pools")}: explainer "{use.name}" has no item to explain. '
            f"Pools that there are: {pools}; kinds of items: {kinds}."
        )
    lacking = [case.item for case in asked if data.labels and case.truth not in data.labels]
    if lacking and "truth" in use.targets:
        raise RecipeError(
            f'{where(path, "explainers", place, "targets")}: explainer "{use.name}" has target truth, but item '
            f'"{lacking[0]}" has no label as truth. Allowed: other targets, or `pools` whose items have one.'
        )
