"""Everything a recipe names, loaded: data, models, items, drawer, explainers."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .answers import predict, quality_of
from .base import Context, Explainer, Prediction
from .bundle import ExplainerEntry, Item, ModelEntry, Output
from .checks.base import Measure, Subject
from .checks.standard import STANDARD
from .data.base import Case, Data, Reader, Split
from .data.placing import in_precision, on_device
from .errors import BadParameters, DataError, RecipeError
from .items.base import Given, ItemMaker
from .items.right_and_wrong import Candidate, choose
from .models.base import Architecture
from .models.training import repeatable
from .models.weights import load_weights
from .recipe import Recipe, read_recipe
from .recipe.reading import where
from .recipe.schema import ExplainerUse, Model
from .registry import build
from .rendering.base import Drawer


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
            "explainers": [self._explainer_entry(use) for use in self.recipe.explainers],
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
    data = in_precision(data, dtype)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    data = on_device(data, device)
    models = {
        model.name: _load(path, model, data, model.weights).to(device, dtype) for model in recipe.models
    }
    predictions = {name: _predicted(path, name, model, data) for name, model in models.items()}
    cases = _cases(path, recipe, data, models, predictions)
    explainers = _explainers(path, recipe, data.kind)
    for place, use in enumerate(recipe.explainers):
        _require_asked(path, place, use, data, asked_of(use, explainers[use.name], cases), cases)
    return Workshop(
        recipe=recipe,
        data=data,
        data_sha256=data_sha256,
        drawer=_built(path, ("rendering",), "drawer", recipe.rendering.drawer, recipe.rendering.parameters),
        models=models,
        cards={model.name: _card(path, model) for model in recipe.models},
        predictions=predictions,
        cases=cases,
        answers={name: _answers(model, data, cases, predictions[name]) for name, model in models.items()},
        explainers=explainers,
        measures=tuple(
            _built(path, ("checks", place), "check", use.name, use.parameters)
            for place, use in enumerate(recipe.checks if recipe.checks is not None else STANDARD)
        ),
        permuted={
            model.name: _load(path, model, data, model.permuted).to(device, dtype)
            for model in recipe.models
            if model.permuted
        },
        device=device,
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


def architecture_of(path: Path, model: Model) -> Architecture:
    """The kind of model that the recipe names, with its parameters."""
    found: Architecture = _built(
        path, ("models", model.name), "architecture", model.architecture, model.parameters
    )
    return found


def asked_of(use: ExplainerUse, explainer: Explainer, cases: Sequence[Case]) -> list[Case]:
    """The cases of the kinds that an explainer explains, in the pools that the recipe names for it."""
    return [
        case
        for case in cases
        if case.kind in explainer.item_kinds and (not use.pools or case.strata.get("pool") in use.pools)
    ]


def has_input(case: Case) -> bool:
    """Is the case something that a model can be asked about? A unit of a network or a set is not."""
    return case.kind in ("instance", "pair")


def _load(path: Path, model: Model, data: Data, weights: str) -> nn.Module:
    net = architecture_of(path, model).build(data)
    if not isinstance(net, nn.Module):
        raise RecipeError(
            f'{where(path, "models", model.name)}: `build` of "{model.architecture}" gave a {type(net).__name__}. '
            "Allowed: a torch module; explainers.models.adapter.CallableModel makes one of any function."
        )
    if weights:
        load_weights(net, path.parent / weights)
    return net.eval().requires_grad_(False)


def _predicted(path: Path, name: str, model: nn.Module, data: Data) -> tuple[Prediction, ...]:
    try:
        return predict(model, data, data.test)
    except BadParameters as error:
        raise RecipeError(f'{where(path, "models", name)}: model "{name}": {error}') from error


def _card(path: Path, model: Model) -> dict[str, Any]:
    """The model card; it must be that of the weights. A model that brings its own needs none."""
    if not model.weights and not model.card:
        return {"description": model.description, "weights_sha256": ""}
    file = path.parent / model.card
    try:
        card: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        stated = card["weights_sha256"] if model.weights else ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{file} is no model card: {error!r}. `python -m explainers train {path}` makes it."
        ) from error
    if not model.weights:
        return card | {"weights_sha256": ""}
    found = hashlib.sha256((path.parent / model.weights).read_bytes()).hexdigest()
    if stated != found:
        hashes = f"the card says {stated[:12]}…, {model.weights} has {found[:12]}…"
        raise DataError(
            f"{file} is the card of other weights: {hashes}. Train again, or restore one of them."
        )
    return card


def _cases(
    path: Path,
    recipe: Recipe,
    data: Data,
    models: Mapping[str, nn.Module],
    predictions: Mapping[str, tuple[Prediction, ...]],
) -> tuple[Case, ...]:
    cases = list(_pooled(path, recipe, data, predictions))
    for place, use in enumerate(recipe.items.makers):
        steps = ("items", "makers", place)
        maker: ItemMaker = _built(path, steps, "items", use.maker, use.parameters)
        given = Given(data, models, predictions, recipe.items.prefix, recipe.items.seed, tuple(cases))
        try:
            cases += maker.make(given)
        except RecipeError as error:
            raise RecipeError(f"{where(path, *steps)}: {error}") from error
    return tuple(cases)


def _require_asked(
    path: Path, place: int, use: ExplainerUse, data: Data, asked: Sequence[Case], cases: Sequence[Case]
) -> None:
    """Refuse an explainer that has nothing to explain, and the target `truth` where there is none."""
    if not asked:
        pools = ", ".join(dict.fromkeys(case.strata.get("pool", "") for case in cases)) or "none"
        kinds = ", ".join(dict.fromkeys(case.kind for case in cases)) or "none"
        raise RecipeError(
            f'{where(path, "explainers", place)}: explainer "{use.name}" has no item to explain. '
            f"Pools that there are: {pools}; kinds of items: {kinds}."
        )
    lacking = [case.item for case in asked if data.labels and case.truth not in data.labels]
    if lacking and "truth" in use.targets:
        raise RecipeError(
            f'{where(path, "explainers", place)}: explainer "{use.name}" has target truth, but item "{lacking[0]}" '
            "has no label as truth. Allowed: other targets, or `pools` whose items have one."
        )


def _pooled(
    path: Path, recipe: Recipe, data: Data, predictions: Mapping[str, tuple[Prediction, ...]]
) -> Iterator[Case]:
    if not recipe.items.pools:
        return
    if not data.labels:
        raise RecipeError(f"{where(path, 'items', 'pools')}: right and wrong need labels; use `makers`.")
    decisive = predictions[recipe.items.right_for or recipe.models[0].name]
    candidates = [
        Candidate(row, data.truth_of(data.test, row), output.label) for row, output in enumerate(decisive)
    ]
    try:
        pools = choose(candidates, recipe.items.pools, recipe.items.seed)
    except RecipeError as error:
        raise RecipeError(f"{where(path, 'items', 'pools')}: {error}") from error
    for pool, chosen in pools.items():
        for candidate in chosen:
            name = f"{recipe.items.prefix}-{candidate.row:05d}"
            yield data.case(data.test, candidate.row, name, strata={"pool": pool})


def _answers(
    model: nn.Module, data: Data, cases: Sequence[Case], held_out: Sequence[Prediction]
) -> dict[str, Prediction]:
    """The model's output for each item: that of the held-out row it is, or a new one for what was made."""
    asked = [case for case in cases if has_input(case)]
    made = [case for case in asked if case.row is None]
    found = {case.item: held_out[case.row] for case in asked if case.row is not None}
    if made:
        inputs = torch.stack([case.input for case in made])
        outputs = predict(model, data, Split(inputs, torch.zeros(len(made))))
        found |= {case.item: output for case, output in zip(made, outputs, strict=True)}
    return found


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
        return build(kind, name, parameters, beside=path.parent)
    except BadParameters as error:
        raise RecipeError(f"{where(path, *steps)}: {error}") from error
