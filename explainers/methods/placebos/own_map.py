"""What the placebos that are made of the item's own question have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from ...base import Context, MapExplainer, Question, Shown
from ...rendering.base import Drawer
from ..wrapping import Wrapping, tell


@dataclass(frozen=True, kw_only=True)
class OwnMapPlacebo(Wrapping, MapExplainer):
    """A placebo whose map still hangs on the output that is explained, as that of the wrapped explainer does.

    Numbers that only change places keep their sum, their signs and their sizes; a model that has learned
    nothing still has a map for each label. So such a placebo reveals as much of the output as the wrapped
    explainer says of itself: `no` only where that one does. For a control that tells nothing, `other-item`.
    """

    is_random: ClassVar[bool] = True
    needs_a_map: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        tell(self, reveals_output=self.wrapped.reveals_output)

    def normalisation(self, drawer: Drawer) -> str:
        return self.wrapped.normalisation(drawer)

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        for question in questions:
            shown = self.of_map.drawn(question.case, self.relevance_of(question, context), context)
            yield (replace(shown, seed=question.seed),)
