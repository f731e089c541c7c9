"""Do placebo maps say anything about the items they lie over?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import ClassVar

from ..base import Question
from ..bundle import Check
from ..methods.gradients.saliency import Saliency
from ..methods.placebos.placebo_saliency import PlaceboSaliency
from .base import Measure, Subject
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
        return [name for name, method in subject.explainers.items() if isinstance(method, PlaceboSaliency)]

    def measure(self, subject: Subject) -> Iterator[Check]:
        explainer, name = subject.method, subject.explainer
        if not isinstance(explainer, PlaceboSaliency):
            return
        context = replace(subject.context, seed=subject.uses[name].seed)
        maps = {case.item: Saliency().relevance_of(Question(case), context) for case in context.cases}
        donors = explainer.donors(context)
        dealt = mean(
            rank_correlation(maps[case.item], maps[donors[case.item].item]) for case in context.cases
        )
        any_two = mean(
            rank_correlation(maps[one.item], maps[other.item])
            for place, one in enumerate(context.cases)
            for other in context.cases[place + 1 :]
            if one.strata.get(explainer.within) == other.strata.get(explainer.within)
        )
        yield Check(
            name=self.name,
            explainer=name,
            model=subject.model.name,
            value=round(dealt - any_two, 4),
            passed=dealt - any_two <= self.margin,
            meaning=(
                f"Mean rank correlation over {len(context.cases)} items between the placebo map and the "
                f"item's own saliency map ({dealt:.3f}) minus that of any two items' saliency maps "
                f"({any_two:.3f}): above 0 the placebo would tell of its item; passed up to {self.margin}."
            ),
        )
