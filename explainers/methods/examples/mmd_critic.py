"""Prototypes and criticisms by maximum mean discrepancy, from a kernel matrix alone."""

import torch
from torch import Tensor

ENOUGH = 500  # rows for a median distance
SMALLEST = 1e-12  # what is left of a point that others say all about


def median_distance(codes: Tensor) -> float:
    """Median Euclidean distance between two of the rows of codes (N, D); 1 where it is zero.

    Of more than 500 rows, about so many at equal intervals are looked at.
    """
    some = codes[:: -(-len(codes) // ENOUGH)]
    return (float(torch.pdist(some).median()) if len(some) > 1 else 0.0) or 1.0


def rbf_kernel(codes: Tensor, bandwidth: float) -> Tensor:
    """exp(-distance² / (2 bandwidth²)) between all rows of codes (N, D): (N, N)."""
    distances = torch.cdist(codes, codes, compute_mode="donot_use_mm_for_euclid_dist")
    return torch.exp(-distances.square() / (2 * bandwidth**2))


def greedy_prototypes(kernel: Tensor, count: int) -> list[int]:
    """The rows that stand best for all rows, chosen one after the other; the earlier of two equals.

    Each choice makes the squared discrepancy between all n rows and the m chosen ones as small as one
    more row can: it raises 2/(n m) Σ_ij k(i, j) - 1/m² Σ_jj' k(j, j') most.
    """
    to_all, own = kernel.mean(dim=0), kernel.diagonal()
    to_chosen = torch.zeros_like(to_all)
    chosen: list[int] = []
    near, among = torch.zeros(()).to(kernel), torch.zeros(()).to(kernel)
    for size in range(1, min(count, len(kernel)) + 1):
        gains = 2 * (near + to_all) / size - (among + 2 * to_chosen + own) / size**2
        gains[chosen] = -torch.inf
        best = int(gains.argmax())
        near, among = near + to_all[best], among + 2 * to_chosen[best] + own[best]
        to_chosen = to_chosen + kernel[best]
        chosen.append(best)
    return chosen


def witness(kernel: Tensor, prototypes: list[int]) -> Tensor:
    """How much denser all rows are around each row than the prototypes are: (N,)."""
    return kernel.mean(dim=1) - kernel[:, prototypes].mean(dim=1)


def greedy_criticisms(kernel: Tensor, prototypes: list[int], count: int) -> list[int]:
    """The rows that the prototypes describe worst, and that differ from each other.

    Each choice raises Σ |witness| + log det of the kernel among the criticisms most.
    """
    gaps = witness(kernel, prototypes).abs()
    gaps[prototypes] = -torch.inf
    left_over = kernel.diagonal().clone()  # of each row, given the criticisms so far
    factors: list[Tensor] = []
    chosen: list[int] = []
    for _ in range(min(count, len(kernel) - len(prototypes))):
        scores = gaps + left_over.clamp_min(SMALLEST).log()
        scores[chosen] = -torch.inf
        best = int(scores.argmax())
        known = sum((factor * factor[best] for factor in factors), torch.zeros_like(left_over))
        factor = (kernel[best] - known) / left_over[best].clamp_min(SMALLEST).sqrt()
        factors.append(factor)
        left_over = left_over - factor.square()
        chosen.append(best)
    return chosen
