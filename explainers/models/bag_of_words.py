"""A linear model of texts."""

from dataclasses import dataclass

from torch import Tensor, nn

from ..data.base import Data
from .rescaled import unit_of
from .staged import Staged
from .text_entry import embedding_of
from .text_training import TextArchitecture


class Summed(nn.Module):
    """The tokens' vectors (N, L, labels) added up, and a constant for each label, or for the number."""

    def __init__(self, labels: int, unit: nn.Module) -> None:
        super().__init__()
        self.bias = nn.Parameter(Tensor(labels).zero_())
        self.unit = unit

    def forward(self, points: Tensor) -> Tensor:
        """Logits (N, labels), or (N, 1)."""
        outputs: Tensor = self.unit(points.sum(dim=1) + self.bias)
        return outputs


@dataclass(frozen=True)
class BagOfWords(TextArchitecture):
    """Each token has one weight for each label; a label's logit is the sum of its tokens' weights and a constant.

    Inputs (N, L), token numbers; outputs (N, labels), logits, or (N, 1). `entry.weight` (tokens, labels) holds the
    weights, as they are read: linear logistic regression on counts of words. Where the truth is a number they are
    in standard deviations of the training texts' truths.
    """

    def build(self, data: Data) -> nn.Module:
        return Staged(embedding_of(data, data.outputs), Summed(data.outputs, unit_of(data)))
