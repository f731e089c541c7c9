"""Is the model as accurate as its card and the recipe say?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..bundle import Check
from .base import Measure, Subject
from .verdicts import interval_of_share, said


@dataclass(frozen=True)
class ModelAccuracy(Measure):
    """Share of right outputs (of a number: share of variance explained) on all held-out data, measured anew.

    The verdict goes by the value: the card speaks of these very cases. The interval of the share is that of other
    cases of their kind.
    """

    name: ClassVar[str] = "model-accuracy"

    def about(self, subject: Subject) -> Sequence[str]:
        return [""]

    def measure(self, subject: Subject) -> Iterator[Check]:
        count, interval = len(subject.context.data.test), None
        if subject.context.data.labels:
            value, least, told = subject.quality["accuracy"], subject.model.accuracy_at_least, "right outputs"
            interval = interval_of_share(value * count, count)
        else:
            value, least, told = subject.quality["r2"], subject.model.r2_at_least or 0.0, "variance explained"
        yield Check(
            name=self.name,
            explainer=None,
            model=subject.model.name,
            value=value,
            passed=value >= least,
            **said(count, interval, "passes" if value >= least else "fails"),
            meaning=f"Share of {told} on {count} held-out cases, measured anew; passed from {least}.",
        )
