"""A recipe's items, and what its models say about them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

from ..answers import predict
from ..base import Prediction
from ..data.base import Case, Data, Split
from ..errors import RecipeError, Steps
from ..items.base import Given, ItemMaker
from ..items.right_and_wrong import Candidate, choose
from ..recipe import Recipe
from ..recipe.placing import at
from ..recipe.reading import where
from .building import build_named


def has_input(case: Case) -> bool:
    """Is the case something that a model can be asked about? A unit of a network or a set is not."""
    return case.kind in ("instance", "pair")


def predicted(path: Path, name: str, model: nn.Module, data: Data) -> tuple[Prediction, ...]:
    """The model's output for each held-out case."""
    with at(path, ("models", name), f'model "{name}"'):
        return predict(model, data, data.test)


def make_cases(
    path: Path,
    recipe: Recipe,
    data: Data,
    models: Mapping[str, nn.Module],
    predictions: Mapping[str, tuple[Prediction, ...]],
) -> tuple[Case, ...]:
    """The recipe's items: those of its pools, then those of each maker in turn."""
    cases = list(_pooled(path, recipe, data, predictions))
    for place, use in enumerate(recipe.items.makers):
        steps: Steps = ("items", "makers", place)
        maker: ItemMaker = build_named(path, steps, "items", use.maker, use.parameters)
        given = Given(data, models, predictions, recipe.items.prefix, recipe.items.seed, tuple(cases))
        with at(path, steps, f'maker "{use.maker}"'):
            cases += maker.make(given)
    return tuple(cases)


def answers_to(
    path: Path, name: str, model: nn.Module, data: Data, cases: Sequence[Case], held_out: Sequence[Prediction]
) -> dict[str, Prediction]:
    """The model's output for each item: that of the held-out row it is, or a new one for what was made."""
    asked = [case for case in cases if has_input(case)]
    made = [case for case in asked if case.row is None]
    found = {case.item: held_out[case.row] for case in asked if case.row is not None}
    if made:
        inputs = torch.stack([case.input for case in made])
        with at(path, ("items", "makers"), f'model "{name}", asked about items that were made'):
            outputs = predict(model, data, Split(inputs, torch.zeros(len(made))))
        found |= {case.item: output for case, output in zip(made, outputs, strict=True)}
    return found


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
    with at(path, ("items", "pools")):
        pools = choose(candidates, recipe.items.pools, recipe.items.seed)
    for pool, chosen in pools.items():
        for candidate in chosen:
            name = f"{recipe.items.prefix}-{candidate.row:05d}"
            yield data.case(data.test, candidate.row, name, strata={"pool": pool})
