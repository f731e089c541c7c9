"""Is relevance gathered in a few places?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..bundle import Check
from .asked import flat, maps_of, questions_of, relevance
from .base import Measure, Subject, Work
from .scores import Score
from .verdicts import SHARE, judged


@dataclass(frozen=True)
class Sparsity(Measure):
    """Gini index of the sizes of relevance: 0 where all parts have the same, near 1 where few have all.

    It says nothing about being right, so that it is passed always; people read few things more easily.
    Source: Hurley and Rickard (2009), "Comparing Measures of Sparsity", IEEE Trans. Inf. Theory 55 (10).
    """

    name: ClassVar[str] = "sparsity"

    def about(self, subject: Subject) -> Sequence[str]:
        return maps_of(subject)

    def work(self, subject: Subject) -> Work:
        return Work(shared=len(questions_of(subject)))

    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        found = []
        for question in questions_of(subject):
            found.append(gini(flat(relevance(subject, question))))
            where = (subject.explainer, subject.model.name, question.target, question.case.item)
            yield Score(*where, self.name, round(found[-1], 4))
        yield Check(
            name=self.name,
            explainer=subject.explainer,
            model=subject.model.name,
            **judged(found, within=SHARE),
            meaning=f"Mean Gini index of relevance over {len(found)} items: 0 is spread evenly, 1 all in one place.",
        )


def gini(sizes: Tensor) -> float:
    """Gini index of values not below zero, in [0, 1); 0 where all are zero."""
    values = sizes.flatten().double().sort().values
    total, count = values.sum(), len(values)
    if total <= 0:
        return 0.0
    ranks = torch.arange(1, count + 1, dtype=torch.float64, device=values.device)
    return float(1 - 2 * ((values / total) * ((count - ranks + 0.5) / count)).sum())
