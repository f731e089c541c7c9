"""What a concept bottleneck says about an item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...models.concept_bottleneck import bottleneck_of, concept_values
from ...rendering import parts
from ...rendering.base import Drawer


@dataclass(frozen=True)
class ConceptBottleneck(Explainer):
    """The concepts that the model saw in the item, and what each adds to the explained output.

    A row tells the concept, how far the model thinks it is there, in percent, and its contribution:
    weight × (value − mean value over the training examples). Of labels the weight is that of the
    explained label minus the mean over all labels, which changes no output. Contributions add up to the
    change of the (so centred) output from an item with usual concepts. Concepts keep their order.
    Source: Koh, Nguyen, Tang, Mussmann, Pierson, Kim and Liang (2020), "Concept Bottleneck Models".
    """

    headings: tuple[str, str, str] = ("The model looks for", "It is there", "This adds")

    name: ClassVar[str] = "concept-bottleneck"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Koh, Nguyen, Tang, Mussmann, Pierson, Kim and Liang (2020), Concept Bottleneck Models, ICML"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "local",
        "access": "model-specific",
        "form": "concepts",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"

    @property
    def parts(self) -> tuple[str, ...]:
        return ("concepts",)

    def normalisation(self, drawer: Drawer) -> str:
        return "Each explanation by itself: the largest contribution, for or against, is a full bar."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        names = bottleneck_of(context.model).names
        for question in questions:
            index = context.index_of(question.case, question.target)
            inputs = question.case.input.unsqueeze(0)
            values = concept_values(context.model, inputs)[0]
            adds = contributions(context.model, inputs, torch.tensor([index], device=inputs.device))[0]
            yield (
                Shown(
                    part="concepts",
                    content=self._table(names, values.tolist(), adds.tolist()),
                    caption="What the model saw, and what it made of it",
                    alt="A table of what the model saw",
                    checks={"contributions": round(float(adds.sum()), 6)},
                ),
            )

    def _table(self, names: Sequence[str], values: Sequence[float], adds: Sequence[float]) -> bytes:
        largest = max(map(abs, adds)) or 1.0
        rows = [
            [name, f"{100 * value:.0f} %", _signed(add)]
            for name, value, add in zip(names, values, adds, strict=True)
        ]
        bars = [(None, None, add / largest) for add in adds]
        return parts.table(self.headings, rows, emphasis=bars, scale=("speaks against", "speaks for"))


def _signed(number: float) -> str:
    """One decimal with its sign, 0.0 without."""
    return f"{number:+.1f}".replace("-", "−") if round(number, 1) else "0.0"


def contributions(model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
    """What each concept adds to the target output of inputs (N, …) against its usual value: (N, C)."""
    bottleneck = bottleneck_of(model)
    weights = bottleneck.outputs.weight.detach()
    if len(weights) > 1:
        weights = weights - weights.mean(dim=0)
    return weights[target] * (concept_values(model, inputs) - bottleneck.usual)
