"""A recurrent network over texts."""

from dataclasses import dataclass

from torch import Tensor, nn

from ..data.base import Data
from .rescaled import unit_of
from .staged import Staged
from .text_entry import at_end, embedding_of
from .text_training import TextArchitecture


class ReadOnce(nn.Module):
    """One GRU from the first token to the last; the labels, or the number, from its state there."""

    def __init__(self, embedding: int, hidden: int, dropout: float, labels: int, unit: nn.Module) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.gru = nn.GRU(embedding, hidden, batch_first=True)
        self.drop_state = nn.Dropout(dropout)
        self.labels = nn.Linear(hidden, labels)
        self.unit = unit

    def forward(self, points: Tensor) -> Tensor:
        """Logits (N, labels), or (N, 1); what stands behind the last token is not read."""
        states, _ = self.gru(self.drop(points))
        outputs: Tensor = self.unit(self.labels(self.drop_state(at_end(states, points))))
        return outputs


@dataclass(frozen=True)
class TextGru(TextArchitecture):
    """A gated recurrent unit that reads the text once.

    Inputs (N, L), token numbers; outputs (N, labels), logits, or (N, 1). The latent space is
    `rest.drop_state`, of shape (N, hidden).
    Source: Cho et al. (2014), "Learning Phrase Representations using RNN Encoder–Decoder for Statistical
    Machine Translation", EMNLP.
    """

    embedding: int = 32
    hidden: int = 32
    dropout: float = 0.5

    def build(self, data: Data) -> nn.Module:
        rest = ReadOnce(self.embedding, self.hidden, self.dropout, data.outputs, unit_of(data))
        return Staged(embedding_of(data, self.embedding), rest)
