"""What a check is given and gives."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from ..base import Context, Explainer
from ..bundle import Check
from ..recipe.schema import Budget, ExplainerUse, Model


class Score(NamedTuple):
    """One number about one explanation; it stands with its stimuli and travels to the analysis."""

    explainer: str
    model: str
    target: str
    item: str
    name: str
    value: float


@dataclass(frozen=True, eq=False)
class Subject:
    """One model of the bundle with all that explains it; `explainer` is the one that is asked about."""

    model: Model
    quality: Mapping[str, float]  # as its card tells it
    context: Context
    uses: Mapping[str, ExplainerUse]  # by name in the bundle
    explainers: Mapping[str, Explainer]  # by name in the bundle
    explainer: str
    budget: Budget

    @property
    def method(self) -> Explainer:
        """The explainer that is asked about."""
        return self.explainers[self.explainer]


@dataclass(frozen=True)
class Measure(ABC):
    """A check. Its dataclass fields are its parameters."""

    name: ClassVar[str]

    @abstractmethod
    def about(self, subject: Subject) -> Sequence[str]:
        """Names of the explainers that it is measured for, each by itself; [""] for the model alone."""

    @abstractmethod
    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        """What was found about `subject.explainer`: a check of the whole, scores of single explanations."""


def rank_correlation(one: Tensor, other: Tensor) -> float:
    """Spearman's correlation of two maps of equal shape; 0 where one of them is constant.

    Source: Spearman (1904); ties get their mean rank.
    """
    first, second = _ranks(one.flatten()), _ranks(other.flatten())
    first, second = first - first.mean(), second - second.mean()
    scale = first.norm() * second.norm()
    return float((first * second).sum() / scale) if scale > 0 else 0.0


def _ranks(values: Tensor) -> Tensor:
    _, place, counts = torch.unique(values, sorted=True, return_inverse=True, return_counts=True)
    last = counts.cumsum(0).double()
    return (last - (counts.double() - 1) / 2)[place]
