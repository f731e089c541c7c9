"""Randomness as a pure function of seed, purpose and number: any draw can be replayed, by any program.

Every draw is SHA-256 of `seed|purpose|n` (UTF-8, decimal n). It depends on no library's generator.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def draw(seed: str, purpose: str, n: int | str) -> int:
    """Return a whole number of 256 bits, uniform, the same for the same three arguments."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{purpose}|{n}".encode()).digest())


def choose(options: Sequence[T], seed: str, purpose: str, n: int | str) -> T:
    """Return one of `options`, each equally likely (the bias of the modulus is below 2**-240)."""
    return options[draw(seed, purpose, n) % len(options)]


def shuffled(items: Iterable[T], seed: str, purpose: str) -> list[T]:
    """Return `items` in a random order: sorted by the draw of each one's place."""
    placed = sorted(enumerate(items, start=1), key=lambda pair: draw(seed, purpose, pair[0]))
    return [item for _, item in placed]
