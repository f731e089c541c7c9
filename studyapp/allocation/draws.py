"""Choices and orders from draws that depend on no library's generator: see `protocol.draws`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from protocol.draws import draw

T = TypeVar("T")


def choose(options: Sequence[T], seed: str, purpose: str, n: int | str) -> T:
    """Return one of `options`, each equally likely (the bias of the modulus is below 2**-240)."""
    return options[draw(seed, purpose, n) % len(options)]


def shuffled(items: Iterable[T], seed: str, purpose: str) -> list[T]:
    """Return `items` in a random order: sorted by the draw of each one's place."""
    placed = sorted(enumerate(items, start=1), key=lambda pair: draw(seed, purpose, pair[0]))
    return [item for _, item in placed]
