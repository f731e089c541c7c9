"""Checks that need no model: they look at a bundle's stimuli and outputs, whoever made them."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ...bundle import Check
from ..scores import Score
from .base import Explained
from .leakage import leakage
from .size import size


def measured(explained: Iterable[Explained]) -> Iterator[Check | Score]:
    """What can be said of explanations without their model, for one explainer, model and target after the other.

    A check's name ends with the target where there are several, as in `leakage class:3`.
    """
    every = list(explained)
    targets = Counter((one.explainer, one.model) for one in every)
    for one in every:
        several = targets[one.explainer, one.model] > 1
        for entry in (*size(one), *leakage(one)):
            yield _named_after(entry, one.target) if several and isinstance(entry, Check) else entry


def _named_after(check: Check, target: str) -> Check:
    return check.model_copy(update={"name": f"{check.name} {target}"})
