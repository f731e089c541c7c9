"""What chance does to a virtual participant, as pure functions of seed, purpose and number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar

from protocol.draws import draw
from studyapp.allocation.draws import choose

T = TypeVar("T")

_STANDARD = NormalDist()
_BITS = 53  # what a float holds


def uniform(seed: int, purpose: str, n: int | str = 0) -> float:
    """Return a number strictly between 0 and 1, each equally likely."""
    return ((draw(str(seed), purpose, n) >> (256 - _BITS)) + 0.5) / 2**_BITS


def normal(seed: int, purpose: str, n: int | str = 0) -> float:
    """Return a number from the standard normal distribution."""
    return _STANDARD.inv_cdf(uniform(seed, purpose, n))


def pick(options: Sequence[T], seed: int, purpose: str, n: int | str = 0) -> T:
    """Return one of `options`, each equally likely."""
    return choose(options, str(seed), purpose, n)


def pick_weighted(weights: Mapping[T, float], seed: int, purpose: str, n: int | str = 0) -> T:
    """Return one of the keys, each as likely as its weight says."""
    left = uniform(seed, purpose, n) * sum(weights.values())
    for option, weight in weights.items():
        left -= weight
        if left < 0:
            return option
    return list(weights)[-1]
