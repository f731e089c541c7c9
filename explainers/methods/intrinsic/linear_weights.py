"""The weights of a linear model, as a picture or a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch

from ...base import EVERY_KIND, Case, Context, Explainer, Question, Reveals, Shown
from ...errors import BadParameters
from ...models.looking import entered
from ...rendering.base import Drawer
from ..asked import index_or_own
from ..wrapping import tell
from .linear_lines import of_fields, of_row, of_text, of_words, require_linear, slope, table


@dataclass(frozen=True)
class LinearWeights(Explainer):
    """What each part of an input adds to a linear model's output.

    Of a number, the weights in its own unit: so much for each unit more, so much for a level instead of
    the first. Of labels, points: the target label's logit weights minus the mean of all labels', which
    changes no output; the label with the most points is the answer. A picture is shown as the weight
    of each pixel; a table as its fields' weights; a text as the `words` words with the largest weights.
    With `sums` the item's own values or words are shown with what they add, and the total, which
    reveals the output. A label is named only where the target is `class:LABEL`, the same for all items.
    Source: Poursabzi-Sangdeh, Goldstein, Hofman, Wortman Vaughan and Wallach (2021), "Manipulating and
    Measuring Model Interpretability".
    """

    sums: bool = False
    words: int = 12

    name: ClassVar[str] = "linear-weights"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Poursabzi-Sangdeh, Goldstein, Hofman, Wortman Vaughan and Wallach (2021), Manipulating and Measuring "
        "Model Interpretability, CHI"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "global",
        "access": "model-specific",
        "form": "weights",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"  # of labels, the target's weights are shown

    def __post_init__(self) -> None:
        if self.words < 1:
            raise BadParameters(f"linear-weights: words is {self.words}. Allowed: 1 or more.")
        if self.sums:
            tell(self, reveals_output="yes", taxonomy=dict(self.taxonomy) | {"scope": "local"})

    @property
    def parts(self) -> tuple[str, ...]:
        return ("weights",)

    def normalisation(self, drawer: Drawer) -> str:
        if drawer.kind == "image":
            return drawer.normalisation
        bars = (
            "what it adds here" if self.sums else "its weight times how far its values lie apart in training"
        )
        return f"Weights are told as they are; a row's bar is {bars}, the largest a full bar."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        require_linear(context.model, context.data)
        for question in questions:
            index = index_or_own(question, context)
            yield (
                Shown(
                    part="weights",
                    content=self._content(question, index, context),
                    caption="What counts, and how much",
                    alt="What counts for the model, and how much",
                ),
            )

    def _content(self, question: Question, index: int, context: Context) -> bytes:
        case, model, data = question.case, context.model, context.data
        if data.kind == "image":
            return self._picture(case, index, context)
        adds = f"{'Adds' if self.sums else 'Each one adds'}{_to(question, context)}"
        if self.sums and data.kind == "table":
            return table(of_row(model, data, index, case.input), data, ("Feature", "Here", adds))
        if self.sums:
            lines = of_text(model, data, index, case.input, case.words, self.words)
            return table(lines, data, ("Word", adds))
        if data.kind == "table":
            return table(of_fields(model, data, index), data, ("Feature", adds))
        return table(of_words(model, data, index, self.words), data, ("Word", adds))

    def _picture(self, case: Case, index: int, context: Context) -> bytes:
        """The weights on black; with `sums` what each pixel adds, over the picture."""
        weights = slope(context.model, entered(context.model, case.input[None]), index)[0]
        if weights.shape != case.input.shape:
            raise BadParameters(
                "linear-weights needs a model that is linear in the picture's pixels; this one is so in what "
                "its entry makes of them. Allowed: a model without an entry."
            )
        if self.sums:
            return context.drawer.relevance(case, weights * case.input, context.data)
        black = replace(case, input=torch.zeros_like(case.input))
        return context.drawer.relevance(black, weights, context.data)


def _to(question: Question, context: Context) -> str:
    """What points are added to: the label that was asked for by its name, the model's answer without it."""
    if not context.data.labels:
        return ""
    label = question.target.removeprefix("class:")
    return f" to “{label}”" if label != question.target else " to its answer"
