"""What every maker of items is given and gives."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from torch import nn

from ..base import Prediction
from ..data.base import Case, Data


@dataclass(frozen=True, eq=False)
class Given:
    """The data, the models with their outputs for all held-out cases, and the cases that are items already."""

    data: Data
    models: Mapping[str, nn.Module]  # in the recipe's order
    predictions: Mapping[str, Sequence[Prediction]]  # by model, of every row of `data.test`
    prefix: str
    seed: int
    taken: tuple[Case, ...] = field(default=())

    def name(self, row: int, suffix: str = "") -> str:
        """The name of the item that a held-out row becomes."""
        return f"{self.prefix}-{row:05d}{suffix}"


@dataclass(frozen=True)
class ItemMaker(ABC):
    """Makes items. Its dataclass fields are its parameters. The same seed gives the same items."""

    @abstractmethod
    def make(self, given: Given) -> list[Case]:
        """The cases that become items, in their order; `RecipeError` where the data have too few."""
