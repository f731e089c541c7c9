"""A convolutional network over texts."""

from dataclasses import dataclass

from torch import Tensor, nn

from ..data.base import Data
from .rescaled import unit_of
from .staged import Staged
from .text_entry import embedding_of, is_token
from .text_training import TextArchitecture


class Filters(nn.Module):
    """Filters over `width` tokens in a row, ReLU, each filter's maximum over the text, and the labels or the number."""

    def __init__(
        self, embedding: int, filters: int, width: int, dropout: float, labels: int, unit: nn.Module
    ) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.conv = nn.Conv1d(embedding, filters, width, padding=width // 2)
        self.relu = nn.ReLU()
        self.drop_filters = nn.Dropout(dropout)
        self.labels = nn.Linear(filters, labels)
        self.unit = unit

    def forward(self, points: Tensor) -> Tensor:
        """Logits (N, labels), or (N, 1); places without a token have no maximum, so that padding never matters."""
        found = self.relu(self.conv(self.drop(points).transpose(1, 2)))[:, :, : points.shape[1]]
        strongest = (found * is_token(points).unsqueeze(1)).amax(dim=2)
        outputs: Tensor = self.unit(self.labels(self.drop_filters(strongest)))
        return outputs


@dataclass(frozen=True)
class TextCnn(TextArchitecture):
    """Filters over a few tokens in a row, the strongest place of each, and a linear layer.

    Inputs (N, L), token numbers; outputs (N, labels), logits, or (N, 1). `width` is odd. The latent
    space is `rest.drop_filters`, of shape (N, filters).
    Source: Kim (2014), "Convolutional Neural Networks for Sentence Classification", EMNLP.
    """

    embedding: int = 32
    filters: int = 32
    width: int = 3
    dropout: float = 0.5

    def build(self, data: Data) -> nn.Module:
        rest = Filters(self.embedding, self.filters, self.width, self.dropout, data.outputs, unit_of(data))
        return Staged(embedding_of(data, self.embedding), rest)
