"""Is the model as accurate as its card and the recipe say?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ..bundle import Check
from .base import Measure, Subject


@dataclass(frozen=True)
class ModelAccuracy(Measure):
    """Share of right outputs on all held-out data, measured anew from the weights."""

    name: ClassVar[str] = "model-accuracy"

    def measure(self, subject: Subject) -> Iterator[Check]:
        count, least = len(subject.context.data.test), subject.model.accuracy_at_least
        yield Check(
            name=self.name,
            explainer=None,
            model=subject.model.name,
            value=subject.accuracy,
            passed=subject.accuracy >= least,
            meaning=f"Share of right outputs on {count} held-out cases, measured anew; passed from {least}.",
        )
