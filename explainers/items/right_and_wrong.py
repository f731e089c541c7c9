"""Choosing items: pools with set numbers of right and wrong outputs, spread over truth × output."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from protocol.draws import draw

from ..errors import RecipeError
from ..recipe.schema import Pool


@dataclass(frozen=True)
class Candidate:
    """A held-out case that may become an item."""

    row: int
    truth: str
    output: str

    @property
    def is_right(self) -> bool:
        return self.truth == self.output


def choose(
    candidates: Iterable[Candidate], pools: Mapping[str, Pool], seed: int
) -> dict[str, list[Candidate]]:
    """Fill the pools in their order, without using a case twice; each pool ends in a drawn order.

    Within a pool, wrong cases come first: each time one of the cell (truth, output) that the pool has
    least of, then of the output and truth it has least of. Right cases then even out the outputs:
    each time one of the label with the fewest right cases so far, then as before. Equals are drawn.

    Raises
    ------
    RecipeError : there are fewer right or wrong cases than asked for.
    """
    left = sorted(candidates, key=lambda case: draw(seed, "candidate", case.row))
    chosen: dict[str, list[Candidate]] = {}
    for name, pool in pools.items():
        taken: list[Candidate] = []
        for wanted, is_right in ((pool.wrong, False), (pool.right, True)):
            _take(taken, left, wanted, is_right, name)
        chosen[name] = sorted(taken, key=lambda case: draw(seed, f"order of {name}", case.row))
    return chosen


def _take(taken: list[Candidate], left: list[Candidate], wanted: int, is_right: bool, pool: str) -> None:
    """Move `wanted` cases from `left` to `taken`."""
    for _ in range(wanted):
        cells = Counter((case.truth, case.output) for case in taken)
        truths, outputs = Counter(case.truth for case in taken), Counter(case.output for case in taken)
        fitting = [case for case in left if case.is_right == is_right]
        if not fitting:
            kind = "right" if is_right else "wrong"
            raise RecipeError(
                f"items.pools.{pool} asks for more {kind} items than the data have left ({wanted} wanted)."
            )
        best = min(
            fitting,
            key=lambda case: (
                cells[case.truth, case.output],
                outputs[case.output] + truths[case.truth],
                max(outputs[case.output], truths[case.truth]),
            ),
        )
        taken.append(best)
        left.remove(best)
