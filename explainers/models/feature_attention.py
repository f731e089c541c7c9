"""Attention over the fields of a table, as a layer."""

import torch
from torch import Tensor, nn

from .encoder import Encoder

NEVER = -1e4  # a score whose share is exactly 0


class FeatureAttention(nn.Module):
    """Columns of an `Encoder` (N, columns) → (N, width): one vector for each field, averaged by attention.

    A field's vector is a linear map of its own columns; its score is v · tanh(U vector); the attention
    is the softmax of the scores over the fields that are seen.
    """

    field: Tensor
    mask: Tensor

    def __init__(self, entry: Encoder, width: int) -> None:
        super().__init__()
        self.register_buffer("field", entry.field.clone())
        self.register_buffer("mask", torch.zeros(entry.fields))
        self.columns = nn.Parameter(torch.randn(len(entry), width) * 0.5)
        self.offset = nn.Parameter(torch.randn(entry.fields, width) * 0.5)
        self.score = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1, bias=False))

    def see(self, seen: Tensor) -> None:
        """Attend to these fields only: (F,) booleans."""
        self.mask.copy_(torch.where(seen, 0.0, NEVER))

    def vectors(self, columns: Tensor) -> Tensor:
        """(N, F, width): the fields' vectors."""
        parts = columns.unsqueeze(2) * self.columns
        return self.offset.expand(len(columns), -1, -1).index_add(1, self.field, parts)

    def attention(self, vectors: Tensor) -> Tensor:
        """(N, F): shares that add up to 1; 0 for a field that is not seen."""
        return (self.score(vectors).squeeze(2) + self.mask).softmax(dim=1)

    def forward(self, columns: Tensor) -> Tensor:
        """The attended average of the vectors: (N, width)."""
        vectors = self.vectors(columns)
        return (self.attention(vectors).unsqueeze(2) * vectors).sum(dim=1)
