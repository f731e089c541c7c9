"""Regions of a picture that people can name."""

import torch
from torch import Tensor

REGIONS = (
    *("at the upper left", "at the top", "at the upper right"),
    *("at the left", "in the middle", "at the right"),
    *("at the lower left", "at the bottom", "at the lower right"),
)


def named_regions(height: int, width: int) -> Tensor:
    """Number of each pixel's region (H, W): thirds of the height and of the width, row by row."""
    down = torch.arange(height) * 3 // height
    across = torch.arange(width) * 3 // width
    return 3 * down[:, None] + across[None, :]
