"""Placebo: where the picture has edges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import MapExplainer, Reveals
from ...errors import BadParameters
from ..blurring import blurred


@dataclass(frozen=True)
class EdgeDetector(MapExplainer):
    """How steeply the picture's grey changes at each pixel; the model is not asked at all.

    The mean of the channels is smoothed with a Gaussian of standard deviation `smoothing` (in pixels,
    0: not at all), then relevance is the size of its Sobel gradient, in units of grey per pixel, not
    below zero. With `thin`, only pixels steeper than both neighbours across the edge keep theirs.
    Source: Canny (1986), "A Computational Approach to Edge Detection", without its thresholds; as
    what an explanation must be told from, Adebayo et al. (2018), "Sanity Checks for Saliency Maps".
    """

    smoothing: float = 1.0
    thin: bool = False

    name: ClassVar[str] = "edge-detector"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Canny (1986), A Computational Approach to Edge Detection, IEEE PAMI 8; Adebayo, Gilmer, Muelly, "
        "Goodfellow, Hardt and Kim (2018), Sanity Checks for Saliency Maps, NeurIPS"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-agnostic",
        "form": "placebo",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("image",)
    reveals_output: ClassVar[Reveals] = "no"

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing <= 20:
            raise BadParameters(f"edge-detector: smoothing is {self.smoothing}. Allowed: 0 to 20 pixels.")

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        grey = inputs.detach().mean(dim=1, keepdim=True)
        if self.smoothing:
            grey = blurred(grey, self.smoothing)
        down, across = sobel(grey)
        steepness = (down.square() + across.square()).sqrt()
        if self.thin:
            steepness = thinned(steepness, down, across)
        return steepness.expand_as(inputs).clone()


def sobel(grey: Tensor) -> tuple[Tensor, Tensor]:
    """Change of grey per pixel downwards and to the right, each (N, 1, H, W)."""
    slope, mean = grey.new_tensor([-0.5, 0, 0.5]), grey.new_tensor([0.25, 0.5, 0.25])
    return _filtered(grey, slope, mean), _filtered(grey, mean, slope)


def thinned(steepness: Tensor, down: Tensor, across: Tensor) -> Tensor:
    """Steepness where it is no less than that of both neighbours along the gradient, 0 elsewhere."""
    turn = (torch.atan2(down, across) / (torch.pi / 4)).round().long() % 4
    rim = nn.functional.pad(steepness, (1, 1, 1, 1))
    height, width = steepness.shape[2:]
    kept = torch.zeros_like(steepness)
    for way, (dy, dx) in enumerate([(0, 1), (1, 1), (1, 0), (1, -1)]):
        one = rim[:, :, 1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        other = rim[:, :, 1 - dy : 1 - dy + height, 1 - dx : 1 - dx + width]
        kept += steepness * ((turn == way) & (steepness >= one) & (steepness >= other))
    return kept


def _filtered(grey: Tensor, downwards: Tensor, rightwards: Tensor) -> Tensor:
    high, wide = len(downwards) // 2, len(rightwards) // 2
    padded = nn.functional.pad(grey, (wide, wide, high, high), mode="replicate")
    columns = nn.functional.conv2d(padded, downwards[None, None, :, None])
    return nn.functional.conv2d(columns, rightwards[None, None, None, :])
