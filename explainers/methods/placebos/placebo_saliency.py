"""Placebo: another item's saliency map."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ...base import Explainer, Reveals
from ...rendering.base import Drawer
from ..gradients.saliency import Saliency
from .other_item import DealtOut


@dataclass(frozen=True)
class PlaceboSaliency(DealtOut):
    """The saliency map of another item of the same stratum, drawn over this item.

    It is `other-item` with the method saliency, under the name that published bundles have.
    Source: the placebic explanations of Eiband, Buschek, Kremer and Hussmann (2019), "The Impact of
    Placebic Explanations on Trust in Intelligent Systems"; dealing them out anew is ours.
    """

    name: ClassVar[str] = "placebo-saliency"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "After Eiband, Buschek, Kremer and Hussmann (2019), The Impact of Placebic Explanations on Trust in "
        "Intelligent Systems, CHI Extended Abstracts"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "placebo",
    }
    data_kinds: ClassVar[tuple[str, ...]] = Saliency.data_kinds
    reveals_output: ClassVar[Reveals] = "no"
    is_random: ClassVar[bool] = True

    @property
    def wrapped(self) -> Explainer:
        return Saliency()

    @property
    def parts(self) -> tuple[str, ...]:
        return Saliency().parts

    def normalisation(self, drawer: Drawer) -> str:
        return Saliency().normalisation(drawer)
