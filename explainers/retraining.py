"""Making the weights and model cards that a recipe names."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .answers import predict, quality_of
from .data.base import Data
from .errors import Steps
from .models.training import repeatable
from .models.variations import require_blind, varied
from .models.weights import weights_bytes
from .preparing.provenance import packages
from .recipe import Recipe, read_recipe
from .recipe.placing import at
from .recipe.schema import Model
from .workshop import architecture_of, built, read_data

Progress = Callable[[Iterator[float], int, str], Iterator[float]]


@dataclass(frozen=True)
class Trained:
    """What training made, and what it did with the files: `written`, `identical` or `different`."""

    model: str
    weights: Path
    sha256: str
    quality: dict[str, float]
    files: str


def retrain(path: Path, overwrite: bool, progress: Progress) -> Iterator[Trained]:
    """Train each model of a recipe. Weights that differ from those present are kept only on `overwrite`."""
    recipe = read_recipe(path)
    data, _ = read_data(path, recipe)
    for model in recipe.models:
        steps: Steps = ("models", model.name)
        if model.weights:
            with at(path, steps, f'model "{model.name}"'):
                trained = _retrained(path, recipe, model, data, overwrite, progress)
            yield trained
        if model.permuted:
            with at(path, (*steps, "permuted"), f'model "{model.name}"'):
                trained = _permuted(path, model, data, overwrite, progress)
            yield trained


def trained_from_seed(path: Path, model: Model, data: Data, progress: Progress) -> nn.Module:
    """A new model, trained; the same seed gives the same weights on the same machine.

    Raises
    ------
    ExplainersError : data, architecture and variation do not fit together.
    """
    architecture = architecture_of(path, model)
    repeatable()
    torch.manual_seed(model.training.seed)
    net = built(architecture, model, data)
    given = varied(data, model.variation, model.training.seed)
    steps = architecture.steps(given, model.training)
    for _ in progress(architecture.fit(net, given, model.training), steps, model.name):
        pass
    net.eval()
    require_blind(net, data, model.variation.without_fields)
    return net


def _retrained(
    path: Path, recipe: Recipe, model: Model, data: Data, overwrite: bool, progress: Progress
) -> Trained:
    net = trained_from_seed(path, model, data, progress)
    content = weights_bytes(net)
    quality = quality_of(predict(net, data, data.test), data.test)
    if data.shifted is not None:
        shifted = quality_of(predict(net, data, data.shifted), data.shifted)
        quality |= {f"shifted_{name}": value for name, value in shifted.items()}
    quality |= architecture_of(path, model).told(net, data)
    sha256 = hashlib.sha256(content).hexdigest()
    weights, card = path.parent / model.weights, path.parent / model.card
    files = _kept(weights, content, overwrite)
    if files == "written" or (files == "identical" and not card.is_file()):
        text = json.dumps(_card(recipe, model, data, sha256, quality), indent=1, ensure_ascii=False)
        card.parent.mkdir(parents=True, exist_ok=True)
        card.write_text(text + "\n", encoding="utf-8", newline="\n")
    return Trained(model.name, weights, sha256, quality, files)


def _permuted(path: Path, model: Model, data: Data, overwrite: bool, progress: Progress) -> Trained:
    """The twin that learns from the same inputs with their truths dealt out anew."""
    order = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(model.training.seed))
    train = replace(data.train, truths=data.train.truths[order])
    name = f"{model.name} on permuted labels"
    twin = trained_from_seed(
        path, model.model_copy(update={"name": name}), replace(data, train=train), progress
    )
    content = weights_bytes(twin)
    quality = quality_of(predict(twin, data, data.test), data.test)
    files = _kept(path.parent / model.permuted, content, overwrite)
    return Trained(name, path.parent / model.permuted, hashlib.sha256(content).hexdigest(), quality, files)


def _kept(weights: Path, content: bytes, overwrite: bool) -> str:
    """Write the weights unless other ones are there and are to stay; says which it was."""
    if weights.is_file() and weights.read_bytes() == content:
        return "identical"
    if weights.is_file() and not overwrite:
        return "different"
    weights.parent.mkdir(parents=True, exist_ok=True)
    weights.write_bytes(content)
    return "written"


def _card(recipe: Recipe, model: Model, data: Data, sha256: str, quality: dict[str, float]) -> dict[str, Any]:
    return {
        "description": model.description,
        **quality,
        "architecture": model.architecture,
        "parameters": model.parameters,
        "trained_on": f"{recipe.dataset.name}: {len(data.train)} training cases",
        "training": model.training.model_dump(),
        "variation": model.variation.model_dump(exclude_defaults=True),
        "packages": packages(),
        "weights_sha256": sha256,
    }
