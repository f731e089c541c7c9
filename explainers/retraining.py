"""Making the weights and model cards that a recipe names."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .data.base import Data
from .models.training import repeatable, train
from .models.weights import weights_bytes
from .preparation import packages
from .recipe import Recipe, read_recipe
from .recipe.schema import Model
from .workshop import new_model, predict, read_data

Progress = Callable[[Iterator[float], int, str], Iterator[float]]


@dataclass(frozen=True)
class Trained:
    """What training made, and what it did with the files: `written`, `identical` or `different`."""

    model: str
    weights: Path
    sha256: str
    accuracy: float
    cases: int
    files: str


def retrain(path: Path, overwrite: bool, progress: Progress) -> Iterator[Trained]:
    """Train each model of a recipe. Weights that differ from those present are kept only on `overwrite`."""
    recipe = read_recipe(path)
    data, _ = read_data(path, recipe)
    for model in recipe.models:
        yield _retrained(path, recipe, model, data, overwrite, progress)


def trained_from_seed(path: Path, model: Model, data: Data, progress: Progress) -> nn.Module:
    """A new model, trained; the same seed gives the same weights on the same machine."""
    repeatable()
    torch.manual_seed(model.training.seed)
    net = new_model(path, model, len(data.labels))
    steps = model.training.epochs * -(-len(data.train) // model.training.batch)
    for _ in progress(train(net, data.train, model.training), steps, model.name):
        pass
    return net


def _retrained(
    path: Path, recipe: Recipe, model: Model, data: Data, overwrite: bool, progress: Progress
) -> Trained:
    net = trained_from_seed(path, model, data, progress)
    content = weights_bytes(net)
    outputs = predict(net, data)
    right = sum(
        output.index == truth for output, truth in zip(outputs, data.test.truths.tolist(), strict=True)
    )
    sha256, accuracy = hashlib.sha256(content).hexdigest(), round(right / len(outputs), 6)
    weights, card = path.parent / model.weights, path.parent / model.card
    files = "written"
    if weights.is_file() and weights.read_bytes() == content:
        files = "identical"
    elif weights.is_file() and not overwrite:
        files = "different"
    if files == "written":
        weights.write_bytes(content)
    if files == "written" or (files == "identical" and not card.is_file()):
        text = json.dumps(_card(recipe, model, data, sha256, accuracy), indent=1, ensure_ascii=False)
        card.write_text(text + "\n", encoding="utf-8", newline="\n")
    return Trained(model.name, weights, sha256, accuracy, len(outputs), files)


def _card(recipe: Recipe, model: Model, data: Data, sha256: str, accuracy: float) -> dict[str, Any]:
    return {
        "description": model.description,
        "accuracy": accuracy,
        "accuracy_n": len(data.test),
        "architecture": model.architecture,
        "parameters": model.parameters,
        "trained_on": f"{recipe.dataset.name}: {len(data.train)} training cases",
        "training": model.training.model_dump(),
        "packages": packages(),
        "weights_sha256": sha256,
    }
