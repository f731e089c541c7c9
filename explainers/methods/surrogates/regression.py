"""Weighted ridge regression in closed form."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Fit:
    """Slopes (D,), the intercept, and the weighted R² of what they predict."""

    slopes: Tensor
    intercept: float
    r2: float


def weighted_ridge(inputs: Tensor, outputs: Tensor, weights: Tensor, penalty: float = 0.0) -> Fit:
    """The slopes that make sum(weights × (outputs − intercept − inputs · slopes)²) + penalty × |slopes|² least.

    Parameters
    ----------
    inputs : (N, D). outputs, weights : (N,); weights not below zero. The intercept has no penalty.

    Returns
    -------
    Fit : in double precision. Where many slopes fit equally well, the shortest.
    """
    inputs, outputs, weights = inputs.double(), outputs.double(), weights.double()
    middle, mean = weights @ inputs / weights.sum(), weights @ outputs / weights.sum()
    centred, rest = inputs - middle, outputs - mean
    weighted = centred * weights.unsqueeze(1)
    square = centred.T @ weighted + penalty * torch.eye(inputs.shape[1]).to(inputs)
    slopes = torch.linalg.pinv(square, hermitian=True) @ (weighted.T @ rest)
    return Fit(slopes, float(mean - middle @ slopes), r_squared(centred @ slopes, rest, weights))


def r_squared(predicted: Tensor, outputs: Tensor, weights: Tensor) -> float:
    """Share of the weighted variance of outputs (N,) that the predictions (N,) tell, at most 1.

    Of outputs that are all equal it is 1 where they are met, else 0.
    """
    mean = weights @ outputs / weights.sum()
    left, there = (weights @ (outputs - other).square() for other in (predicted, mean))
    smallest = 1e-20 * float(weights @ outputs.square())
    if float(there) <= smallest:
        return float(float(left) <= smallest)
    return 1 - float(left / there)


def without_noise(scores: Tensor) -> Tensor:
    """The scores (S,); all zero where they differ by no more than rounding, so that no fit makes slopes of that."""
    if (
        not len(scores)
        or scores.max() - scores.min() > 8 * torch.finfo(scores.dtype).eps * scores.abs().max()
    ):
        return scores
    return torch.zeros_like(scores)
