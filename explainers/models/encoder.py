"""Rows of a table as numbers that a network can use: numbers standardised, categories as one column each level."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..data.base import Field


class Encoder(nn.Module):
    """Entry of table models: inputs (N, F) in the fields' own units → (N, columns), without unit.

    A number becomes one column, (value − mean) / standard deviation of the training rows; a category
    one column for each level, 1 where the row has it. What never varied in the training rows is not
    seen: its columns are 0 whatever the input, so that a field that was hidden while learning is hidden
    while answering too.

    Parameters
    ----------
    fields : the table's
    reference : is a category's first level the one that the others are compared with (no column of its
        own is seen), as in a linear model?

    Buffers, each (columns,): `field` the number of the column's field; `level` the number of its level,
    −1 for a number; `centre` and `gain`: column = (raw − centre) × gain.
    """

    field: Tensor
    level: Tensor
    centre: Tensor
    gain: Tensor

    def __init__(self, fields: Sequence[Field], reference: bool = False) -> None:
        super().__init__()
        places = columns_of(fields)
        self.fields, self.reference = len(fields), reference
        self.register_buffer("field", torch.tensor([field for field, _ in places]))
        self.register_buffer("level", torch.tensor([level for _, level in places]))
        self.register_buffer("centre", torch.zeros(len(places)))
        self.register_buffer("gain", torch.ones(len(places)))

    def __len__(self) -> int:
        return len(self.field)

    @property
    def seen(self) -> Tensor:
        """(F,) booleans: does anything of the field reach the model?"""
        seen = torch.zeros(self.fields, dtype=self.gain.dtype, device=self.gain.device)
        return seen.index_add(0, self.field, self.gain.abs()) > 0

    def fit(self, inputs: Tensor) -> None:
        """Take means, spreads, and what varies from training rows (N, F)."""
        raw = self.raw(inputs.double())
        spread = raw.std(dim=0, correction=0)
        is_number = self.level < 0
        gain = torch.where(is_number, 1 / spread, torch.ones_like(spread))
        gain[(spread == 0) | ((self.level == 0) & self.reference)] = 0
        self.centre.copy_(torch.where(is_number, raw.mean(dim=0), torch.zeros_like(spread)))
        self.gain.copy_(gain)

    def raw(self, inputs: Tensor) -> Tensor:
        """The columns (N, columns) before they are standardised."""
        values = inputs[:, self.field]
        return torch.where(self.level < 0, values, (values.round() == self.level).to(values.dtype))

    def forward(self, inputs: Tensor) -> Tensor:
        """(N, columns) for inputs (N, F)."""
        return (self.raw(inputs) - self.centre) * self.gain

    def to_parts(self, relevance: Tensor) -> Tensor:
        """Relevance of the columns (N, columns), added up to the fields (N, F); 0 for a field that is not seen."""
        summed = relevance.new_zeros(len(relevance), self.fields)
        return summed.index_add(1, self.field, relevance * (self.gain != 0))


def columns_of(fields: Sequence[Field]) -> list[tuple[int, int]]:
    """(number of the field, number of the level or −1) of each column that the fields become."""
    return [
        (place, level)
        for place, field in enumerate(fields)
        for level in (range(len(field.levels)) if field.kind == "category" else (-1,))
    ]
