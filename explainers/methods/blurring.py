"""Pictures under a Gaussian."""

import torch
from torch import Tensor, nn

CUT = 4  # standard deviations to each side


def blurred(pictures: Tensor, deviation: float) -> Tensor:
    """Pictures (N, C, H, W), each channel under a Gaussian of that standard deviation, in pixels, above 0.

    The Gaussian ends at four standard deviations; outside the picture the values of its edge go on.
    """
    reach = max(1, int(CUT * deviation + 0.5))
    steps = torch.arange(-reach, reach + 1, dtype=pictures.dtype, device=pictures.device)
    weights = torch.exp(-0.5 * (steps / deviation) ** 2)
    weights = weights / weights.sum()
    flat = pictures.reshape(-1, 1, *pictures.shape[2:])
    padded = nn.functional.pad(flat, [reach] * 4, mode="replicate")
    columns = nn.functional.conv2d(padded, weights[None, None, :, None])
    return nn.functional.conv2d(columns, weights[None, None, None, :]).reshape(pictures.shape)
