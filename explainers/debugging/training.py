"""Training one version of a model, and how often it is right."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from ..answers import predict, quality_of
from ..data.base import Data, Split
from ..models.looking import outputs_of
from ..models.training import repeatable
from ..models.weights import load_weights
from ..recipe import Recipe, read_recipe
from ..recipe.placing import at
from ..recipe.schema import Model
from ..workshop import architecture_of, built, read_data
from .edit import Edit
from .versions import edited


class Job(NamedTuple):
    """One training: of which model, with which edit, from which seed.

    `fine_tune` : epochs from the recipe's weights on; 0 trains from new weights, as the recipe says
    """

    model: str
    edit: Edit
    seed: int
    fine_tune: int


class Quality(NamedTuple):
    """Share of right outputs (of a number: R²) on ordinary and on shifted held-out data, where there are such."""

    ordinary: float
    shifted: float | None


def train_version(path: Path, recipe: Recipe, data: Data, job: Job) -> Quality:
    """Train one version and measure it; the same job gives the same numbers on the same machine.

    Raises
    ------
    ExplainersError : nothing is left to learn from, or the weights to begin from are not there.
    """
    (model,) = [model for model in recipe.models if model.name == job.model]
    repeatable()
    torch.manual_seed(job.seed)
    with at(path, ("models", model.name), f'model "{model.name}"'):
        return _trained(path, model, data, job)


def _trained(path: Path, model: Model, data: Data, job: Job) -> Quality:
    architecture = architecture_of(path, model)
    net = built(architecture, model, data)
    told: dict[str, int] = {"seed": job.seed}
    if job.fine_tune:
        load_weights(net, path.parent / model.weights)
        told["epochs"] = job.fine_tune
    given = edited(data, model.variation, job.edit, seed_of_noise(model))
    for _ in architecture.fit(net, given, model.training.model_copy(update=told)):
        pass
    net.eval()
    shifted = right(net, given, given.shifted) if given.shifted is not None else None
    return Quality(right(net, given, given.test), shifted)


def seed_of_noise(model: Model) -> int:
    """Labels that the recipe's variation draws anew are the same in each version."""
    return model.training.seed


def right(net: nn.Module, data: Data, split: Split) -> float:
    """Share of right outputs; of a number R²."""
    if not data.labels:
        return quality_of(predict(net, data, split), split)["r2"]
    return round((outputs_of(net, split.inputs).argmax(1) == split.truths).double().mean().item(), 6)


def measured(path: Path, job: Job) -> tuple[Job, Quality]:
    """The same in a process of its own, which reads recipe and data once."""
    recipe, data, _ = read_once(path, hashlib.sha256(path.read_bytes()).hexdigest())
    return job, train_version(path, recipe, data, job)


@lru_cache(maxsize=1)
def read_once(path: Path, sha256: str) -> tuple[Recipe, Data, str]:
    """The recipe, its data and their hash; `sha256`, the recipe's own, tells an old reading from a new one."""
    recipe = read_recipe(path)
    return recipe, *read_data(path, recipe)
