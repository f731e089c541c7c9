"""What an attribution says about parts that people can name, and that much in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ...data.base import Case, Data
from ..intrinsic.plain import listed
from .regions import REGIONS, named_regions

THINGS = {"image": ("area", "areas"), "table": ("feature", "features"), "text": ("word", "words")}
STRONG, WEAK = 0.3, 0.12  # shares of all weight from which on a part counts strongly, below which weakly
CLEAR, SLIGHT = 0.5, 0.15  # how far for and against must differ, as a share of both together
NOTHING = 1e-9  # of the largest weight: less than this is no weight


@dataclass(frozen=True)
class Weighed:
    """A part of an input as people are told it, and its weight: above 0 for, below 0 against."""

    told: str
    weight: float


@dataclass(frozen=True)
class Evidence:
    """All parts of one input, those without any weight left out, the largest size first.

    `has_signs` is False where the attribution tells only how much a part matters.
    """

    weighed: tuple[Weighed, ...]
    thing: tuple[str, str]  # what a part is called: one, several
    has_signs: bool = True

    @property
    def total(self) -> float:
        return sum(abs(one.weight) for one in self.weighed)

    @property
    def balance(self) -> float:
        """For minus against, as a share of both; 0 where there is neither."""
        return sum(one.weight for one in self.weighed) / self.total if self.weighed else 0.0

    def share(self, one: Weighed) -> float:
        """The part's share of all weight."""
        return abs(one.weight) / self.total

    def named(self, most: int, least: float) -> tuple[Weighed, ...]:
        """The weightiest parts: at most so many, each with at least that share of all weight."""
        return tuple(one for one in self.weighed[:most] if self.share(one) >= least)


def evidence_of(case: Case, relevance: Tensor, data: Data, has_signs: bool = True) -> Evidence:
    """The relevance of a case's input, added up for what people can name.

    That is a table's field with its value; a text's word, with all places where it stands; one of nine
    regions of a picture.
    """
    weights = relevance.detach().cpu().double()
    pairs = {"image": _regions, "table": _fields, "text": _words}[data.kind](case, weights, data)
    least = NOTHING * max((abs(weight) for _, weight in pairs), default=0.0)
    kept = [Weighed(told, weight) for told, weight in pairs if abs(weight) > least]
    kept.sort(key=lambda one: -abs(one.weight))
    return Evidence(tuple(kept), THINGS[data.kind], has_signs)


def told_parts(evidence: Evidence, parts: Sequence[Weighed]) -> str:
    """`Rooms (12), strongly; Heating (gas); Area (40), weakly`."""
    return "; ".join(f"{one.told}{_hedge(evidence.share(one))}" for one in parts)


def told_rest(evidence: Evidence, named: Sequence[Weighed], sides: tuple[str, str]) -> str:
    """`5 other words count less: 2 for it and 3 against it.`; that nothing else counts, where that is so."""
    rest = evidence.weighed[len(named) :]
    one, several = evidence.thing
    if not rest:
        return f"No other {one} counts."
    other = "other " if named else ""
    begin = f"1 {other}{one} counts" if len(rest) == 1 else f"{len(rest)} {other}{several} count"
    told = f"{begin} {_how_much(named, rest)}"
    if not evidence.has_signs:
        return f"{told}."
    counts = (sum(part.weight > 0 for part in rest), sum(part.weight < 0 for part in rest))
    if len(rest) == 1:
        return f"{told}, {sides[0] if counts[0] else sides[1]}."
    return f"{told}: {listed([f'{n} {side}' for n, side in zip(counts, sides, strict=True) if n])}."


def _how_much(named: Sequence[Weighed], rest: Sequence[Weighed]) -> str:
    """How the rest compares with what is named, which comes first in order of size."""
    if not named:
        return "a little"
    return "less" if abs(rest[0].weight) < abs(named[-1].weight) else "as much as the last of these, or less"


def _hedge(share: float) -> str:
    return ", strongly" if share >= STRONG else "" if share >= WEAK else ", weakly"


def _fields(case: Case, weights: Tensor, data: Data) -> list[tuple[str, float]]:
    values = zip(data.fields, case.input.tolist(), weights.tolist(), strict=True)
    return [(f"{field.name} ({field.told(value)})", weight) for field, value, weight in values]


def _words(case: Case, weights: Tensor, data: Data) -> list[tuple[str, float]]:
    sums: dict[str, float] = {}
    first: dict[str, str] = {}
    times: dict[str, int] = {}
    for word, weight in zip(case.words, weights.tolist(), strict=False):
        key = word.casefold()
        first.setdefault(key, word)
        times[key] = times.get(key, 0) + 1
        sums[key] = sums.get(key, 0.0) + weight
    return [(f"“{first[key]}”{_times(times[key])}", weight) for key, weight in sums.items()]


def _times(count: int) -> str:
    return "" if count == 1 else " (twice)" if count == 2 else f" ({count} times)"


def _regions(case: Case, weights: Tensor, data: Data) -> list[tuple[str, float]]:
    places = named_regions(weights.shape[1], weights.shape[2])
    strongest = weights.gather(0, weights.abs().argmax(dim=0, keepdim=True))[0]
    sums = torch.zeros(len(REGIONS), dtype=weights.dtype).index_add(0, places.flatten(), strongest.flatten())
    return [(f"the area {where}", weight) for where, weight in zip(REGIONS, sums.tolist(), strict=True)]
