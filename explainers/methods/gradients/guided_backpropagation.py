"""Guided backpropagation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import EVERY_KIND, Context, Question, Reveals
from ...errors import BadParameters
from ...models.looking import chosen_sum, entered, outputs_from, to_parts, undisturbed
from ...models.rectifiers import guided, with_slope
from ...models.staged import Staged
from .sizes import SizeExplainer, sizes


@dataclass(frozen=True)
class GuidedBackpropagation(SizeExplainer):
    """The gradient of the target's output, of which each ReLU lets through only what is above zero.

    Relevance is in units of the output per unit of input; of a table or a text it is the size, added up
    for each field or token, and what is drawn is the size for every kind. ReLU and ReLU6 are found
    however they are written; a model without any, or with another rectifier, is refused, because its
    map would be the plain gradient under another name.
    It shows edges of the picture and little of what the model has learned: the checks say so.
    Source: Springenberg, Dosovitskiy, Brox and Riedmiller (2015), "Striving for Simplicity"; on what it
    fails to show, Nie, Zhang and Patel (2018) and Adebayo et al. (2018).
    """

    name: ClassVar[str] = "guided-backpropagation"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Springenberg, Dosovitskiy, Brox and Riedmiller (2015), Striving for Simplicity: The All "
        "Convolutional Net, ICLR Workshop"
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
        gradient = guided_gradient(model, entered(model, inputs), target)
        return to_parts(model, gradient.abs()) if isinstance(model, Staged) else gradient

    def relevance_of(self, question: Question, context: Context) -> Tensor:
        points = entered(context.model, question.case.input.unsqueeze(0))
        target = torch.tensor([context.index_of(question.case, question.target)], device=points.device)
        return sizes(context.model, guided_gradient(context.model, points, target)).squeeze(0)


def guided_gradient(model: nn.Module, points: Tensor, target: Tensor) -> Tensor:
    """Guided gradient of each row's target output at what `entered` gave; of its shape, with its sign.

    Raises
    ------
    BadParameters : the model has no ReLU, or a rectifier that is none; the message names the layer.
    """
    with undisturbed(model), torch.enable_grad(), with_slope(model, guided) as rectifiers:
        watched = points.detach().clone().requires_grad_()
        chosen = chosen_sum(outputs_from(model, watched.clone()), target)
    if not rectifiers.met:
        raise BadParameters(
            "guided-backpropagation: the model runs no ReLU. Allowed: networks with ReLU or ReLU6."
        )
    return torch.autograd.grad(chosen, watched)[0]
