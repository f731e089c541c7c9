"""Very small models of pictures, of three builds: for sets of many models that differ in a known way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from ..data.base import Data
from ..errors import BadParameters
from ..recipe.schema import Training
from .base import Architecture
from .training import train

BLANKED = 3


class WithoutFrame(nn.Module):
    """Blackens so many pixels at each side of pictures (N, C, H, W)."""

    def __init__(self, pixels: int) -> None:
        super().__init__()
        self.pixels = pixels

    def forward(self, inputs: Tensor) -> Tensor:
        """The pictures with a black frame."""
        inside = torch.zeros_like(inputs[:1])
        inner = slice(self.pixels, -self.pixels or None)
        inside[..., inner, inner] = 1
        return inputs * inside


@dataclass(frozen=True)
class TinyNet(Architecture):
    """`cnn`: two convolutions with pooling and a hidden layer; `mlp`: a hidden layer; `linear`: none.

    With `frame` the model never sees that many pixels at each side. With `frame_blanked`, that share of
    each training batch has its outer three pixels blackened; the model sees all of them later. The layer
    before the labels is called `hidden` in every build (in `linear` it is the picture itself).
    """

    build_as: Literal["cnn", "mlp", "linear"] = "cnn"
    hidden: int = 24
    frame: int = 0
    frame_blanked: float = 0.0

    def __post_init__(self) -> None:
        if self.frame < 0 or not 0 <= self.frame_blanked <= 1:
            given = f"frame {self.frame}, frame_blanked {self.frame_blanked}"
            raise BadParameters(f"tiny-net: {given}. Allowed: pixels from 0, a share from 0 to 1.")

    def build(self, data: Data) -> nn.Module:
        if data.kind != "image":
            raise BadParameters(f"A tiny net needs pictures; the data are of kind {data.kind}.")
        channels, height, width = data.test.inputs.shape[1:]
        net = nn.Sequential()
        net.add_module("frame", WithoutFrame(self.frame))
        values = channels * height * width
        if self.build_as == "cnn":
            _convolutions(net, channels)
            values = 8 * (height // 4) * (width // 4)
        net.add_module("hidden" if self.build_as == "linear" else "flat", nn.Flatten())
        if self.build_as != "linear":
            net.add_module("dense", nn.Linear(values, self.hidden))
            net.add_module("hidden", nn.ReLU())
            values = self.hidden
        net.add_module("labels", nn.Linear(values, data.outputs))
        return net

    def fit(self, net: nn.Module, data: Data, training: Training) -> Iterator[float]:
        yield from train(net, data.train, training, self._blanked if self.frame_blanked else None)

    def _blanked(self, inputs: Tensor, generator: torch.Generator) -> Tensor:
        chosen = torch.rand(len(inputs), 1, 1, 1, generator=generator) < self.frame_blanked
        return torch.where(chosen, WithoutFrame(BLANKED)(inputs), inputs)


def _convolutions(net: nn.Sequential, channels: int) -> None:
    for number, before in ((1, channels), (2, 8)):
        net.add_module(f"conv{number}", nn.Conv2d(before, 8, kernel_size=5, padding=2))
        net.add_module(f"relu{number}", nn.ReLU())
        net.add_module(f"pool{number}", nn.MaxPool2d(2))
