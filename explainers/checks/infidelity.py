"""Do relevances foretell what happens to the output when parts are taken away?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..base import Context, Question
from ..bundle import Check
from ..methods.perturbation.parts import Parts
from .asked import context_of, has_sign, limit_for, maps_of, questions_of
from .base import Measure, Subject, Work
from .in_parts import in_parts
from .scores import Score
from .verdicts import FROM_ZERO, judged


@dataclass(frozen=True)
class Infidelity(Measure):
    """Mean squared gap between the relevance of what was taken away and the fall of the output.

    `budget.draws` sets of parts are drawn for each item, each part with probability `share`. Relevance is
    scaled by the factor that fits best, and the gap is divided by the mean square of the falls: 0 is foretold
    exactly, 1 no better than nothing. NaN never: an output that does not move has 0, and an input without
    parts, such as an empty text, is left out.

    Not possible for relevance without a sign, of which no value is below zero in any of the maps: it says how much a
    part matters, not whether the output falls or rises without it, and no factor mends that. What it would be
    measured by is how many parts are gone, which a placebo that is drawn from the same values foretells as well.
    Source: Yeh, Hsieh, Suggala, Inouye and Ravikumar (2019), "On the (In)fidelity and Sensitivity of
    Explanations", NeurIPS, and their code, which measures signed gradients (times the input where parts are
    blackened) and scales each explanation by E[told · fall] / E[told²]. That the factor is not below zero, so that a
    map with its signs turned is wrong, dividing by the falls, so that models can be compared, and the cut-off
    are ours.
    """

    share: float = 0.2
    at_most: float = 0.98

    name: ClassVar[str] = "infidelity"

    def about(self, subject: Subject) -> Sequence[str]:
        return maps_of(subject)

    def work(self, subject: Subject) -> Work:
        count = len(questions_of(subject))
        return Work(shared=count, passes=count * (subject.budget.draws + 1))

    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        context, found = context_of(subject), []
        if not has_sign(subject):
            return
        for question, parts, values in in_parts(subject, "black"):
            found.append(self._gap(subject, question, parts, values.double(), context))
            where = (subject.explainer, subject.model.name, question.target, question.case.item)
            yield Score(*where, self.name, round(found[-1], 4))
        if not found:
            return
        yield Check(
            name=self.name,
            explainer=subject.explainer,
            model=subject.model.name,
            **judged(found, at_most=limit_for(subject, self.at_most), within=FROM_ZERO),
            meaning=(
                f"Mean over {len(found)} items of how badly relevance foretells the output's fall when parts are "
                f"taken away (Yeh et al. 2019): 0 exactly, 1 not at all; passed up to {self.at_most}."
            ),
        )

    def _gap(
        self, subject: Subject, question: Question, parts: Parts, values: Tensor, context: Context
    ) -> float:
        generator = torch.Generator().manual_seed(question.seed)
        gone = torch.rand(subject.budget.draws, parts.count, generator=generator) < self.share
        kept = torch.cat([torch.ones(1, parts.count, dtype=torch.bool), ~gone]).to(values.device)
        scores = parts.scores(context.model, kept, context.index_of(question.case, question.target))
        falls = scores[0] - scores[1:]
        told = (~kept[1:]).double() @ values
        if not float(falls.square().mean()):
            return 0.0
        scale = float((told * falls).sum() / told.square().sum()) if float(told.square().sum()) else 0.0
        return float((max(scale, 0.0) * told - falls).square().mean() / falls.square().mean())
