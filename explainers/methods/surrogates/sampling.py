"""Which parts of an input are kept: samples for LIME, coalitions for Shapley values."""

from itertools import combinations
from math import comb

import torch
from torch import Tensor


def independent(samples: int, parts: int, generator: torch.Generator) -> Tensor:
    """Each part kept with probability one half: (S, D), booleans; the first row keeps all."""
    kept = torch.rand(samples, parts, generator=generator) < 0.5
    kept[0] = True
    return kept


def of_every_size(samples: int, parts: int, generator: torch.Generator) -> Tensor:
    """1 to all parts left out, each number equally likely: (S, D), booleans; the first row keeps all."""
    out = torch.randint(1, max(1, parts) + 1, (samples, 1), generator=generator)
    kept = _ranks(samples, parts, generator) >= out
    kept[0] = True
    return kept


def every_subset(parts: int) -> Tensor:
    """All coalitions (2^D, D), booleans; row n keeps the parts whose bits are set in n."""
    return (torch.arange(1 << parts).unsqueeze(1) >> torch.arange(parts)) & 1 == 1


def kernel_coalitions(parts: int, samples: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Coalitions (S, D) and their weights (S,) whose weighted sums stand for the Shapley kernel's.

    None is empty or full. Sizes of which all coalitions fit into the number of samples are taken whole, smallest
    and largest first; the others are drawn by the kernel's weights, each with its complement. Weights sum
    to 1. S is `samples`, or one less where the last has no partner.
    """
    sizes = [(size, 1.0 / (size * (parts - size))) for size in range(1, parts)]
    shares = {size: weight / sum(other for _, other in sizes) for size, weight in sizes}
    taken: list[Tensor] = []
    weights: list[Tensor] = []
    left, open_share = samples, 1.0
    for size in range(1, parts // 2 + 1):
        both = {size, parts - size}
        share, number = sum(shares[one] for one in both), comb(parts, size) * len(both)
        if left * share < number * open_share * (1 - 1e-12):
            break
        taken += [_all_of(parts, one) for one in sorted(both)]
        weights.append(torch.full((number,), share / number, dtype=torch.float64))
        left, open_share = left - number, open_share - share
        for one in both:
            del shares[one]
    if shares and (pairs := left // 2):
        drawn = _drawn(
            parts,
            torch.tensor(list(shares)),
            torch.tensor(list(shares.values()), dtype=torch.float64),
            pairs,
            generator,
        )
        taken += [torch.stack([drawn, ~drawn], dim=1).flatten(0, 1)]
        weights.append(torch.full((2 * pairs,), open_share / (2 * pairs), dtype=torch.float64))
    return torch.cat(taken), torch.cat(weights)


def _all_of(parts: int, size: int) -> Tensor:
    chosen = torch.tensor(list(combinations(range(parts), size)))
    return torch.zeros(len(chosen), parts, dtype=torch.bool).scatter(1, chosen, True)


def _drawn(parts: int, sizes: Tensor, shares: Tensor, count: int, generator: torch.Generator) -> Tensor:
    chosen = sizes[torch.multinomial(shares, count, replacement=True, generator=generator)]
    return _ranks(count, parts, generator) < chosen.unsqueeze(1)


def _ranks(samples: int, parts: int, generator: torch.Generator) -> Tensor:
    """An order of the parts for each sample: (S, D), numbers from 0."""
    return torch.rand(samples, parts, dtype=torch.float64, generator=generator).argsort(dim=1).argsort(dim=1)
