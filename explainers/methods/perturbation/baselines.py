"""What stands where a part of a picture has been taken away."""

from typing import Literal

import torch
from torch import Tensor, nn

Baseline = Literal["black", "grey", "mean", "blur"]


def baseline_of(picture: Tensor, baseline: Baseline) -> Tensor:
    """What a picture (C, H, W) in [0, 1] is replaced by, of its shape.

    `black` is 0, `grey` 0.5, `mean` the mean colour of the picture, `blur` the picture under a Gaussian
    whose standard deviation is a tenth of the shorter side.
    """
    if baseline == "blur":
        return blurred(picture, min(picture.shape[1:]) / 10)
    if baseline == "mean":
        return picture.mean(dim=(1, 2), keepdim=True).expand_as(picture)
    return torch.full_like(picture, 0.5 if baseline == "grey" else 0.0)


def blurred(picture: Tensor, deviation: float) -> Tensor:
    """A picture (C, H, W) under a Gaussian of this standard deviation in pixels, its edges repeated."""
    reach = max(1, round(3 * deviation))
    places = torch.arange(-reach, reach + 1, dtype=picture.dtype, device=picture.device)
    weights = (-(places**2) / (2 * deviation**2)).exp()
    weights = weights / weights.sum()
    padded = nn.functional.pad(picture.unsqueeze(1), (reach,) * 4, mode="replicate")
    rows = nn.functional.conv2d(padded, weights.reshape(1, 1, -1, 1))
    return nn.functional.conv2d(rows, weights.reshape(1, 1, 1, -1)).squeeze(1)
