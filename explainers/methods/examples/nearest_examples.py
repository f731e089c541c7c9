"""Nearest training examples in the model's latent space."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...data.base import Data
from ...errors import BadParameters
from ...rendering.base import Drawer
from ..wrapping import tell
from .selection import codes_of, example, nearest, told_truth, with_access, with_article


@dataclass(frozen=True)
class NearestExamples(Explainer):
    """The training examples that the model places nearest to the item, with their true labels.

    Distance is Euclidean in the output of `layer` (flattened); with an empty name, between the inputs
    (see `InputSpace`). Of equal distances the earlier example comes first. A training example that is
    asked about is not among its own neighbours. The label is the example's truth, not the model's
    output for it.
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

    def __post_init__(self) -> None:
        if self.count < 1:
            raise BadParameters(f"nearest-examples: count is {self.count}. Allowed: 1 or more.")
        tell(self, taxonomy=with_access(self.taxonomy, self.layer))

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(f"example-{number}" for number in range(1, self.count + 1))

    def normalisation(self, drawer: Drawer) -> str:
        return "None: examples are drawn as items are."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        model, data = context.model, context.data
        codes = codes_of(model, data, data.train.inputs, self.layer)
        for question in questions:
            own = codes_of(model, data, question.case.input.unsqueeze(0), self.layer)
            rows, distances = nearest(codes, own, self.count + 1)
            others = [
                (row, distance)
                for row, distance in zip(rows.tolist(), distances.tolist(), strict=True)
                if f"train:{row}" != question.case.example
            ]
            found = zip(self.parts, others[: self.count], strict=True)
            yield tuple(_shown(context, part, *other) for part, other in found)


def _shown(context: Context, part: str, row: int, distance: float) -> Shown:
    truth = told_truth(context.data, row)
    return example(context, part, row, _caption(context.data, truth), {"latent_distance": distance})


def _caption(data: Data, truth: str) -> str:
    """What is in a picture is called by a noun, A 4; other labels may be any words, or a number."""
    if data.kind == "image" and data.labels:
        return with_article(truth)
    return f"{'A past text' if data.kind == 'text' else 'A past case'}: {truth}"
