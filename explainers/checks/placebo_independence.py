"""Do placebo maps say anything about the items they lie over?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import ClassVar

from ..base import MapExplainer, Question
from ..bundle import Check
from ..data.base import Case
from ..methods.placebos.other_item import DealtOut, laid_over
from .base import Measure, Subject, Work
from .similarity import rank_correlation


@dataclass(frozen=True)
class PlaceboIndependence(Measure):
    """How much more alike an item's own map and its placebo map are than any two items' maps are.

    Maps of different items are alike to some degree, because digits stand in the middle: the mean rank
    correlation over all pairs of different items of a pool tells how much. A placebo without
    information has a mean correlation with the item's own map that is no higher than that.
    """

    margin: float = 0.1

    name: ClassVar[str] = "placebo-independence"

    def about(self, subject: Subject) -> Sequence[str]:
        return [
            name
            for name, method in subject.explainers.items()
            if isinstance(method, DealtOut) and isinstance(method.wrapped, MapExplainer)
        ]

    def work(self, subject: Subject) -> Work:
        return Work(explanations=len(subject.context.cases))

    def measure(self, subject: Subject) -> Iterator[Check]:
        explainer, name = subject.method, subject.explainer
        if not isinstance(explainer, DealtOut) or not isinstance(explainer.wrapped, MapExplainer):
            return
        context, wrapped = replace(subject.context, seed=subject.uses[name].seed), explainer.wrapped
        donors = explainer.donors(context)
        cases = [case for case in context.cases if case.item in donors]
        maps = {case.item: wrapped.relevance_of(Question(case), context) for case in cases}

        def alike(case: Case, donor: Case) -> float:
            return rank_correlation(maps[case.item], laid_over(maps[donor.item], donor, case))

        dealt = mean(alike(case, donors[case.item]) for case in cases)
        any_two = mean(
            alike(one, other)
            for place, one in enumerate(cases)
            for other in cases[place + 1 :]
            if one.strata.get(explainer.within) == other.strata.get(explainer.within)
        )
        yield Check(
            name=self.name,
            explainer=name,
            model=subject.model.name,
            value=round(dealt - any_two, 4),
            passed=dealt - any_two <= self.margin,
            meaning=(
                f"Mean rank correlation over {len(cases)} items between the placebo map and the "
                f"item's own {wrapped.name} map ({dealt:.3f}) minus that of any two items' {wrapped.name} maps "
                f"({any_two:.3f}): above 0 the placebo would tell of its item; passed up to {self.margin}."
            ),
        )
