"""Training examples that a unit responds to most."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ...base import EVERY_KIND, Context, Explainer, Question, Reveals, Shown
from ...errors import BadParameters
from ...rendering.base import Drawer
from .units import Over, of_unit, responses, strongest, unit_of


@dataclass(frozen=True)
class TopActivating(Explainer):
    """The training examples to which a unit of the network responds most, and on request those least.

    Parts are `reference-1` (the strongest) … and, with `least`, `contrast-1` (the weakest) …. The
    response of a unit over space or positions is their mean, or with `over: max` the largest. Of equal
    responses the earlier example comes first. How strong each is stands in its check `activation`.
    Source: Borowski et al. (2021), "Exemplary Natural Images Explain CNN Activations Better than
    State-of-the-Art Feature Visualization"; earlier Zeiler and Fergus (2014).
    """

    count: int = 4
    least: int = 0
    over: Over = "mean"
    caption: str = "The unit responds strongly to this"
    least_caption: str = "The unit responds weakly to this"

    name: ClassVar[str] = "top-activating"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Borowski, Zimmermann, Schepers, Geirhos, Wallis, Bethge and Brendel (2021), Exemplary Natural Images "
        "Explain CNN Activations Better than State-of-the-Art Feature Visualization, ICLR"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "global",
        "access": "model-specific",
        "form": "examples",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "no"
    item_kinds: ClassVar[tuple[str, ...]] = ("unit",)

    def __post_init__(self) -> None:
        if self.count < 1 or self.least < 0:
            given = f"count {self.count}, least {self.least}"
            raise BadParameters(f"top-activating: {given}. Allowed: count from 1, least from 0.")

    @property
    def parts(self) -> tuple[str, ...]:
        strong = (f"reference-{number}" for number in range(1, self.count + 1))
        weak = (f"contrast-{number}" for number in range(1, self.least + 1))
        return (*strong, *weak)

    def normalisation(self, drawer: Drawer) -> str:
        return "None: examples are drawn as items are."

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        inputs = context.data.train.inputs
        layers = (unit_of(question.case)[0] for question in questions)
        found = responses(context.model, layers, inputs, self.over)
        for question in questions:
            own = of_unit(found[unit_of(question.case)[0]], question.case)
            rows = [*strongest(own, self.count), *strongest(-own, self.least)]
            yield tuple(self._shown(place, row, own, context) for place, row in enumerate(rows))

    def _shown(self, place: int, row: int, found: Tensor, context: Context) -> Shown:
        data = context.data
        return Shown(
            part=self.parts[place],
            content=context.drawer.input(data.case(data.train, row), data),
            caption=self.caption if place < self.count else self.least_caption,
            alt=context.drawer.example_alt,
            source_item=f"train:{row}",
            checks={"activation": round(float(found[row]), 6)},
        )
