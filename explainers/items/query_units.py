"""Units of a network as items with a right answer: which of two examples they respond to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, zip_longest

import torch

from ..data.base import Case
from ..draws import shuffled
from ..errors import RecipeError
from ..methods.activations.queries import SIDES, Shares
from ..methods.activations.query_pair import require_shares
from ..methods.activations.units import Over, responses
from .base import Given, ItemMaker


@dataclass(frozen=True)
class QueryUnits(ItemMaker):
    """Units for a two-alternative forced choice; each one's truth says which query it responds to.

    Units of the `layers` are drawn without regard to what they do, in turns, and dealt out to the
    `pools` in their order. Left out are units whose `strong` share of responses to the held-out
    examples is not above the `weak` share, above all those that never respond. In each pool as many
    units have `query-a` as `query-b`, but for one, in a drawn order.
    `model` names the model whose units they are; empty means the first.
    """

    layers: tuple[str, ...]
    pools: Mapping[str, int] = field(default_factory=lambda: {"test": 24})
    strong: float = 0.01
    weak: float = 0.5
    over: Over = "mean"
    model: str = ""

    def __post_init__(self) -> None:
        require_shares("query-units", self.strong, self.weak)

    def make(self, given: Given) -> list[Case]:
        units = self._drawn(given)
        wanted = sum(self.pools.values())
        if len(units) < wanted:
            raise RecipeError(
                f"query-units asks for {wanted} units; {len(units)} of the layers {', '.join(self.layers)} "
                f"respond to some held-out examples more than to others."
            )
        cases: list[Case] = []
        for pool, count in self.pools.items():
            sides = shuffled((SIDES[place % 2] for place in range(count)), given.seed, f"sides of {pool}")
            chosen = units[len(cases) : len(cases) + count]
            cases += [_case(given, pool, unit, side) for unit, side in zip(chosen, sides, strict=True)]
        return cases

    def _drawn(self, given: Given) -> list[tuple[str, int]]:
        """Units whose two queries are told apart, in a drawn order, in turns from each layer."""
        name = self.model or next(iter(given.models))
        if name not in given.models:
            raise RecipeError(f'query-units names model "{name}". Known ones: {", ".join(given.models)}.')
        shares, inputs = Shares(self.strong, self.weak), given.data.test.inputs
        found = responses(given.models[name], self.layers, inputs, self.over)
        of_layers = [
            [
                (layer, number)
                for number in shuffled(range(some.shape[1]), given.seed, f"units of {layer}")
                if shares.are_apart(some[:, number])
            ]
            for layer in self.layers
            for some in [found[layer]]
        ]
        return [unit for unit in chain.from_iterable(zip_longest(*of_layers)) if unit is not None]


def _case(given: Given, pool: str, unit: tuple[str, int], side: str) -> Case:
    layer, number = unit
    return Case(
        item=f"{given.prefix}-{layer}-{number:03d}",
        input=torch.zeros(0),
        truth=side,
        strata={"pool": pool, "layer": layer},
        kind="unit",
        unit=unit,
    )
