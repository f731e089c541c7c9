"""Gradient × input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from ...base import EVERY_KIND, MapExplainer, Reveals
from ...models.looking import entered, input_gradient, to_parts


@dataclass(frozen=True)
class GradientTimesInput(MapExplainer):
    """The gradient of the target's output, times the input.

    Relevance is in units of the output, above zero where it speaks for the target. For a linear model
    it is weight × value and adds up to the output without its constant. Of a table or a text both are
    taken at what the model's entry makes of it: a standardised number counts by its distance from the
    training mean, a token by its embedding.
    Source: Shrikumar, Greenside, Shcherbina and Kundaje (2016), "Not Just a Black Box".
    """

    name: ClassVar[str] = "gradient-x-input"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Shrikumar, Greenside, Shcherbina and Kundaje (2016), Not Just a Black Box: Learning Important "
        "Features Through Propagating Activation Differences, arXiv:1605.01713"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "relevance map",
    }
    data_kinds: ClassVar[tuple[str, ...]] = EVERY_KIND
    reveals_output: ClassVar[Reveals] = "partly"  # where the target's evidence lies tells which target

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        points = entered(model, inputs)
        return to_parts(model, input_gradient(model, points, target) * points)
