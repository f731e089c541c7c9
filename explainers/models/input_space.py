"""Inputs as points between which distances mean something, whatever the kind of data."""

import torch
from torch import Tensor, nn

from ..data.base import PADDING, Data, Field


class InputSpace(nn.Module):
    """Inputs (N, …) as points (N, D), for Euclidean distances.

    A picture's values as they are; a table's numbers in units of their `spreads`, a category as one
    number for each level, so that two levels are at distance 1; a text as the words it has, in whatever
    order, scaled to length 1.
    """

    scale: Tensor

    def __init__(self, data: Data) -> None:
        super().__init__()
        self.kind = data.kind
        self.levels = tuple(len(field.levels) if field.kind == "category" else 0 for field in data.fields)
        self.words = len(data.vocabulary.tokens) if data.vocabulary else 0
        numbers = data.kind == "table"
        self.register_buffer("scale", spreads(data.fields, data.train.inputs) if numbers else torch.ones(1))

    def forward(self, inputs: Tensor) -> Tensor:
        """Points (N, D)."""
        if self.kind == "text":
            return self._bag(inputs)
        if self.kind == "table":
            return torch.cat([self._column(inputs, place) for place in range(len(self.levels))], dim=1)
        return inputs.flatten(1)

    def _column(self, inputs: Tensor, place: int) -> Tensor:
        if not self.levels[place]:
            return inputs[:, place : place + 1] / self.scale[place]
        chosen = nn.functional.one_hot(inputs[:, place].long(), self.levels[place])
        return chosen.to(inputs.dtype) / 2**0.5

    def _bag(self, inputs: Tensor) -> Tensor:
        present = torch.zeros(len(inputs), self.words, device=inputs.device)
        present.scatter_(1, inputs, 1.0)
        present[:, PADDING] = 0
        return nn.functional.normalize(present)


def spreads(fields: tuple[Field, ...], inputs: Tensor) -> Tensor:
    """How far the values of each column (N, F) lie apart, in its own units; 1 for a category: (F,).

    The median absolute deviation; where more than half of the values are equal, the standard deviation.
    """
    deviations = (inputs - inputs.median(dim=0).values).abs().median(dim=0).values
    spread = torch.where(deviations > 0, deviations, inputs.std(dim=0, correction=0))
    is_number = torch.tensor([field.kind == "number" for field in fields], device=inputs.device)
    return torch.where(is_number & (spread > 0), spread, torch.ones_like(spread))
