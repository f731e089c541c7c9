"""From gradients to sizes that can be drawn."""

from torch import Tensor, nn

from ...models.looking import to_parts
from ...models.staged import Staged


def sizes(model: nn.Module, gradient: Tensor) -> Tensor:
    """Sizes of gradients at what `entered` gave, in the inputs' shape, not below zero.

    A picture's channels (N, C, H, W) all get the largest of them; columns or numbers of an embedding
    that belong to one part of the input are added up.
    """
    if isinstance(model, Staged):
        return to_parts(model, gradient.abs())
    if gradient.ndim == 4:
        return gradient.abs().amax(dim=1, keepdim=True).expand_as(gradient).clone()
    return gradient.abs()
