"""A network that weighs a text's tokens, and can be asked for its weights."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..data.base import Data
from .rescaled import unit_of
from .staged import Staged
from .text_entry import embedding_of, is_token
from .text_training import TextArchitecture


class Attending(nn.Module):
    """The mean of the tokens' vectors, weighed by attention, and the labels or the number from it."""

    def __init__(self, embedding: int, hidden: int, dropout: float, labels: int, unit: nn.Module) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.heed = nn.Linear(embedding, hidden)
        self.query = nn.Linear(hidden, 1, bias=False)
        self.mixed = nn.Identity()
        self.labels = nn.Linear(embedding, labels)
        self.unit = unit

    def forward(self, points: Tensor) -> Tensor:
        """Logits (N, labels), or (N, 1)."""
        weights = self.weights(points).unsqueeze(2)
        outputs: Tensor = self.unit(self.labels(self.mixed((weights * self.drop(points)).sum(dim=1))))
        return outputs

    def weights(self, points: Tensor) -> Tensor:
        """Attention (N, L): not below 0, summing to 1 over the tokens; 0 elsewhere, and all 0 without any token."""
        there = is_token(points)
        scores = self.query(torch.tanh(self.heed(points))).squeeze(2)
        lowest = torch.finfo(scores.dtype).min
        return scores.masked_fill(~there, lowest).softmax(dim=1) * there


class AttentionNet(Staged):
    """A staged model that can be asked how it spread its attention."""

    rest: Attending

    def attention(self, inputs: Tensor) -> Tensor:
        """How much of the whole each token of inputs (N, L) had: (N, L), summing to 1."""
        return self.rest.weights(self.entry(inputs))


@dataclass(frozen=True)
class TextAttention(TextArchitecture):
    """Additive attention over the tokens' vectors; the labels from their weighted mean.

    Nothing mixes the tokens before they are weighed, so that a weight belongs to its token alone: the
    order of the words does not count. Inputs (N, L), token numbers; outputs (N, labels), logits, or (N, 1).
    The latent space is `rest.mixed`, of shape (N, embedding).
    Source: Bahdanau, Cho and Bengio (2015), "Neural Machine Translation by Jointly Learning to Align and
    Translate", ICLR; over words and without recurrence as in Wiegreffe and Pinter (2019), "Attention is
    not not Explanation", EMNLP.
    """

    embedding: int = 32
    hidden: int = 16
    dropout: float = 0.5

    def build(self, data: Data) -> nn.Module:
        rest = Attending(self.embedding, self.hidden, self.dropout, data.outputs, unit_of(data))
        return AttentionNet(embedding_of(data, self.embedding), rest)
