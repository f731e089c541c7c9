"""Dealing explanations out anew: each is shown once, and none over its own item."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from ...base import Case, Context
from ...draws import shuffled
from ...errors import BadParameters

RELATED = 4  # a donor that is the same input but for a change costs more than one alike in truth and output
SMALL = 200  # cases up to which every pair is looked at
NEXT, SWEEPS = 64, 16  # of more: how many each is compared with, and how often


class Costs(Protocol):
    """What it costs that the first gets the second's explanation: 0 or more."""

    def __getitem__(self, pair: tuple[str, str], /) -> int: ...


class Told(NamedTuple):
    """What a donor's cost hangs on: the item it is or was made of, and what it shall differ in."""

    item: str
    origin: str
    said: frozenset[str]


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
        told = tuple(_told(case, context, differing) for case in group)
        found |= {item: by_name[donor] for item, donor in _dealt(told, context.seed, f"placebo {value}")}
    return found


def deranged(order: Sequence[str], costs: Costs) -> dict[str, str]:
    """Deal the names out anew, none to itself: to each the next, then swapped while that lowers the cost.

    Of more than SMALL names each that costs something is compared with the NEXT that follow, in at most
    SWEEPS rounds, so that time grows with their number and not with its square.
    """
    dealt = {name: order[(place + 1) % len(order)] for place, name in enumerate(order)}
    if len(order) > SMALL:
        rounds = 0
        while rounds < SWEEPS and _sweep(dealt, order, costs):
            rounds += 1
        return dealt
    while swap := _first_gain(dealt, order, costs):
        _swap(dealt, *swap)
    return dealt


class _Costs:
    """Costs that are reckoned when they are asked for: a table of all pairs would be large."""

    def __init__(self, told: Sequence[Told]) -> None:
        self.told = {one.item: one for one in told}

    def __getitem__(self, pair: tuple[str, str]) -> int:
        case, donor = self.told[pair[0]], self.told[pair[1]]
        return RELATED * (case.origin == donor.origin) + len(case.said & donor.said)


@lru_cache(maxsize=16)  # each job of a run asks again
def _dealt(told: tuple[Told, ...], seed: int, purpose: str) -> tuple[tuple[str, str], ...]:
    order = [one.item for one in shuffled(told, seed, purpose)]
    return tuple(deranged(order, _Costs(told)).items())


def _first_gain(dealt: dict[str, str], order: Sequence[str], costs: Costs) -> tuple[str, str] | None:
    now = {name: costs[name, dealt[name]] for name in order}
    for place, a in enumerate(order):
        for b in order[place + 1 :]:
            if now[a] + now[b] and _gains(dealt, a, b, costs):
                return a, b
    return None


def _sweep(dealt: dict[str, str], order: Sequence[str], costs: Costs) -> bool:
    """Swap each donor that costs something with the first of those that follow where it gains; did any?"""
    has_gained = False
    for place, a in enumerate(order):
        if not costs[a, dealt[a]]:
            continue
        following = (order[(place + step) % len(order)] for step in range(1, NEXT + 1))
        if b := next((b for b in following if _gains(dealt, a, b, costs)), None):
            _swap(dealt, a, b)
            has_gained = True
    return has_gained


def _gains(dealt: dict[str, str], a: str, b: str, costs: Costs) -> bool:
    """May the two exchange their donors, and does that lower the cost?"""
    if a == dealt[b] or b == dealt[a]:
        return False
    return costs[a, dealt[b]] + costs[b, dealt[a]] < costs[a, dealt[a]] + costs[b, dealt[b]]


def _swap(dealt: dict[str, str], a: str, b: str) -> None:
    dealt[a], dealt[b] = dealt[b], dealt[a]


def _by_stratum(stratum: str, cases: Sequence[Case]) -> dict[str, list[Case]]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.strata.get(stratum, ""), []).append(case)
    return groups


def _told(case: Case, context: Context, differing: bool) -> Told:
    prediction = context.predictions.get(case.item)  # a unit of a network has none
    said = {case.truth, prediction.label} if prediction else {case.truth}
    return Told(case.item, case.parent or case.item, frozenset(said if differing else ()))
