"""Units of a network as items."""

from dataclasses import dataclass

import torch

from ..data.base import Case
from ..errors import RecipeError
from ..models.looking import layer_called
from .base import Given, ItemMaker


@dataclass(frozen=True)
class Units(ItemMaker):
    """Units of one layer, by number from 0: the same layer and numbers in every model of the recipe.

    A unit has no input and no truth; explainers that show units tell where a number is too high.
    """

    layer: str
    numbers: tuple[int, ...]
    pool: str = "units"

    def make(self, given: Given) -> list[Case]:
        if not self.numbers or min(self.numbers) < 0 or len(set(self.numbers)) < len(self.numbers):
            raise RecipeError(f"units: numbers are {self.numbers}. Allowed: one or more from 0, each once.")
        for model in given.models.values():
            layer_called(model, self.layer)
        return [self._case(number, given) for number in self.numbers]

    def _case(self, number: int, given: Given) -> Case:
        return Case(
            item=given.name(number),
            input=torch.zeros(0),
            truth="",
            strata={"pool": self.pool},
            kind="unit",
            unit=(self.layer, number),
        )
