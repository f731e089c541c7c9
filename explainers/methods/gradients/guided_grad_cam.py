"""Guided Grad-CAM."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn

from ...base import MapExplainer, Reveals
from ...models.looking import entered
from .grad_cam import GradCam
from .guided_backpropagation import guided_gradient


@dataclass(frozen=True)
class GuidedGradCam(MapExplainer):
    """Guided backpropagation, times the Grad-CAM of the same output.

    Relevance has the sign of guided backpropagation; it is zero where Grad-CAM is. `layer` is as for
    Grad-CAM: empty means the last convolution.
    Source: Selvaraju et al. (2017), "Grad-CAM".
    """

    layer: str = ""

    name: ClassVar[str] = "guided-grad-cam"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = GradCam.source
    taxonomy: ClassVar[Mapping[str, str]] = GradCam.taxonomy
    data_kinds: ClassVar[tuple[str, ...]] = ("image",)
    reveals_output: ClassVar[Reveals] = "partly"  # where the target's evidence lies tells which target

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        where = GradCam(self.layer).attribute(model, inputs, target)
        return where * guided_gradient(model, entered(model, inputs), target)
