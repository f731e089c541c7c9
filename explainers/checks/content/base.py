"""One explainer's explanations of one model's outputs, as a bundle holds them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Part(NamedTuple):
    """One stimulus of an explanation, as people see it."""

    caption: str
    content: bytes


@dataclass(frozen=True)
class Explained:
    """Explanations of one explainer, one model and one target; `parts_of` reads those of one item."""

    explainer: str
    model: str
    target: str
    reveals_output: str
    items: Sequence[str]
    outputs: Sequence[str]  # the model's output for each item
    labels: Sequence[str]  # empty where outputs are numbers
    parts_of: Callable[[str], Sequence[Part]]
    input_of: Callable[[str], Sequence[Part]]  # what is shown of the item itself
