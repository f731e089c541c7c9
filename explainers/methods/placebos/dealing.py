"""Dealing explanations out anew: each is shown once, and none over its own item."""

from collections.abc import Mapping, Sequence

from ...base import Case, Context
from ...draws import shuffled
from ...errors import BadParameters

Costs = Mapping[tuple[str, str], int]
RELATED = 4  # a donor that is the same input but for a change costs more than one alike in truth and output


def donors_within(stratum: str, cases: Sequence[Case], context: Context, differing: bool) -> dict[str, Case]:
    """Whose explanation each case gets, by item; dealt out within each value of the stratum.

    Parameters
    ----------
    differing : choose donors that differ in truth and output wherever that can be

    Raises
    ------
    BadParameters : a value of the stratum has a single case, so that nothing can be dealt.
    """
    found: dict[str, Case] = {}
    for value, group in _by_stratum(stratum, cases).items():
        if len(group) < 2:
            raise BadParameters(f"A placebo needs two items or more in {stratum} {value!r}; it has 1.")
        by_name = {case.item: case for case in group}
        order = [case.item for case in shuffled(group, context.seed, f"placebo {value}")]
        costs = {(a, b): _cost(by_name[a], by_name[b], context, differing) for a in order for b in order}
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


def _by_stratum(stratum: str, cases: Sequence[Case]) -> dict[str, list[Case]]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.strata.get(stratum, ""), []).append(case)
    return groups


def _cost(case: Case, donor: Case, context: Context, differing: bool) -> int:
    """How much the donor has in common with the case: its input, and truth and output where they shall differ."""
    related = RELATED * ((case.parent or case.item) == (donor.parent or donor.item))
    return related + (len(_told(case, context) & _told(donor, context)) if differing else 0)


def _told(case: Case, context: Context) -> set[str]:
    prediction = context.predictions.get(case.item)  # a unit of a network has none
    return {case.truth, prediction.label} if prediction else {case.truth}
