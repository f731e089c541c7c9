"""A recipe's models, with their weights and cards."""

import hashlib
import json
from pathlib import Path
from typing import Any

from torch import nn

from ..data.base import Data
from ..errors import DataError, RecipeError
from ..models.base import Architecture
from ..models.weights import load_weights
from ..recipe.placing import at
from ..recipe.schema import Model
from .building import build_named


def architecture_of(path: Path, model: Model) -> Architecture:
    """The kind of model that the recipe names, with its parameters."""
    found: Architecture = build_named(
        path, ("models", model.name), "architecture", model.architecture, model.parameters
    )
    return found


def built(architecture: Architecture, model: Model, data: Data) -> nn.Module:
    """A new model of the architecture, which may be the researcher's own."""
    net = architecture.build(data)
    if not isinstance(net, nn.Module):
        raise RecipeError(
            f'`build` of "{model.architecture}" gave a {type(net).__name__}. '
            "Allowed: a torch module; explainers.models.adapter.CallableModel makes one of any function."
        )
    return net


def load(path: Path, model: Model, data: Data, weights: str) -> nn.Module:
    """The recipe's model with the weights that its key `weights` or `permuted` names."""
    steps, who = ("models", model.name), f'model "{model.name}"'
    architecture = architecture_of(path, model)
    with at(path, steps, who):
        net = built(architecture, model, data)
    if file := getattr(model, weights):
        with at(path, (*steps, weights), who):
            load_weights(net, path.parent / file)
    return net.eval().requires_grad_(False)


def card_of(path: Path, model: Model) -> dict[str, Any]:
    """The model card, as far as the recipe names one."""
    with at(path, ("models", model.name, "card"), f'model "{model.name}"'):
        return _card(path, model)


def _card(path: Path, model: Model) -> dict[str, Any]:
    """The model card; it must be that of the weights. A model that brings its own needs none."""
    if not model.weights and not model.card:
        return {"description": model.description, "weights_sha256": ""}
    file = path.parent / model.card
    try:
        card: dict[str, Any] = _mapping(json.loads(file.read_text(encoding="utf-8")))
        stated = card["weights_sha256"] if model.weights else ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{file} is no model card ({_why_no_card(error)}). {_card_needed(path, model)}"
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


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"it is a {type(value).__name__}, not a mapping")
    return value


def _card_needed(path: Path, model: Model) -> str:
    if model.weights:
        return f"`python -m explainers train {path}` makes it."
    return "Needed: a JSON file with a `description`, or no `card` for a model that brings its own weights."


def _why_no_card(error: Exception) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    return "it does not say weights_sha256" if isinstance(error, KeyError) else str(error)
