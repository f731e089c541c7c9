"""Which of the usual checks an explainer does not have, and why. This file needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ...bundle import Bundle, ExplainerEntry
from ...recipe.schema import OF_EVERY_BUNDLE
from ..scores import FEWEST_FOR_LEAKAGE
from ..standard import STANDARD

USUAL = tuple(use.name for use in STANDARD if use.name != "model-accuracy") + OF_EVERY_BUNDLE
ENTRIES = {  # names that a check has in the manifest, where they are not its own
    "deletion-insertion": ("deletion-auc", "insertion-auc"),
    "own-numbers": ("local-fidelity", "fidelity", "precision", "coverage", "flipped"),
}
OF_MAPS = frozenset(USUAL) - {"own-numbers", "placebo-independence", *OF_EVERY_BUNDLE}
WHY = {  # of an explainer that gives maps, measured with its model
    "parameter-randomisation": "the model has no weights that could be shuffled",
    "label-randomisation": "there is no map for the model trained on permuted labels",
    "edge-similarity": "pictures only",
    "deletion-insertion": "no item has parts that could be taken away",
    "infidelity": "not possible, its maps have no sign: they tell how much a part matters, not for or against what",
    "max-sensitivity": "pictures and tables only: a text has no small change",
    "own-numbers": "the explainer tells no number about itself",
    "placebo-independence": "only for placebos that show another item's map",
}


@dataclass(frozen=True)
class Absent:
    """What is known of one explainer with one model, to say why a check has no entry."""

    bundle: Bundle
    entry: ExplainerEntry
    model: str
    names: frozenset[str]  # of the checks that it has, without layers and targets

    def checks(self) -> list[tuple[str, str]]:
        """Names of the usual checks without an entry, each with the reason in words."""
        return [
            (check, self._why(check))
            for check in USUAL
            if self.names.isdisjoint(ENTRIES.get(check, (check,)))
        ]

    def _why(self, check: str) -> str:
        if check in OF_EVERY_BUNDLE:
            return self._why_without_model(check)
        if not self._recipe:
            return "it needs the model, and the bundle does not tell the recipe that leads to it"
        if not self._chose(check):
            return "the recipe chooses other checks"
        if check in OF_MAPS and not self._gives_maps:
            if self.entry.taxonomy.get("form") == "placebo":
                return "a placebo that borrows what it shows gives no map of its own"
            return "it gives no map of what mattered"
        if check == "label-randomisation" and not self._has_twin:
            return "not possible, the recipe names no model trained on permuted labels"
        if check == "infidelity" and "deletion-auc" not in self.names and self._chose("deletion-insertion"):
            return WHY["deletion-insertion"]
        return WHY.get(check, "it has not been measured")

    def _why_without_model(self, check: str) -> str:
        if not self._explained:
            return "it explains no item's output"
        if check == "leakage" and self._explained < FEWEST_FOR_LEAKAGE:
            return f"it takes {FEWEST_FOR_LEAKAGE} explanations or more, and there are {self._explained}"
        return "it has not been measured; python -m explainers check BUNDLE --out NEW does so"

    def _chose(self, check: str) -> bool:
        chosen = self._recipe.get("checks")
        return chosen is None or check in [use["name"] for use in chosen]

    @property
    def _recipe(self) -> Mapping[str, Any]:
        return self.bundle.manifest.recipe

    @property
    def _gives_maps(self) -> bool:
        return self.entry.taxonomy.get("form") == "relevance map" or not self.names.isdisjoint(
            name for check in OF_MAPS for name in ENTRIES.get(check, (check,))
        )

    @property
    def _has_twin(self) -> bool:
        models = self._recipe.get("models", ())
        return any(model["name"] == self.model and model.get("permuted") for model in models)

    @cached_property
    def _explained(self) -> int:
        """How many items' outputs it explains."""
        about = (self.entry.name, self.model)
        items = {one.item for one in self.bundle.stimuli if (one.explainer, one.model) == about}
        return len(items & {output.item for output in self.bundle.outputs if output.model == self.model})


class Lacking(NamedTuple):
    """Checks that some explainers do not have, for one reason."""

    whom: str
    reason: str
    checks: Sequence[str]


def together(absent: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]) -> list[Lacking]:
    """Each reason once, with the explainers and the checks that it holds for.

    `absent` has explainer, model, and what `Absent.checks` gives. Models are told where a reason does not hold for
    all that the explainer explains.
    """
    models: dict[str, list[str]] = {}
    lacking: dict[tuple[str, str], dict[str, list[str]]] = {}
    for explainer, model, checks in absent:
        models.setdefault(explainer, []).append(model)
        for check, reason in checks:
            lacking.setdefault((check, reason), {}).setdefault(explainer, []).append(model)
    found: dict[tuple[str, str], list[str]] = {}
    for (check, reason), whom in lacking.items():
        found.setdefault((_listed(whom, models), reason), []).append(check)
    return [Lacking(whom, reason, checks) for (whom, reason), checks in found.items()]


def _listed(whom: Mapping[str, list[str]], models: Mapping[str, list[str]]) -> str:
    if whom == models and len(models) > 1:
        return "all explainers"
    every = (
        name if those == models[name] else f"{name} ({', '.join(those)})" for name, those in whom.items()
    )
    return ", ".join(every)
