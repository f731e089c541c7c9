"""What a model is to the rest of this room: a `torch.nn.Module` from inputs to outputs, whatever is inside.

Inputs are (N, …) as `Data` has them; outputs are (N, labels), logits, or (N, 1), the number. A tree,
a rule list or a support vector machine is such a module too: its numbers are buffers, so that every
model's weights are safetensors.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from ..data.base import Data
from ..recipe.schema import Training
from .training import train


@dataclass(frozen=True)
class Architecture(ABC):
    """A kind of model. Its dataclass fields are its parameters."""

    @abstractmethod
    def build(self, data: Data) -> nn.Module:
        """A new model for such data, its weights drawn from torch's generator; learns nothing from the data."""

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        """Learn from the training data, yielding a loss now and then; the same seed gives the same weights."""
        yield from train(net, data.train, training)

    def steps(self, data: Data, training: Training) -> int:
        """How many losses `fit` yields, for a progress bar."""
        return training.epochs * -(-len(data.train) // training.batch)

    def told(self, net: nn.Module, data: Data) -> dict[str, float]:
        """More that the model card tells of the trained model, beside what every model is measured by."""
        return {}
