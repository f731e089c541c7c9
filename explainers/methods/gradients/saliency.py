"""Gradient saliency."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from ...base import EVERY_KIND, Reveals
from ...models.looking import entered, input_gradient
from .sizes import SizeExplainer, sizes


@dataclass(frozen=True)
class Saliency(SizeExplainer):
    """Size of the gradient of the target's output with respect to each input value.

    Relevance is |d output / d input|, in units of the output per unit of input, not below zero. Of a
    picture the largest over the channels is given to each of them, as in the paper. Of a table or a
    text the gradient is taken at what the model's entry makes of it (a standardised number, a column
    of a level, an embedding), and the sizes are added up for each field or token.
    Source: Simonyan, Vedaldi and Zisserman (2014), "Deep Inside Convolutional Networks".
    """

    name: ClassVar[str] = "saliency"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Simonyan, Vedaldi and Zisserman (2014), Deep Inside Convolutional Networks: Visualising Image "
        "Classification Models and Saliency Maps, ICLR Workshop"
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
        return sizes(model, input_gradient(model, entered(model, inputs), target))
