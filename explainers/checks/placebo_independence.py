"""Do placebo maps say anything about the items they lie over?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean
from typing import ClassVar

from ..base import MapExplainer, Question
from ..bundle import Check
from ..data.base import Case
from ..draws import shuffled
from ..methods.placebos.other_item import DealtOut, laid_over
from .asked import context_of, questions_of
from .base import Measure, Subject, Work
from .similarity import rank_correlation
from .verdicts import judged


@dataclass(frozen=True)
class PlaceboIndependence(Measure):
    """How much more alike an item's own map and its placebo map are than any two items' maps are.

    Maps of different items are alike to some degree, because digits stand in the middle: the mean rank
    correlation over all pairs of different items of a pool tells how much. A placebo without
    information has a mean correlation with the item's own map that is no higher than that. Looked at are
    the items that the budget allows, with their donors, and of their pairs up to `pairs`, drawn by its
    seed. The interval takes the mean over these pairs as it is: it is of many more pairs than items. The margin
    is ours.
    """

    margin: float = 0.1
    pairs: int = 500

    name: ClassVar[str] = "placebo-independence"

    def about(self, subject: Subject) -> Sequence[str]:
        return [
            name
            for name, method in subject.explainers.items()
            if isinstance(method, DealtOut) and isinstance(method.wrapped, MapExplainer)
        ]

    def work(self, subject: Subject) -> Work:
        return Work(explanations=len({case.item for pair in _dealt(subject) for case in pair}))

    def measure(self, subject: Subject) -> Iterator[Check]:
        explainer, name = subject.method, subject.explainer
        if not isinstance(explainer, DealtOut) or not isinstance(explainer.wrapped, MapExplainer):
            return
        context, wrapped, dealt = context_of(subject), explainer.wrapped, _dealt(subject)
        asked = {case.item for pair in dealt for case in pair}
        cases = [case for case in context.cases if case.item in asked]
        maps = {case.item: wrapped.relevance_of(Question(case), context) for case in cases}

        def alike(case: Case, donor: Case) -> float:
            return rank_correlation(maps[case.item], laid_over(maps[donor.item], donor, case))

        own = [alike(case, donor) for case, donor in dealt]
        any_two = mean(alike(*pair) for pair in self._pairs(cases, explainer.within, subject.budget.seed))
        yield Check(
            name=self.name,
            explainer=name,
            model=subject.model.name,
            **judged([one - any_two for one in own], at_most=self.margin),
            meaning=(
                f"Mean rank correlation over {len(dealt)} items between the placebo map and the "
                f"item's own {wrapped.name} map ({mean(own):.3f}) minus that of any two items' {wrapped.name} maps "
                f"({any_two:.3f}): above 0 the placebo would tell of its item; passed up to {self.margin}."
            ),
        )

    def _pairs(self, cases: Sequence[Case], within: str, seed: int) -> list[tuple[Case, Case]]:
        """Pairs of different items of one stratum: all, or so many of them drawn by the seed."""
        every = [(a, b) for a, b in combinations(cases, 2) if a.strata.get(within) == b.strata.get(within)]
        few = len(every) <= self.pairs
        return every if few else shuffled(every, seed, "pairs of placebo-independence")[: self.pairs]


def _dealt(subject: Subject) -> list[tuple[Case, Case]]:
    """The items that the budget allows, each with the one whose map it gets."""
    explainer = subject.method
    if not isinstance(explainer, DealtOut):
        return []
    donors = explainer.donors(context_of(subject))
    return [(question.case, donors[question.case.item]) for question in questions_of(subject)]
