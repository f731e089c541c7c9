"""Permuted blocks: the stream of places, each with its arm, from a seed.

Block k has a size drawn from the allowed ones and holds each arm in proportion to its weight, in a random
order. Place n (from 1) is the n-th over all blocks. Nothing but the seed and n decides it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from studyapp.allocation.draws import choose, shuffled

ALLOCATOR = "permuted-blocks/1"


@dataclass(frozen=True)
class Place:
    """One place of the stream."""

    number: int
    block: int
    arm: str


@dataclass(frozen=True)
class Stream:
    """What a stream of places depends on."""

    seed: str
    purpose: str  # source and stratum, so that each has its own stream
    weights: Mapping[str, int]
    block_sizes: Sequence[int]

    def places(self, after: int = 0) -> Iterator[Place]:
        """Yield the places that follow number `after`, without end."""
        number = block = 0
        while True:
            block += 1
            size = choose(self.block_sizes, self.seed, f"block-size/{self.purpose}", block)
            if number + size <= after:
                number += size
                continue
            for arm in self._permuted(block, size):
                number += 1
                if number > after:
                    yield Place(number, block, arm)

    def next_place(self, after: int, full: frozenset[str] = frozenset()) -> Place | None:
        """Return the first place after number `after` whose arm is not full; None when every arm is."""
        if full >= set(self.weights):
            return None
        return next(place for place in self.places(after) if place.arm not in full)

    def _permuted(self, block: int, size: int) -> list[str]:
        times = size // sum(self.weights.values())
        arms = [arm for arm, weight in self.weights.items() for _ in range(weight * times)]
        return shuffled(arms, self.seed, f"block/{self.purpose}/{block}")
