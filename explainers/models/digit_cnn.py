"""A small convolutional network that has seen each training picture in many places."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from ..data.base import Data
from ..recipe.schema import Training
from .image_training import moved_by_up_to
from .small_cnn import SmallCnn
from .training import train


@dataclass(frozen=True)
class DigitCnn(SmallCnn):
    """A `SmallCnn` trained on pictures that are moved by up to `moved` pixels, anew in each epoch.

    More pictures to learn from without collecting any: a digit stays the same digit when it is moved.
    Source: Simard, Steinkraus and Platt (2003), Best Practices for Convolutional Neural Networks.
    """

    moved: int = 2

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        yield from train(net, data.train, training, moved_by_up_to(self.moved))
