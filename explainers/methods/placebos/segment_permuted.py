"""Placebo: the item's own weights with their segments in another order."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import ClassVar

import torch
from torch import Tensor

from ...base import Context, Question, Reveals
from ...draws import shuffled, small_seed
from ...errors import BadParameters
from .dealing import deranged
from .own_map import OwnMapPlacebo


@dataclass(frozen=True)
class SegmentPermuted(OwnMapPlacebo):
    """The item's own weights of another explainer, cut into segments that change places.

    A segment is `segment` neighbouring words or fields (fewer in inputs too short for two of them), and
    each one begins where another began, so that the same weights stand in runs as before: their
    autocorrelation changes at the cuts alone. Where the cuts fall, and who goes where, is drawn for
    each item. An input of a single word or field keeps its weight. Weights that only change places keep
    their sum and their signs, which can give the output away (of a number: how far it lies from the
    usual), so it reveals as much as the explainer that it wraps.
    Source: the block permutation of Künsch (1989), "The Jackknife and the Bootstrap for General
    Stationary Observations"; its use as a placebo is ours.
    """

    segment: int = 4

    name: ClassVar[str] = "segment-permuted"
    version: ClassVar[str] = "1"
    source: ClassVar[str] = (
        "After Künsch (1989), The Jackknife and the Bootstrap for General Stationary Observations, Annals of "
        "Statistics 17"
    )
    taxonomy: ClassVar[Mapping[str, str]] = {
        "stage": "post-hoc",
        "scope": "local",
        "access": "model-specific",
        "form": "placebo",
    }
    data_kinds: ClassVar[tuple[str, ...]] = ("table", "text")
    reveals_output: ClassVar[Reveals] = "partly"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.segment < 1:
            raise BadParameters(f"{self.name}: segment is {self.segment}. Allowed: 1 or more.")

    def relevance_of(self, question: Question, context: Context) -> Tensor:
        own = self.of_map.relevance_of(question, context)
        count = len(question.case.words) or len(own)
        moved = own.clone()
        moved[:count] = own[
            torch.tensor(segments_moved(count, self.segment, question.seed), dtype=torch.long)
        ]
        return moved


def segments_moved(count: int, segment: int, seed: int) -> list[int]:
    """For each of `count` places the place whose weight it gets: runs of `segment` places in another order."""
    size = max(1, min(segment, count // 2))
    first = 1 + small_seed(seed, "first cut", count) % size
    cuts = [0, *range(first, count, size), count]
    runs = {str(start): range(start, end) for start, end in pairwise(cuts)}
    if len(runs) < 2:
        return list(range(count))
    names = shuffled(runs, seed, "segments")
    donors = deranged(names, dict.fromkeys(product(names, names), 0))
    return [place for start in runs for place in runs[donors[start]]]
