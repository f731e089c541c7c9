"""Draws that depend on nothing but seed, purpose and number, so that no library version changes them."""

from collections.abc import Iterable
from typing import TypeVar

from protocol.draws import draw

Thing = TypeVar("Thing")


def small_seed(seed: int, purpose: str, number: int | str) -> int:
    """A seed that fits a generator and a spreadsheet: 31 bits."""
    return draw(seed, purpose, number) >> 225


def question_seed(seed: int, explainer: str, model: str, target: str, item: str) -> int:
    """The seed of one question: its own for each explainer, model, target and item of a bundle."""
    return small_seed(seed, f"{explainer}|{model}|{target}", item)


def shuffled(things: Iterable[Thing], seed: int, purpose: str) -> list[Thing]:
    """The things in an order drawn from seed and purpose.

    Places count from 0 here and from 1 in `studyapp.allocation.draws`: bundles that are published and orders
    that were allocated depend on it, so neither may follow the other.
    """
    pairs = enumerate(things)
    return [thing for _, thing in sorted(pairs, key=lambda pair: draw(seed, purpose, pair[0]))]
