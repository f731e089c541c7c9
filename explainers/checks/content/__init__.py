"""Checks that need no model: they look at a bundle's stimuli and outputs, whoever made them."""

from collections.abc import Iterable, Iterator

from ...bundle import Check
from ..scores import Score
from .base import Explained
from .leakage import leakage
from .size import size


def measured(explained: Iterable[Explained]) -> Iterator[Check | Score]:
    """What can be said of explanations without their model, for one explainer and model after the other."""
    for one in explained:
        yield from size(one)
        yield from leakage(one)
