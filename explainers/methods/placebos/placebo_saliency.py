"""Placebo: another item's saliency map."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from ...base import Case, Context, Explainer, Question, Reveals, Shown
from ...draws import shuffled
from ...errors import BadParameters
from ...rendering.base import Drawer
from ..gradients.saliency import Saliency

Costs = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class PlaceboSaliency(Explainer):
    """The saliency map of another item of the same stratum, drawn over this item.

    Within each value of the stratum `within`, the maps are dealt out anew so that each is shown once
    and none over its own item: the arm sees exactly the maps that the saliency arm sees, and they say
    nothing about the items they lie over. The donor differs in truth and output wherever it can.
    Source: the placebic explanations of Eiband, Buschek, Kremer and Hussmann (2019), "The Impact of
    Placebic Explanations on Trust in Intelligent Systems"; dealing them out anew is ours.
    """

    within: str = "pool"

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
    def parts(self) -> tuple[str, ...]:
        return Saliency().parts

    def normalisation(self, drawer: Drawer) -> str:
        return Saliency().normalisation(drawer)

    def explain(self, questions: Sequence[Question], context: Context) -> Iterator[tuple[Shown, ...]]:
        donors, saliency = self.donors(context), Saliency()
        for question in questions:
            donor = donors[question.case.item]
            relevance = saliency.relevance_of(replace(question, case=donor), context)
            shown = saliency.drawn(question.case, relevance, context)
            yield (replace(shown, source_item=donor.item, seed=context.seed),)

    def donors(self, context: Context) -> dict[str, Case]:
        """Whose map each item gets, by item."""
        strata: dict[str, list[Case]] = {}
        for case in context.cases:
            strata.setdefault(case.strata.get(self.within, ""), []).append(case)
        by_name = {case.item: case for case in context.cases}
        found: dict[str, Case] = {}
        for stratum, cases in strata.items():
            if len(cases) < 2:
                raise BadParameters(
                    f"placebo-saliency needs two items or more in {self.within} {stratum!r}; it has 1."
                )
            order = [case.item for case in shuffled(cases, context.seed, f"placebo {stratum}")]
            costs = {(a, b): _cost(by_name[a], by_name[b], context) for a in order for b in order}
            found |= {item: by_name[donor] for item, donor in deranged(order, costs).items()}
        return found


def deranged(order: Sequence[str], costs: Costs) -> dict[str, str]:
    """Deal the names out anew, none to itself: to each the next, then swapped while that lowers the cost."""
    dealt = {name: order[(place + 1) % len(order)] for place, name in enumerate(order)}
    while swap := _first_gain(dealt, order, costs):
        a, b = swap
        dealt[a], dealt[b] = dealt[b], dealt[a]
    return dealt


def _first_gain(dealt: Mapping[str, str], order: Sequence[str], costs: Costs) -> tuple[str, str] | None:
    for place, a in enumerate(order):
        for b in order[place + 1 :]:
            swapped = costs[a, dealt[b]] + costs[b, dealt[a]]
            if a != dealt[b] and b != dealt[a] and swapped < costs[a, dealt[a]] + costs[b, dealt[b]]:
                return a, b
    return None


def _cost(case: Case, donor: Case, context: Context) -> int:
    """How many of truth and output the two have in common."""
    own, other = context.predictions[case.item], context.predictions[donor.item]
    return len({case.truth, own.label} & {donor.truth, other.label})
