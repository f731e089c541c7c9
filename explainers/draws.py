"""Draws that depend on nothing but seed, purpose and number, so that no library version changes them."""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def draw(seed: int, purpose: str, number: int | str) -> int:
    """A whole number of 256 bits: SHA-256 of seed, purpose and number."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{purpose}|{number}".encode()).digest(), "big")


def small_seed(seed: int, purpose: str, number: int | str) -> int:
    """A seed that fits a generator and a spreadsheet: 31 bits."""
    return draw(seed, purpose, number) >> 225


def shuffled(things: Iterable[Thing], seed: int, purpose: str) -> list[Thing]:
    """The things in an order drawn from seed and purpose."""
    pairs = enumerate(things)
    return [thing for _, thing in sorted(pairs, key=lambda pair: draw(seed, purpose, pair[0]))]
