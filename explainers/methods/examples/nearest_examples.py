"""Nearest training examples in the model's latent space."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...models.looking import layer_outputs
from ...rendering.base import Drawer


@dataclass(frozen=True)
class NearestExamples(Explainer):
    """The training examples that the model places nearest to the item, with their true labels.

    Distance is Euclidean in the output of `layer` (flattened); of equal distances the earlier example
    comes first. The label is the example's truth, not the model's output for it.
    Source: Caruana, Kangarloo, Dionisio, Sinha and Johnson (1999), "Case-based explanation of
    non-case-based learning methods"; for latent spaces of networks, Papernot and McDaniel (2018),
    "Deep k-Nearest Neighbors".
    """

    layer: str
    count: int = 3

    name: ClassVar[str] = "nearest-examples"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Caruana, Kangarloo, Dionisio, Sinha and Johnson (1999), Case-based explanation of non-case-based "
        "learning methods, AMIA; Papernot and McDaniel (2018), Deep k-Nearest Neighbors"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "examples",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"  # neighbours mostly bear the label that the model says

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(f"example-{number}" for number in range(1, self.count + 1))

    def normalisation(self, drawer: Drawer) -> str:
        return "None: examples are drawn as items are."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        codes = layer_outputs(context.model, self.layer, context.data.train.inputs)
        for question in questions:
            own = layer_outputs(context.model, self.layer, question.case.input.unsqueeze(0))
            numbers, distances = nearest(codes, own, self.count)
            rows = zip(self.parts, numbers.tolist(), distances.tolist(), strict=True)
            yield tuple(_shown(context, part, row, distance) for part, row, distance in rows)


def nearest(codes: Tensor, own: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Row numbers and distances of the `count` rows of codes (N, D) nearest to own (1, D), nearest first."""
    distances = (codes - own).square().sum(dim=1).sqrt()
    order = torch.sort(distances, stable=True).indices[:count]
    return order, distances[order]


def with_article(label: str) -> str:
    """A 4, An 8, An owl."""
    spoken_with_vowel = label[:1].lower() in set("aeio8") or label in ("11", "18")
    return f"{'An' if spoken_with_vowel else 'A'} {label}"


def _shown(context: Context, part: str, row: int, distance: float) -> Shown:
    data = context.data
    case = data.case(data.train, row)
    return Shown(
        part=part,
        content=context.drawer.input(case, data),
        caption=with_article(case.truth),
        alt=context.drawer.example_alt,
        source_item=f"train:{row}",
        checks={"latent_distance": round(distance, 6)},
    )
