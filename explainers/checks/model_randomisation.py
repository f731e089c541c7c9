"""Do maps depend on what the model has learned?"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import ClassVar

import torch
from torch import nn

from ..base import MapExplainer, Question
from ..bundle import Check
from ..draws import shuffled
from .base import Measure, Subject, rank_correlation


@dataclass(frozen=True)
class ModelRandomisation(Measure):
    """Mean rank correlation of each item's map with its map for a model whose weights were shuffled.

    Weights are shuffled within each tensor, in all layers. A map that stays the same shows the
    picture, not the model.
    Source: Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim (2018), "Sanity Checks for Saliency
    Maps", NeurIPS; shuffling instead of drawing anew keeps the sizes of the weights.
    """

    at_most: float = 0.7
    seed: int = 0

    name: ClassVar[str] = "model-randomisation"

    def about(self, subject: Subject) -> Sequence[str]:
        return [name for name, method in subject.explainers.items() if isinstance(method, MapExplainer)]

    def measure(self, subject: Subject) -> Iterator[Check]:
        context, explainer = subject.context, subject.method
        if not isinstance(explainer, MapExplainer):
            return
        randomised = replace(context, model=with_shuffled_weights(context.model, self.seed))
        value = mean(
            rank_correlation(
                explainer.relevance_of(Question(case), context),
                explainer.relevance_of(Question(case), randomised),
            )
            for case in context.cases
        )
        yield Check(
            name=self.name,
            explainer=subject.explainer,
            model=subject.model.name,
            value=round(value, 4),
            passed=value <= self.at_most,
            meaning=(
                f"Mean rank correlation over {len(context.cases)} items between maps for the model and "
                "for the same model with its weights shuffled (Adebayo et al. 2018); "
                f"passed up to {self.at_most}."
            ),
        )


def with_shuffled_weights(model: nn.Module, seed: int) -> nn.Module:
    """A copy whose every weight tensor holds the same numbers in a drawn order."""
    other = copy.deepcopy(model)
    with torch.no_grad():
        for name, weights in other.named_parameters():
            order = shuffled(range(weights.numel()), seed, f"weights {name}")
            weights.copy_(weights.flatten()[torch.tensor(order)].reshape(weights.shape))
    return other
