"""Does the output fall when what mattered is taken away, and rise when it is put back?"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any, ClassVar

import torch
from torch import Tensor

from ..base import Context, Question
from ..bundle import Check
from ..draws import shuffled
from ..methods.perturbation.parts import Parts
from .asked import context_of, is_placebo, maps_of, questions_of
from .base import Measure, Subject, Work
from .in_parts import in_parts
from .scores import Score
from .verdicts import ANYTHING, SHARE, interval_of_mean, judged, verdict

BELOW_ZERO = math.nextafter(0.0, -1.0)  # a map that does exactly as well as chance does not pass


@dataclass(frozen=True)
class DeletionInsertion(Measure):
    """Areas under the curves of the output's probability while parts go, or come, most relevant first.

    In `steps` equal steps. For classes both areas are in [0, 1]; for a number the curve is the share of
    the change that taking everything away makes, so that the areas may leave [0, 1]. A low deletion area and
    a high insertion area are good. Passed where deletion in the map's order is below that in a random order, which
    the interval of the items' differences decides.
    An input without parts, such as an empty text, is left out.
    Source: Petsiuk, Das and Saenko (2018), "RISE: Randomized Input Sampling for Explanation of Black-box
    Models", BMVC.
    """

    steps: int = 20

    name: ClassVar[str] = "deletion-insertion"

    def about(self, subject: Subject) -> Sequence[str]:
        return maps_of(subject)

    def work(self, subject: Subject) -> Work:
        count = len(questions_of(subject))
        return Work(shared=count, passes=3 * (self.steps + 1) * count)

    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        context = context_of(subject)
        areas: dict[str, list[float]] = {"deletion_auc": [], "insertion_auc": [], "random": []}
        for question, parts, values in in_parts(subject):
            order = values.sort(descending=True, stable=True).indices.tolist()
            chance = shuffled(range(parts.count), question.seed, "random deletion")
            areas["deletion_auc"].append(self._area(parts, order, question, context, taken=True))
            areas["insertion_auc"].append(self._area(parts, order, question, context, taken=False))
            areas["random"].append(self._area(parts, chance, question, context, taken=True))
            where = (subject.explainer, subject.model.name, question.target, question.case.item)
            for name in ("deletion_auc", "insertion_auc"):
                yield Score(*where, name, round(areas[name][-1], 4))
        if areas["random"]:
            yield from self._told(subject, areas)

    def _told(self, subject: Subject, areas: dict[str, list[float]]) -> Iterator[Check]:
        about: dict[str, Any] = {"explainer": subject.explainer, "model": subject.model.name}
        count = len(areas["random"])
        within = SHARE if subject.context.data.labels else ANYTHING
        gaps = [own - chance for own, chance in zip(areas["deletion_auc"], areas["random"], strict=True)]
        gap = interval_of_mean(gaps)
        fields = judged(areas["deletion_auc"], within=within)
        if not is_placebo(subject):
            fields |= {"passed": mean(gaps) < 0, "verdict": verdict(gap, count, at_most=BELOW_ZERO)}
        yield Check(
            **about,
            **fields,
            name="deletion-auc",
            meaning=(
                f"Mean area over {count} items under the output's probability while the most relevant parts are taken "
                f"away first; in a random order it is {mean(areas['random']):.3f}. Passed where the map's is lower: "
                f"the difference is {mean(gaps):.3f}{f' ({gap.low:.3f} to {gap.high:.3f})' if gap else ''}."
            ),
        )
        yield Check(
            **about,
            **judged(areas["insertion_auc"], within=within),
            name="insertion-auc",
            meaning=f"Mean area over {count} items while the most relevant parts are put back first; higher is better.",
        )

    def _area(
        self, parts: Parts, order: Sequence[int], question: Question, context: Context, taken: bool
    ) -> float:
        kept = _kept(order, self.steps, taken).to(question.case.input.device)
        target = context.index_of(question.case, question.target)
        scores = parts.scores(context.model, kept, target, "probability")
        if not context.data.labels:
            scores = _as_share(scores, whole=scores[0 if taken else -1], empty=scores[-1 if taken else 0])
        return float(torch.trapezoid(scores) / (len(scores) - 1))


def _kept(order: Sequence[int], steps: int, taken: bool) -> Tensor:
    """Rows of booleans (steps + 1, count): which parts are there after each step."""
    place = torch.empty(len(order), dtype=torch.long)
    place[torch.tensor(order, dtype=torch.long)] = torch.arange(len(order))
    gone = torch.arange(steps + 1) * len(order) / steps
    first = place[None, :] < gone[:, None]
    return ~first if taken else first


def _as_share(scores: Tensor, whole: Tensor, empty: Tensor) -> Tensor:
    return (scores - empty) / (whole - empty) if whole != empty else torch.zeros_like(scores)
