"""Which cases an explainer of a recipe is asked about."""

from collections.abc import Sequence

from .base import Explainer
from .data.base import Case
from .recipe.schema import ExplainerUse


def asked_of(use: ExplainerUse, explainer: Explainer, cases: Sequence[Case]) -> list[Case]:
    """The cases of the kinds that an explainer explains, in the pools that the recipe names for it."""
    return [
        case
        for case in cases
        if case.kind in explainer.item_kinds and (not use.pools or case.strata.get("pool") in use.pools)
    ]
