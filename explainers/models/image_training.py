"""New versions of pictures while a model learns from them."""

import torch
from torch import Tensor
from torch.nn import functional

from .training import Change


def moved_by_up_to(most: int) -> Change:
    """Pictures (N, C, H, W), each moved by whole pixels, at most so many in each direction; black comes in."""

    def moved(inputs: Tensor, generator: torch.Generator) -> Tensor:
        steps = torch.randint(0, 2 * most + 1, (2, len(inputs), 1), generator=generator)
        return window(functional.pad(inputs, (most, most, most, most)), steps, inputs.shape[-2:])

    return moved


def window(pictures: Tensor, corner: Tensor, size: tuple[int, ...]) -> Tensor:
    """The part of that size (H, W) of each picture whose upper left corner is at (row, column), (2, N, 1)."""
    rows = (corner[0] + torch.arange(size[0]))[:, None, :, None]
    columns = (corner[1] + torch.arange(size[1]))[:, None, None, :]
    each = torch.arange(len(pictures))[:, None, None, None]
    channels = torch.arange(pictures.shape[1])[None, :, None, None]
    return pictures[each, channels, rows, columns]
