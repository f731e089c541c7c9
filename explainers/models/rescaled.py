"""The last step of a net whose output is a number in a unit."""

import torch
from torch import Tensor, nn

from ..data.base import Data


class Rescaled(nn.Module):
    """output = spread × input + centre, so that the net before it works in numbers near 0 and 1."""

    centre: Tensor
    spread: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(1))
        self.register_buffer("spread", torch.ones(1))

    def fit(self, truths: Tensor) -> None:
        """Take mean and standard deviation of the training rows' truths (N,)."""
        self.centre.fill_(float(truths.double().mean()))
        self.spread.fill_(float(truths.double().std(correction=0)) or 1.0)

    def forward(self, outputs: Tensor) -> Tensor:
        """(N, 1) in the truth's unit for (N, 1)."""
        return outputs * self.spread + self.centre


def unit_of(data: Data) -> nn.Module:
    """The last step of a model of such data: `Rescaled` where the truth is a number, nothing where it is a label."""
    return nn.Identity() if data.labels else Rescaled()
