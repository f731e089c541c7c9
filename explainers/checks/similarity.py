"""How alike two maps are."""

import torch
from torch import Tensor, nn

WINDOW, DEVIATION = 11, 1.5  # of Wang et al., in pixels
STEADY = (0.01**2, 0.03**2)  # their constants, for values in [0, 1]


def rank_correlation(one: Tensor, other: Tensor) -> float:
    """Spearman's correlation of two maps of equal shape; 0 where one of them is constant.

    Source: Spearman (1904); ties get their mean rank.
    """
    first, second = _ranks(one.flatten()), _ranks(other.flatten())
    first, second = first - first.mean(), second - second.mean()
    scale = first.norm() * second.norm()
    return float((first * second).sum() / scale) if scale > 0 else 0.0


def rank_likeness(one: Tensor, other: Tensor) -> float:
    """Spearman's correlation over the places where either map is not zero; 0 where there are fewer than two.

    Where a picture is black, methods that multiply with the input give zero whatever the model is: counting
    these ties would make any two such maps alike.
    """
    seen = (one != 0) | (other != 0)
    return rank_correlation(one[seen], other[seen]) if int(seen.sum()) > 1 else 0.0


def structural_similarity(one: Tensor, other: Tensor) -> float:
    """Mean structural similarity of two maps (H, W), each first stretched to [0, 1]; in [-1, 1].

    Gaussian window of 11 x 11 pixels (smaller for smaller maps), standard deviation 1.5.
    Source: Wang, Bovik, Sheikh and Simoncelli (2004), "Image Quality Assessment: From Error Visibility
    to Structural Similarity", IEEE Transactions on Image Processing 13 (4).
    """
    maps = torch.stack([_stretched(one), _stretched(other)]).double().unsqueeze(1)
    side = min(WINDOW, *one.shape[-2:])
    places = torch.arange(side, dtype=torch.float64, device=maps.device) - (side - 1) / 2
    weights = (-(places**2) / (2 * DEVIATION**2)).exp()
    window = (weights[:, None] * weights[None, :] / weights.sum() ** 2).reshape(1, 1, side, side)

    def mean(values: Tensor) -> Tensor:
        return nn.functional.conv2d(values, window)

    x, y = maps[:1], maps[1:]
    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx**2, mean(y * y) - my**2, mean(x * y) - mx * my
    c1, c2 = STEADY
    return float((((2 * mx * my + c1) * (2 * cov + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean())


def _stretched(values: Tensor) -> Tensor:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else torch.zeros_like(values)


def _ranks(values: Tensor) -> Tensor:
    _, place, counts = torch.unique(values, sorted=True, return_inverse=True, return_counts=True)
    last = counts.cumsum(0).double()
    return (last - (counts.double() - 1) / 2)[place]
