"""A convolutional network over texts."""

from dataclasses import dataclass

from torch import Tensor, nn

from ..data.base import Data
from .staged import Staged
from .text_entry import embedding_of, is_token
from .text_training import TextArchitecture


class Filters(nn.Module):
    """Filters over `width` tokens in a row, ReLU, each filter's maximum over the text, and the labels."""

    def __init__(self, embedding: int, filters: int, width: int, dropout: float, labels: int) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.conv = nn.Conv1d(embedding, filters, width, padding=width // 2)
        self.relu = nn.ReLU()
        self.drop_filters = nn.Dropout(dropout)
        self.labels = nn.Linear(filters, labels)

    def forward(self, points: Tensor) -> Tensor:
        """Logits (N, labels); places without a token have no maximum, so that padding never matters."""
        found = self.relu(self.conv(self.drop(points).transpose(1, 2)))[:, :, : points.shape[1]]
        strongest = (found * is_token(points).unsqueeze(1)).amax(dim=2)
        logits: Tensor = self.labels(self.drop_filters(strongest))
        return logits


@dataclass(frozen=True)
class TextCnn(TextArchitecture):
    """Filters over a few tokens in a row, the strongest place of each, and a linear layer.

    Inputs (N, L), token numbers; outputs (N, labels), logits. `width` is odd. The latent space is
    `rest.drop_filters`, of shape (N, filters).
    Source: Kim (2014), "Convolutional Neural Networks for Sentence Classification", EMNLP.
    """

    embedding: int = 32
    filters: int = 32
    width: int = 3
    dropout: float = 0.5

    def build(self, data: Data) -> nn.Module:
        rest = Filters(self.embedding, self.filters, self.width, self.dropout, data.outputs)
        return Staged(embedding_of(data, self.embedding), rest)
