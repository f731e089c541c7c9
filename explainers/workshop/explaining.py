"""A recipe's explainers, what each explains, and what the manifest tells of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..base import Explainer
from ..bundle import ExplainerEntry
from ..checks.base import Measure
from ..checks.standard import STANDARD
from ..data.base import Case, Data
from ..errors import RecipeError
from ..recipe import Recipe
from ..recipe.placing import at
from ..recipe.reading import where
from ..recipe.schema import ExplainerUse
from ..rendering.base import Drawer
from .building import Faults, build_named


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


def build_explainers(
    path: Path, recipe: Recipe, kind: str, drawer: Drawer, faults: Faults
) -> dict[str, Explainer]:
    """The recipe's explainers by name, each of which must explain data of that kind."""
    found: dict[str, Explainer] = {}
    for place, use in enumerate(recipe.explainers):
        with faults:
            found[use.name] = _built(path, place, use, kind, drawer)
    return found


def _built(path: Path, place: int, use: ExplainerUse, kind: str, drawer: Drawer) -> Explainer:
    steps = ("explainers", place)
    explainer: Explainer = build_named(path, steps, "explainer", use.method, use.parameters)
    if kind not in explainer.data_kinds:
        kinds = ", ".join(explainer.data_kinds)
        raise RecipeError(
            f'{where(path, *steps, "method")}: explainer "{use.method}" cannot explain data of kind {kind}. '
            f"Allowed: {kinds}."
        )
    with at(path, steps, f'explainer "{use.name}", as its class declares it'):
        entry_of(use, explainer, drawer)
    return explainer


def build_measures(path: Path, recipe: Recipe, faults: Faults) -> tuple[Measure, ...]:
    """The recipe's checks, or the usual ones where it names none."""
    found: list[Measure] = []
    for place, use in enumerate(recipe.checks if recipe.checks is not None else STANDARD):
        with faults:
            found.append(build_named(path, ("checks", place), "check", use.name, use.parameters))
    return tuple(found)


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
