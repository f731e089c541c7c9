"""Maps of sizes of gradients."""

from dataclasses import dataclass, replace

from torch import Tensor, nn

from ...base import Context, MapExplainer, Shown
from ...data.base import Case
from ...models.looking import to_parts
from ...models.staged import Staged
from ...rendering.base import Drawer
from ...rendering.table import TableDrawer
from ...rendering.text import TextDrawer


@dataclass(frozen=True)
class SizeExplainer(MapExplainer):
    """A map that says how much a part matters, not for or against what: its legend has one end."""

    def normalisation(self, drawer: Drawer) -> str:
        return super().normalisation(_unsigned(drawer))

    def drawn(self, case: Case, relevance: Tensor, context: Context) -> Shown:
        return super().drawn(case, relevance, replace(context, drawer=_unsigned(context.drawer)))


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


def _unsigned(drawer: Drawer) -> Drawer:
    if isinstance(drawer, TableDrawer | TextDrawer):
        return replace(drawer, negative="magnitude")
    return drawer
