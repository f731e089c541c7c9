"""What a check is given and gives."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from torch import nn

from ..base import Context, Explainer
from ..bundle import Check
from ..recipe.schema import Budget, ExplainerUse, Model
from .relevances import Relevances
from .scores import Score


class Work(NamedTuple):
    """What a check costs: how many of each are computed.

    `shared` maps are relevance of the unchanged model, which all checks ask for and the first one makes; `maps` are
    those that the check makes for itself, of other models or inputs.
    """

    explanations: int = 0  # with all their parts, drawn
    shared: int = 0
    maps: int = 0
    passes: int = 0  # inputs that go through the model beside explanations


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
    permuted: nn.Module | None = None  # the same model trained on permuted labels, where there is one
    relevances: Relevances = field(default_factory=Relevances)  # what other checks have asked before

    @property
    def use(self) -> ExplainerUse:
        """How the recipe uses the explainer that is asked about."""
        return self.uses[self.explainer]

    @property
    def method(self) -> Explainer:
        """The explainer that is asked about."""
        return self.explainers[self.explainer]


@dataclass(frozen=True)
class Measure(ABC):
    """A check. Its dataclass fields are its parameters.

    The cut-offs among them (`at_most`, `at_least`, `margin`) are ours: the papers give measures, not values from
    which an explanation is bad. A recipe can set others.
    """

    name: ClassVar[str]

    @abstractmethod
    def about(self, subject: Subject) -> Sequence[str]:
        """Names of the explainers that it is measured for, each by itself; [""] for the model alone."""

    def work(self, subject: Subject) -> "Work":
        """How much there is to do about `subject.explainer`, for the estimate that is printed first."""
        return Work()

    @abstractmethod
    def measure(self, subject: Subject) -> Iterator[Check | Score]:
        """What was found about `subject.explainer`: a check of the whole, scores of single explanations."""
