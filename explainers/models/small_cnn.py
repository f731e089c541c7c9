"""A convolutional network with two convolutional layers."""

from dataclasses import dataclass

from torch import nn

from ..data.base import Data
from .base import Architecture


@dataclass(frozen=True)
class SmallCnn(Architecture):
    """Two convolutions of 5 × 5, each with ReLU and 2 × 2 maximum pooling; a hidden layer; the labels.

    Inputs (N, channels, size, size) in [0, 1]; outputs (N, labels), logits. The latent space is
    `relu3`, of shape (N, hidden).
    """

    channels: int = 1
    size: int = 28
    first: int = 8
    second: int = 16
    hidden: int = 64

    def build(self, data: Data) -> nn.Module:
        net = nn.Sequential()
        net.add_module("conv1", nn.Conv2d(self.channels, self.first, kernel_size=5, padding=2))
        net.add_module("relu1", nn.ReLU())
        net.add_module("pool1", nn.MaxPool2d(2))
        net.add_module("conv2", nn.Conv2d(self.first, self.second, kernel_size=5, padding=2))
        net.add_module("relu2", nn.ReLU())
        net.add_module("pool2", nn.MaxPool2d(2))
        net.add_module("flat", nn.Flatten())
        net.add_module("dense", nn.Linear(self.second * (self.size // 4) ** 2, self.hidden))
        net.add_module("relu3", nn.ReLU())
        net.add_module("labels", nn.Linear(self.hidden, data.outputs))
        return net
