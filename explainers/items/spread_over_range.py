"""Items for models that give a number: held-out cases spread evenly over the truths."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from protocol.draws import draw

from ..data.base import Case
from ..draws import shuffled
from ..errors import RecipeError
from .base import Given, ItemMaker
from .rows import free_rows


@dataclass(frozen=True)
class SpreadOverRange(ItemMaker):
    """Fills `pools` (name → number of items) in their order, without using a case twice.

    For a pool of n items the cases left are sorted by their truth and cut into n parts of equal size;
    one case is drawn from each. The pool then stands in a drawn order.
    """

    pools: dict[str, int] = field(default_factory=lambda: {"test": 24, "learning": 16})

    def make(self, given: Given) -> list[Case]:
        if given.data.labels:
            raise RecipeError("spread-over-range needs a truth that is a number; for labels use `pools`.")
        left = free_rows(given)
        made: list[Case] = []
        for pool, count in self.pools.items():
            chosen = self._chosen(left, count, pool, given)
            left = [row for row in left if row not in chosen]
            for row in shuffled(sorted(chosen), given.seed, f"order of {pool}"):
                strata = {"pool": pool}
                made.append(given.data.case(given.data.test, row, given.name(row), strata=strata))
        return made

    def _chosen(self, left: Sequence[int], count: int, pool: str, given: Given) -> set[int]:
        if len(left) < count:
            raise RecipeError(f'pool "{pool}" asks for {count} items, but the data have {len(left)} left.')
        truths = given.data.test.truths
        ordered = sorted(left, key=lambda row: (float(truths[row]), row))
        edges = [place * len(ordered) // count for place in range(count + 1)]
        parts = [ordered[low:high] for low, high in pairwise(edges)]
        return {min(part, key=lambda row: draw(given.seed, f"item of {pool}", row)) for part in parts}
