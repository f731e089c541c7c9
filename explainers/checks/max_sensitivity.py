"""Does a map stay when the input hardly changes?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor

from ..base import Context, Question
from ..bundle import Check
from ..data.base import Data
from .asked import context_of, limit_for, map_of, maps_of, questions_of, relevance
from .base import Measure, Subject, Work
from .scores import Score
from .verdicts import FROM_ZERO, judged


@dataclass(frozen=True)
class MaxSensitivity(Measure):
    """Largest relative change of a map among inputs that differ by noise: 0 is steady, above 1 another map.

    `budget.draws` inputs with uniform noise of ± `radius` (of a picture's range, or of a field's standard
    deviation; categories stay). Texts have no small change, so that they have no such score.
    Source: Yeh et al. (2019), "On the (In)fidelity and Sensitivity of Explanations", NeurIPS; the cut-off is
    ours. A map that is zero has no relative change: 0 where the other one is zero too, else 1.
    """

    radius: float = 0.02
    at_most: float = 1.0

    name: ClassVar[str] = "max-sensitivity"

    def about(self, subject: Subject) -> Sequence[str]:
        return maps_of(subject) if subject.context.data.kind in ("image", "table") else []

    def work(self, subject: Subject) -> Work:
        count = len(questions_of(subject))
        return Work(shared=count, maps=count * subject.budget.draws)

    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        context, found = context_of(subject), []
        reach = self.radius * spread_of(context.data)
        for question in questions_of(subject):
            found.append(self._largest(subject, question, context, reach))
            where = (subject.explainer, subject.model.name, question.target, question.case.item)
            yield Score(*where, "max_sensitivity", round(found[-1], 4))
        yield Check(
            name=self.name,
            explainer=subject.explainer,
            model=subject.model.name,
            **judged(found, at_most=limit_for(subject, self.at_most), within=FROM_ZERO),
            meaning=(
                f"Mean over {len(found)} items of the largest relative change of the map among {subject.budget.draws} "
                f"inputs that differ by noise (Yeh et al. 2019); passed up to {self.at_most}."
            ),
        )

    def _largest(self, subject: Subject, question: Question, context: Context, reach: Tensor) -> float:
        explainer, value = map_of(subject), question.case.input
        own = relevance(subject, question)
        generator = torch.Generator().manual_seed(question.seed)
        largest = 0.0
        for _ in range(subject.budget.draws):
            noise = (2 * torch.rand(value.shape, generator=generator, dtype=torch.float64) - 1).to(value)
            near = replace(question.case, input=value + noise * reach.to(value))
            other = explainer.relevance_of(replace(question, case=near), context)
            largest = max(largest, relative_change(own, other))
        return largest


def relative_change(own: Tensor, other: Tensor) -> float:
    """Size of the change as a share of the map's own; of a map that is zero 1 for any change, 0 for none."""
    size, change = float(own.norm()), float((other - own).norm())
    return change / size if size else float(change > 0)


def spread_of(data: Data) -> Tensor:
    """What noise is measured in: 1 for pictures, each number's standard deviation for tables, 0 for categories."""
    if data.kind == "image":
        return torch.tensor(1.0)
    numeric = torch.tensor([field.kind == "number" for field in data.fields])
    return data.train.inputs.std(dim=0).cpu() * numeric
