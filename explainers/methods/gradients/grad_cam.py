"""Grad-CAM."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import MapExplainer, Reveals
from ...errors import BadParameters
from ...models.looking import captured, chosen_sum, entered, outputs_from, undisturbed


@dataclass(frozen=True)
class GradCam(MapExplainer):
    """Activations of a convolutional layer, weighted by how much each channel raises the target's logit.

    A channel's weight is the mean over space of the gradient of the logit with respect to it; the
    weighted sum, cut at zero, is enlarged bilinearly to the input's size. Relevance is in logits,
    not below zero; where no place speaks for the target it is zero everywhere, and drawn so. `layer` is
    the name of a module with outputs (N, K, h, w) that runs once; empty means the last convolution.
    Source: Selvaraju et al. (2017), "Grad-CAM".
    """

    layer: str = ""

    name: ClassVar[str] = "grad-cam"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Selvaraju, Cogswell, Das, Vedantam, Parikh and Batra (2017), Grad-CAM: Visual Explanations from "
        "Deep Networks via Gradient-Based Localization, ICCV"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "relevance map",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("image",)
    reveals_output: ClassVar[Reveals] = "partly"  # where the target's evidence lies tells which target

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        layer = self.layer or last_convolution(model)
        with undisturbed(model), torch.enable_grad(), captured(model, layer) as seen:
            # a watched input makes the layer part of a graph even where no weight asks for gradients
            watched = entered(model, inputs).clone().requires_grad_()
            chosen = chosen_sum(outputs_from(model, watched.clone()), target)
            activations = _only(seen, layer)
            gradient = torch.autograd.grad(chosen, activations, materialize_grads=True)[0]
        weights = gradient.mean(dim=(2, 3), keepdim=True)
        coarse = (weights * activations.detach()).sum(dim=1, keepdim=True).relu()
        fine = nn.functional.interpolate(coarse, inputs.shape[2:], mode="bilinear", align_corners=False)
        return fine.expand_as(inputs).clone()


def _only(seen: list[Tensor], layer: str) -> Tensor:
    """What the layer put out in its one pass: (N, K, h, w)."""
    if len(seen) != 1:
        raise BadParameters(
            f'Layer "{layer}" ran {len(seen)} times in one pass. Allowed: one that runs once.'
        )
    if seen[0].ndim != 4:
        shape = tuple(seen[0].shape)
        raise BadParameters(f'Layer "{layer}" puts out shape {shape}. Allowed: maps, (N, K, h, w).')
    return seen[0]


def last_convolution(model: nn.Module) -> str:
    """Name of the model's last convolution over two dimensions."""
    names = [name for name, module in model.named_modules() if isinstance(module, nn.Conv2d)]
    if not names:
        raise BadParameters(
            "grad-cam needs a model with a convolution. Allowed: such a model, or the name of a layer of maps."
        )
    return names[-1]
