"""Attention as a map over an input's parts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from ...base import Context, MapExplainer, Reveals, Shown
from ...data.base import Case
from ...errors import BadParameters
from ...models.looking import undisturbed
from ...rendering.base import Drawer
from ...rendering.table import TableDrawer
from ...rendering.text import TextDrawer


@dataclass(frozen=True)
class AttentionMap(MapExplainer):
    """How much of the model's attention each token of a text, or field of a table's row, had.

    Relevance is what the model's own `attention(inputs)` gives: shares of the whole, not below zero, summing
    to 1 over an input's parts; the same for every target. It tells what the model drew upon, not which
    label that spoke for, and is no proof that other weights would have given another output (Jain and
    Wallace, 2019, "Attention is not Explanation"). The legend has therefore one end, `much`, and none
    that is for or against.
    Source: Bahdanau, Cho and Bengio (2015), "Neural Machine Translation by Jointly Learning to Align and
    Translate"; as an explanation, Wiegreffe and Pinter (2019), "Attention is not not Explanation".
    """

    much: str = "much attention"

    name: ClassVar[str] = "attention-map"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "Bahdanau, Cho and Bengio (2015), Neural Machine Translation by Jointly Learning to Align and Translate, "
        "ICLR; Wiegreffe and Pinter (2019), Attention is not not Explanation, EMNLP"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "intrinsic",
        "scope": "local",
        "access": "model-specific",
        "form": "relevance map",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("table", "text")
    reveals_output: ClassVar[Reveals] = "no"

    def attribute(self, model: nn.Module, inputs: Tensor, target: Tensor) -> Tensor:
        attention = getattr(model, "attention", None)
        if not callable(attention):
            raise BadParameters(
                f"attention-map needs a model with a method attention(inputs) that gives (N, parts); "
                f"{type(model).__name__} has none. Allowed here: text-attention, attention-over-features, or your own."
            )
        with undisturbed(model), torch.no_grad():
            shares: Tensor = attention(inputs)
        if shares.shape != inputs.shape:
            raise BadParameters(
                f"attention-map: the model's attention has the shape {tuple(shares.shape)} for inputs "
                f"{tuple(inputs.shape)}. Allowed: one share for each part of each input."
            )
        return shares

    def normalisation(self, drawer: Drawer) -> str:
        return super().normalisation(self._unsigned(drawer))

    def drawn(self, case: Case, relevance: Tensor, context: Context) -> Shown:
        return super().drawn(case, relevance, replace(context, drawer=self._unsigned(context.drawer)))

    def _unsigned(self, drawer: Drawer) -> Drawer:
        """The bundle's drawer with a legend that speaks of attention."""
        if isinstance(drawer, TableDrawer | TextDrawer):
            return replace(drawer, negative="magnitude", matters=self.much)
        return drawer
