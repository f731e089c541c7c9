"""Maps that are drawn at random: each item has its own seed, and the stimulus tells it."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from torch import Tensor

from ...base import Context, MapExplainer, Question, Shown


@dataclass(frozen=True, eq=False)
class Found:
    """Relevance of one input, of its shape, and numbers that travel with the stimulus."""

    relevance: Tensor
    checks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class SeededMapExplainer(MapExplainer):
    """A map that hangs on the question's seed: the same seed gives the same bytes, whatever else is asked."""

    is_random: ClassVar[bool] = True

    @abstractmethod
    def found(self, question: Question, context: Context) -> Found:
        """Relevance of one case's input, with its checks."""

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            found = self.found(question, context)
            shown = self.drawn(question.case, found.relevance, context)
            yield (replace(shown, seed=question.seed, checks=found.checks),)

    def relevance_of(self, question: Question, context: Context) -> Tensor:
        return self.found(question, context).relevance
