"""Numbers that describe a picture, engineered by hand: what models used before networks learnt their own."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from .hand_features import HAND_FEATURES, sobel

DIRECTIONS = 12  # of slopes, over the whole circle
CELL, STEP = 8, 4  # pixels: cells overlap by half
FAINT = 0.02  # slope, in brightness per pixel, below which a cell counts as flat


class PictureDescriptors(nn.Module):
    """Descriptors (N, D) of pictures (N, C, H, W), standardised with the training pictures' means and spreads.

    In this order: histograms of the slopes' directions, in cells that overlap; mean brightness in 4 × 4
    zones; mean brightness of each row and each column; the five features of `HAND_FEATURES`. All but
    three of those five change smoothly with the pixels.
    Source: histograms after Dalal and Triggs (2005), Histograms of Oriented Gradients for Human Detection.
    """

    centre: Tensor
    gain: Tensor

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        width = descriptors(torch.zeros(1, *size, dtype=torch.float64)).shape[1]
        self.register_buffer("centre", torch.zeros(width))
        self.register_buffer("gain", torch.ones(width))

    def __len__(self) -> int:
        return len(self.centre)

    def forward(self, inputs: Tensor) -> Tensor:
        """Standardised descriptors, of the inputs' precision."""
        found = (descriptors(inputs.double().mean(dim=1)) - self.centre) * self.gain
        return found.to(inputs.dtype)

    def fit(self, inputs: Tensor) -> None:
        """Take means and spreads from these pictures; a descriptor that never differs is left out (gain 0)."""
        found = torch.cat([descriptors(batch.double().mean(dim=1)) for batch in inputs.split(100)])
        spread = found.std(dim=0)
        self.centre.copy_(found.mean(dim=0))
        self.gain.copy_(torch.where(spread > 1e-9, 1 / spread.clamp_min(1e-9), 0))


def descriptors(pictures: Tensor) -> Tensor:
    """Descriptors (N, D) of pictures (N, H, W), not standardised."""
    zones = functional.avg_pool2d(pictures.unsqueeze(1), STEP).flatten(1)
    named = torch.stack([feature.measure(pictures) for feature in HAND_FEATURES], dim=1)
    return torch.cat([slopes(pictures), zones, pictures.mean(2), pictures.mean(1), named], dim=1)


def slopes(pictures: Tensor) -> Tensor:
    """How much rises in each direction, as shares within each cell: (N, DIRECTIONS × cells)."""
    right, down = sobel(pictures)
    angles = torch.arange(DIRECTIONS).to(pictures) * (2 * math.pi / DIRECTIONS)
    towards = right.unsqueeze(1) * _column(angles.cos()) + down.unsqueeze(1) * _column(angles.sin())
    # cubed, so that a slope counts in few directions
    steepness = (right.square() + down.square()).unsqueeze(1) + FAINT**2
    cells = functional.avg_pool2d(towards.relu() ** 3 / steepness, CELL, STEP, padding=CELL // 2)
    return (cells / (cells.sum(1, keepdim=True) + FAINT)).flatten(1)


def _column(values: Tensor) -> Tensor:
    return values.view(1, -1, 1, 1)
