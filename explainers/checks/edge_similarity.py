"""Does a map show more than the picture's edges?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import ClassVar

from ..bundle import Check
from ..methods.placebos.edge_detector import EdgeDetector
from .asked import context_of, flat, limit_for, maps_of, questions_of, relevance
from .base import Measure, Subject, Work
from .scores import Score
from .similarity import rank_correlation, structural_similarity
from .verdicts import CORRELATION, judged


@dataclass(frozen=True)
class EdgeSimilarity(Measure):
    """Mean structural similarity of each map with the edges of its picture; pictures only.

    Source: Adebayo et al. (2018), "Sanity Checks for Saliency Maps", NeurIPS, who found maps that could not be
    told from an edge detector; the cut-off is ours.
    """

    at_most: float = 0.6

    name: ClassVar[str] = "edge-similarity"

    def about(self, subject: Subject) -> Sequence[str]:
        return maps_of(subject) if subject.context.data.kind == "image" else []

    def work(self, subject: Subject) -> Work:
        return Work(shared=len(questions_of(subject)))

    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        context, edges = context_of(subject), EdgeDetector()
        found = []
        for question in questions_of(subject):
            own = flat(relevance(subject, question))
            drawn = flat(edges.relevance_of(question, context))
            found.append((structural_similarity(own, drawn), rank_correlation(own, drawn)))
            where = (subject.explainer, subject.model.name, question.target, question.case.item)
            yield Score(*where, "edge_similarity", round(found[-1][0], 4))
        likeness, ranks = [one for one, _ in found], mean(other for _, other in found)
        yield Check(
            name=self.name,
            explainer=subject.explainer,
            model=subject.model.name,
            **judged(likeness, at_most=limit_for(subject, self.at_most), within=CORRELATION),
            meaning=(
                f"Mean structural similarity over {len(found)} items between the map and the picture's edges (their "
                f"mean rank correlation is {ranks:.2f}); passed up to {self.at_most}."
            ),
        )
