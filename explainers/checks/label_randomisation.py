"""Do maps depend on the relation of inputs and labels?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..bundle import Check
from .asked import flat, limit_for, maps_of, questions_of, relevance
from .base import Measure, Subject, Work
from .parameter_randomisation import maps
from .scores import Score
from .similarity import rank_likeness
from .verdicts import CORRELATION, judged


@dataclass(frozen=True)
class LabelRandomisation(Measure):
    """Mean rank correlation of maps for the model with those for one trained on permuted labels.

    The other model's weights are those that the recipe's model names as `permuted`, made by `train`;
    without them the check is not possible and there is no entry.
    Source: Adebayo et al. (2018), "Sanity Checks for Saliency Maps", NeurIPS: the data randomization test;
    the cut-off is ours.
    """

    at_most: float = 0.5

    name: ClassVar[str] = "label-randomisation"

    def about(self, subject: Subject) -> Sequence[str]:
        return maps_of(subject) if subject.permuted is not None else []

    def work(self, subject: Subject) -> Work:
        count = len(questions_of(subject))
        return Work(shared=count, maps=count)

    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        if subject.permuted is None:
            return
        questions = questions_of(subject)
        own = [flat(relevance(subject, question)) for question in questions]
        twins = maps(subject, subject.permuted, questions)
        found = [rank_likeness(a, b) for a, b in zip(own, twins, strict=True)]
        for question, value in zip(questions, found, strict=True):
            where = (subject.explainer, subject.model.name, question.target, question.case.item)
            yield Score(*where, "permuted_rank_correlation", round(value, 4))
        yield Check(
            name=self.name,
            explainer=subject.explainer,
            model=subject.model.name,
            **judged(found, at_most=limit_for(subject, self.at_most), within=CORRELATION),
            meaning=(
                f"Mean rank correlation over {len(questions)} items between maps for the model and for one trained "
                f"on permuted labels (Adebayo et al. 2018); passed up to {self.at_most}."
            ),
        )
