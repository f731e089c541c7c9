"""The tree of a network that was trained to have a small one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ...base import Context, Reveals
from ...errors import BadParameters
from ...models.tree_regularised import TreeLikeNetwork
from ..surrogates.surrogate_tree import Surrogate, SurrogateTree


@dataclass(frozen=True)
class TreeRegularised(SurrogateTree):
    """The decision tree that a tree-regularised network was kept close to, with its fidelity.

    The tree is fitted to the network's own answers and drawn as `surrogate-tree` draws it; because the
    network was trained with a penalty on such a tree's path length, a small one follows it well. Only
    models of the architecture tree-regularised have it.
    Source: Wu, Hughes, Parbhoo, Zazzi, Roth and Doshi-Velez (2018), "Beyond Sparsity: Tree
    Regularization of Deep Models for Interpretability".
    """

    depth: int = 4
    smallest_leaf: int = 25

    name: ClassVar[str] = "tree-regularised"
    source: ClassVar[str] = (
        "Wu, Hughes, Parbhoo, Zazzi, Roth and Doshi-Velez (2018), Beyond Sparsity: Tree Regularization of Deep "
        "Models for Interpretability, AAAI"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "global",
        "access": "model-specific",
        "form": "tree",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("table",)
    reveals_output: ClassVar[Reveals] = "partly"

    def fitted(self, context: Context) -> Surrogate:
        if not isinstance(context.model, TreeLikeNetwork):
            raise BadParameters(
                f"tree-regularised explains models of that architecture; this one is a "
                f"{type(context.model).__name__}. Allowed for it: surrogate-tree."
            )
        return super().fitted(context)
