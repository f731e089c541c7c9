"""Everything a recipe names, loaded: data, models, items, drawer, explainers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .base import Case, Context, Explainer, Prediction
from .bundle import ExplainerEntry, Item, ModelEntry, Output
from .checks.base import Measure, Subject
from .data.base import Data, Reader, Split
from .errors import BadParameters, DataError, RecipeError
from .models.looking import probabilities
from .models.training import repeatable
from .models.weights import load_weights
from .recipe import Recipe, read_recipe
from .recipe.reading import where
from .recipe.schema import ExplainerUse, Model
from .registry import build
from .rendering.base import Drawer
from .selection import Candidate, choose

DEVICE = "cpu"


@dataclass(frozen=True, eq=False)
class Workshop:
    """A recipe with all that it names."""

    recipe: Recipe
    data: Data
    data_sha256: str
    drawer: Drawer
    models: Mapping[str, nn.Module]
    cards: Mapping[str, Mapping[str, Any]]
    predictions: Mapping[str, tuple[Prediction, ...]]  # by model, of every held-out case
    rows: Mapping[str, int]  # the held-out case that each item is
    cases: tuple[Case, ...]
    explainers: Mapping[str, Explainer]
    measures: tuple[Measure, ...]

    def context(self, model: str, seed: int = 0) -> Context:
        """What an explainer of that seed is given."""
        return Context(self.models[model], self.data, self.cases, self.of_items(model), self.drawer, seed)

    def of_items(self, model: str) -> dict[str, Prediction]:
        """A model's outputs by item."""
        return {item: self.predictions[model][row] for item, row in self.rows.items()}

    def accuracy(self, model: str) -> float:
        """Share of right outputs on all held-out cases."""
        pairs = zip(self.predictions[model], self.data.test.truths.tolist(), strict=True)
        return round(sum(output.index == truth for output, truth in pairs) / len(self.data.test), 6)

    def subjects(self) -> list[Subject]:
        """Each model with its explainers, for the checks."""
        return [
            Subject(
                model=model,
                accuracy=self.accuracy(model.name),
                context=self.context(model.name),
                explainers={u.name: self.explainers[u.name] for u in self._uses_of(model.name)},
                seeds={use.name: use.seed for use in self._uses_of(model.name)},
            )
            for model in self.recipe.models
        ]

    def items(self) -> list[Item]:
        """Rows of `items.csv`."""
        return [Item(case.item, truth=case.truth, strata=case.strata) for case in self.cases]

    def outputs(self) -> list[Output]:
        """Rows of `outputs.csv`: each item with each model."""
        return [
            Output(case.item, model.name, p.label, p.probabilities[p.index], p.probabilities)
            for case in self.cases
            for model in self.recipe.models
            for p in [self.predictions[model.name][self.rows[case.item]]]
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
            "explainers": [self._explainer_entry(use) for use in self.recipe.explainers],
            "device": DEVICE,
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
        card |= {"accuracy": self.accuracy(model.name), "accuracy_n": len(self.data.test)}
        entry = {"name": model.name, "sha256": sha256, "output": "class", "card": card}
        return ModelEntry.model_validate(entry).model_dump()

    def _explainer_entry(self, use: ExplainerUse) -> dict[str, Any]:
        explainer = self.explainers[use.name]
        return ExplainerEntry(
            name=use.name,
            version=explainer.version,
            parameters=explainer.parameters,
            seed=use.seed if explainer.is_random else None,
            reveals_output=explainer.reveals_output,
            normalisation=explainer.normalisation(self.drawer),
            taxonomy=dict(explainer.taxonomy),
            parts=explainer.parts,
            source=explainer.source,
        ).model_dump(mode="json")


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
    data = Data(data.kind, data.labels, _cast(data.train, dtype), _cast(data.test, dtype))
    models = {model.name: _load(path, model, len(data.labels)).to(dtype) for model in recipe.models}
    predictions = {name: predict(model, data) for name, model in models.items()}
    rows, cases = _select(path, recipe, data, predictions)
    return Workshop(
        recipe=recipe,
        data=data,
        data_sha256=data_sha256,
        drawer=_built(path, ("rendering",), "drawer", recipe.rendering.drawer, recipe.rendering.parameters),
        models=models,
        cards={model.name: _card(path, model) for model in recipe.models},
        predictions=predictions,
        rows=rows,
        cases=cases,
        explainers=_explainers(path, recipe, data.kind),
        measures=tuple(
            _built(path, ("checks", place), "check", use.name, use.parameters)
            for place, use in enumerate(recipe.checks)
        ),
    )


def read_data(path: Path, recipe: Recipe) -> tuple[Data, str]:
    """The recipe's data, and the hash of their file."""
    dataset = recipe.dataset
    file = path.parent / dataset.file
    if not file.is_file():
        raise RecipeError(
            f'{where(path, "dataset", "file")}: names "{dataset.file}", but there is no file {file}.'
        )
    reader: Reader = _built(path, ("dataset",), "reader", dataset.reader, dataset.parameters)
    return reader.read(file, dataset.labels), hashlib.sha256(file.read_bytes()).hexdigest()


def new_model(path: Path, recipe_model: Model, labels: int) -> nn.Module:
    """A model of the recipe's architecture, untrained."""
    steps = ("models", recipe_model.name)
    architecture = _built(path, steps, "architecture", recipe_model.architecture, recipe_model.parameters)
    model: nn.Module = architecture.build(labels)
    return model


def predict(model: nn.Module, data: Data) -> tuple[Prediction, ...]:
    """The model's output for every held-out case, probabilities to six decimals."""
    found = []
    for row in probabilities(model, data.test.inputs).tolist():
        index = max(range(len(row)), key=row.__getitem__)
        found.append(Prediction(data.labels[index], index, tuple(round(one, 6) for one in row)))
    return tuple(found)


def _cast(split: Split, dtype: torch.dtype) -> Split:
    return Split(split.inputs.to(dtype), split.truths)


def _load(path: Path, model: Model, labels: int) -> nn.Module:
    net = new_model(path, model, labels)
    load_weights(net, path.parent / model.weights)
    return net.eval().requires_grad_(False)


def _card(path: Path, model: Model) -> dict[str, Any]:
    """The model card; it must be that of the weights."""
    file = path.parent / model.card
    try:
        card: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        stated = card["weights_sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{file} is no model card: {error!r}. `python -m explainers train {path}` makes it."
        ) from error
    found = hashlib.sha256((path.parent / model.weights).read_bytes()).hexdigest()
    if stated != found:
        hashes = f"the card says {stated[:12]}…, {model.weights} has {found[:12]}…"
        raise DataError(
            f"{file} is the card of other weights: {hashes}. Train again, or restore one of them."
        )
    return card


def _select(
    path: Path, recipe: Recipe, data: Data, predictions: Mapping[str, tuple[Prediction, ...]]
) -> tuple[dict[str, int], tuple[Case, ...]]:
    decisive = predictions[recipe.items.right_for or recipe.models[0].name]
    truths = [data.labels[truth] for truth in data.test.truths.tolist()]
    candidates = [Candidate(row, truths[row], output.label) for row, output in enumerate(decisive)]
    try:
        pools = choose(candidates, recipe.items.pools, recipe.items.seed)
    except RecipeError as error:
        raise RecipeError(f"{where(path, 'items', 'pools')}: {error}") from error
    rows = {
        f"{recipe.items.prefix}-{candidate.row:05d}": (candidate.row, pool)
        for pool, chosen in pools.items()
        for candidate in chosen
    }
    cases = [
        Case(item, data.test.inputs[row], truths[row], {"pool": pool}) for item, (row, pool) in rows.items()
    ]
    return {item: row for item, (row, _) in rows.items()}, tuple(cases)


def _explainers(path: Path, recipe: Recipe, kind: str) -> dict[str, Explainer]:
    found: dict[str, Explainer] = {}
    for place, use in enumerate(recipe.explainers):
        explainer: Explainer = _built(path, ("explainers", place), "explainer", use.method, use.parameters)
        if kind not in explainer.data_kinds:
            kinds = ", ".join(explainer.data_kinds)
            line = where(path, "explainers", place)
            raise RecipeError(
                f'{line}: explainer "{use.method}" cannot explain data of kind {kind}. Allowed: {kinds}.'
            )
        found[use.name] = explainer
    return found


def _built(
    path: Path, steps: tuple[str | int, ...], kind: str, name: str, parameters: Mapping[str, Any]
) -> Any:
    """Build from the registry; what is wrong with the parameters is told with the recipe's line."""
    try:
        return build(kind, name, parameters)
    except BadParameters as error:
        raise RecipeError(f"{where(path, *steps)}: {error}") from error
