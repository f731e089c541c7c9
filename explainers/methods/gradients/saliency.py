"""Gradient saliency."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from ...base import MapExplainer, Reveals
from ...models.looking import input_gradient


@dataclass(frozen=True)
class Saliency(MapExplainer):
    """Size of the gradient of the target's logit with respect to each input value.

    Relevance is |d logit / d input|, in logits per unit of input, not below zero; the largest over
    the channels is given to each of them, as in the paper.
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
    data_kinds: ClassVar[tuple[str, ...]] = ("image",)
    reveals_output: ClassVar[Reveals] = "no"

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        size = input_gradient(model, inputs, target).abs()
        return size.amax(dim=1, keepdim=True).expand_as(size).clone()
