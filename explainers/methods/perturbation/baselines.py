"""What stands where a part of a picture has been taken away."""

from typing import Literal

import torch
from torch import Tensor

from ..blurring import blurred

Baseline = Literal["black", "grey", "mean", "blur"]


def baseline_of(picture: Tensor, baseline: Baseline) -> Tensor:
    """What a picture (C, H, W) in [0, 1] is replaced by, of its shape.

    `black` is 0, `grey` 0.5, `mean` the mean colour of the picture, `blur` the picture under a Gaussian
    whose standard deviation is a tenth of the longer side.
    """
    if baseline == "blur":
        return blurred(picture.unsqueeze(0), max(picture.shape[1:]) / 10).squeeze(0)
    if baseline == "mean":
        return picture.mean(dim=(1, 2), keepdim=True).expand_as(picture)
    return torch.full_like(picture, 0.5 if baseline == "grey" else 0.0)
