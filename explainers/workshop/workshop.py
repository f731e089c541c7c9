"""Everything a recipe names, loaded: data, models, items, drawer, explainers."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ..answers import quality_of
from ..asking import asked_of
from ..base import Context, Explainer, Prediction
from ..bundle import Item, ModelEntry, Output
from ..checks.base import Measure, Subject
from ..data.base import Case, Data
from ..data.placing import in_precision, on_device
from ..models.training import repeatable
from ..recipe import Recipe, read_recipe
from ..recipe.placing import at
from ..recipe.schema import ExplainerUse, Model
from ..rendering.base import Drawer
from .building import Faults
from .cases import answers_to, has_input, make_cases, predicted
from .explaining import build_explainers, build_measures, entry_of, require_asked
from .models import card_of, load
from .reading import drawer_for, read_data


@dataclass(frozen=True, eq=False)
class Workshop:
    """A recipe with all that it names."""

    path: Path  # of the recipe
    recipe: Recipe
    data: Data
    data_sha256: str
    drawer: Drawer
    models: Mapping[str, nn.Module]
    cards: Mapping[str, Mapping[str, Any]]
    predictions: Mapping[str, tuple[Prediction, ...]]  # by model, of every held-out case
    cases: tuple[Case, ...]
    answers: Mapping[str, Mapping[str, Prediction]]  # by model and item, of all items that have an input
    explainers: Mapping[str, Explainer]
    measures: tuple[Measure, ...]
    permuted: Mapping[str, nn.Module]  # by model: the twins trained on permuted labels
    device: str

    def context(self, model: str, seed: int = 0) -> Context:
        """What an explainer of that seed is given."""
        return Context(
            model=self.models[model],
            data=self.data,
            cases=self.cases,
            predictions=self.answers[model],
            drawer=self.drawer,
            seed=seed,
            model_name=model,
            others={name: other for name, other in self.models.items() if name != model},
        )

    def quality(self, model: str) -> dict[str, float]:
        """How good the model is on all held-out cases, as its card tells it."""
        return quality_of(self.predictions[model], self.data.test)

    def subject(self, model: str, explainer: str) -> Subject:
        """What a check about one explainer and one model is given; with an empty name, about the model alone."""
        (found,) = [one for one in self.recipe.models if one.name == model]
        return Subject(
            model=found,
            quality=self.quality(model),
            context=self.context(model),
            uses={use.name: use for use in self._uses_of(model)},
            explainers={use.name: self.explainers[use.name] for use in self._uses_of(model)},
            explainer=explainer,
            budget=self.recipe.budget,
            permuted=self.permuted.get(model),
        )

    def asked_of(self, use: ExplainerUse) -> list[Case]:
        """The cases that an explainer of the recipe explains."""
        return asked_of(use, self.explainers[use.name], self.cases)

    def items(self) -> list[Item]:
        """Rows of `items.csv`."""
        return [
            Item(
                item=case.item,
                kind=case.kind,
                parent=case.parent,
                change=case.change,
                members=case.members,
                truth=case.truth,
                strata=case.strata,
            )
            for case in self.cases
        ]

    def outputs(self) -> list[Output]:
        """Rows of `outputs.csv`: each item that has an input with each model."""
        return [
            Output(case.item, name, p.label, p.probabilities[p.index], p.probabilities)
            if p.probabilities
            else Output(case.item, name, p.label)
            for case in self.cases
            if has_input(case)
            for name in self.models
            for p in [self.answers[name][case.item]]
        ]

    def manifest_fields(self) -> dict[str, Any]:
        """What the manifest tells of data, models and explainers, and the resolved recipe."""
        dataset = self.recipe.dataset
        origin = {"name": dataset.name, "origin": dataset.origin, "licence": dataset.licence}
        return {
            "name": self.recipe.name,
            "dataset": origin | ({"citation": dataset.citation} if dataset.citation else {}),
            "labels": list(self.data.labels),
            "models": [self._model_entry(model) for model in self.recipe.models],
            "explainers": [
                entry_of(use, self.explainers[use.name], self.drawer) for use in self.recipe.explainers
            ],
            "device": self.device,
            "recipe": self.resolved(),
        }

    def resolved(self) -> dict[str, Any]:
        """The recipe with its defaults filled in and its data named by hash."""
        recipe: dict[str, Any] = self.recipe.model_dump(mode="json")
        recipe["dataset"]["sha256"] = self.data_sha256
        recipe["rendering"]["parameters"] = json.loads(json.dumps(asdict(self.drawer)))
        for use in recipe["explainers"]:
            use["parameters"] = self.explainers[use["name"]].parameters
        return recipe

    def _uses_of(self, model: str) -> list[ExplainerUse]:
        return [use for use in self.recipe.explainers if model in self.recipe.models_of(use)]

    def _model_entry(self, model: Model) -> dict[str, Any]:
        card = dict(self.cards[model.name])
        sha256 = card.pop("weights_sha256")
        card |= self.quality(model.name)
        output = "class" if self.data.labels else "number"
        entry = {"name": model.name, "sha256": sha256, "output": output, "card": card}
        with at(self.path, ("models", model.name, "card"), f'model "{model.name}"'):
            return ModelEntry.model_validate(entry).model_dump()


def open_workshop(path: Path) -> Workshop:
    """Read a recipe and load what it names.

    Raises
    ------
    ExplainersError : the recipe, the data, the weights or a parameter is not as it must be.
    """
    repeatable()
    recipe = read_recipe(path)
    data, data_sha256 = read_data(path, recipe)
    dtype = torch.float64 if recipe.precision == "double" else torch.float32
    data = in_precision(data, dtype)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    data = on_device(data, device)
    models = {model.name: load(path, model, data, "weights").to(device, dtype) for model in recipe.models}
    drawer, faults = drawer_for(path, recipe, data.kind), Faults()
    explainers = build_explainers(path, recipe, data.kind, drawer, faults)
    measures = build_measures(path, recipe, faults)
    faults.tell()
    predictions = {name: predicted(path, name, model, data) for name, model in models.items()}
    cases = make_cases(path, recipe, data, models, predictions)
    for place, use in enumerate(recipe.explainers):
        with faults:
            require_asked(path, place, use, data, asked_of(use, explainers[use.name], cases), cases)
    faults.tell()
    return Workshop(
        path=path,
        recipe=recipe,
        data=data,
        data_sha256=data_sha256,
        drawer=drawer,
        models=models,
        cards={model.name: card_of(path, model) for model in recipe.models},
        predictions=predictions,
        cases=cases,
        answers={
            name: answers_to(path, name, net, data, cases, predictions[name]) for name, net in models.items()
        },
        explainers=explainers,
        measures=measures,
        permuted={
            model.name: load(path, model, data, "permuted").to(device, dtype)
            for model in recipe.models
            if model.permuted
        },
        device=device,
    )
