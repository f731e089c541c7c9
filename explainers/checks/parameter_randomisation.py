"""Do maps depend on what the model has learned? Its layers are randomised, one after the other and one by one."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import ClassVar

from torch import Tensor, nn

from ..base import Question
from ..bundle import Check
from ..models.shuffled_weights import layers_of, shuffle
from .asked import context_of, flat, is_placebo, limit_for, map_of, maps_of, questions_of, relevance
from .base import Measure, Subject, Work
from .scores import Score
from .similarity import rank_likeness, structural_similarity
from .verdicts import CORRELATION, judged

MODES = ("cascading", "independent")


@dataclass(frozen=True)
class ParameterRandomisation(Measure):
    """How alike each map is to that of the same model with weights shuffled, layer by layer from the output.

    Weights are shuffled within each tensor. In `cascading` mode ever more layers are randomised, in
    `independent` mode one at a time. Up to `budget.layers` layers, spread evenly, the first and last among
    them. The likeness is the mean over items of Spearman's correlation of the sizes of relevance and, for
    pictures, of structural similarity. A map that stays the same shows the input, not the model: passed
    where the rank correlation's mean over the cascade's steps is up to `at_most`. The mean, because a map
    may resist until the lowest layers are reached, as that of guided backpropagation does.
    Source: Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim (2018), "Sanity Checks for Saliency Maps",
    NeurIPS; shuffling instead of drawing anew keeps the sizes of the weights. The cut-off is ours.
    """

    at_most: float = 0.5
    seed: int = 0

    name: ClassVar[str] = "parameter-randomisation"

    def about(self, subject: Subject) -> Sequence[str]:
        return maps_of(subject) if layers_of(subject.context.model, 1) else []

    def work(self, subject: Subject) -> Work:
        count, layers = (
            len(questions_of(subject)),
            len(layers_of(subject.context.model, subject.budget.layers)),
        )
        return Work(shared=count, maps=2 * layers * count)

    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        layers = layers_of(subject.context.model, subject.budget.layers)
        questions = questions_of(subject)
        own = [flat(relevance(subject, question)) for question in questions]
        cascade: list[list[float]] = []
        for mode in MODES:
            model = copy.deepcopy(subject.context.model)
            for layer in layers:
                if mode == "independent":
                    model = copy.deepcopy(subject.context.model)
                shuffle(model.get_submodule(layer), self.seed, layer)
                twins = maps(subject, model, questions)
                ranks = [rank_likeness(a, b) for a, b in zip(own, twins, strict=True)]
                likeness = {"rank-correlation": ranks}
                if own[0].ndim == 2:
                    likeness["ssim"] = [structural_similarity(a, b) for a, b in zip(own, twins, strict=True)]
                for kind, values in likeness.items():
                    yield self._layer(subject, mode, layer, kind, values)
                if mode == "cascading":
                    cascade.append(ranks)
        means = [mean(values) for values in zip(*cascade, strict=True)]
        yield self._whole(subject, means, len(layers))
        for question, value in zip(questions, means, strict=True):
            where = (subject.explainer, subject.model.name, question.target, question.case.item)
            yield Score(*where, "randomised_rank_correlation", round(value, 4))

    def _layer(self, subject: Subject, mode: str, layer: str, kind: str, values: list[float]) -> Check:
        done = "it and all layers after it" if mode == "cascading" else "it alone"
        return Check(
            name=f"{mode}-randomisation {layer} {kind}",
            explainer=subject.explainer,
            model=subject.model.name,
            **judged(values, within=CORRELATION),
            meaning=(
                f"Mean over {len(values)} items of how alike maps stay with {layer} shuffled, {done}; 1 is the same."
            ),
        )

    def _whole(self, subject: Subject, values: list[float], layers: int) -> Check:
        return Check(
            name=self.name,
            explainer=subject.explainer,
            model=subject.model.name,
            **judged(values, at_most=limit_for(subject, self.at_most), within=CORRELATION),
            meaning=(
                f"Mean rank correlation over {len(values)} items between maps for the model and for the same model "
                f"with its last layer shuffled, its last two, and so on to {layers} (Adebayo et al. 2018). "
                + (
                    "It is a placebo and need not pass."
                    if is_placebo(subject)
                    else f"Passed up to {self.at_most}: above, the map "
                    "hardly depends on what the model has learned."
                )
            ),
        )


def maps(subject: Subject, model: nn.Module, questions: Sequence[Question]) -> list[Tensor]:
    """Sizes of relevance for each question, for that model, about the output that the bundle explains."""
    context, explainer = context_of(subject, model), map_of(subject)
    return [flat(explainer.relevance_of(question, context)) for question in questions]
