"""The way from an item to a changed one that the model answers differently."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...data.base import Case
from .goals import Goal


@dataclass(frozen=True, eq=False)
class Stop:
    """One changed case on the way, with its numbers: `changes`, `distance` and others, all from the item."""

    case: Case
    flipped: bool
    checks: Mapping[str, float] = field(default_factory=dict)
    source_item: str = ""


class Finder(ABC):
    """Finds changed cases; what is common to all items of a run is computed when it is made."""

    @abstractmethod
    def trail(self, case: Case, goal: Goal, most: int, steps: int) -> tuple[Stop, ...]:
        """At most `steps` stops, of which the last and no other reaches the goal; none where none is found.

        At most `most` words or fields are changed. One step goes there at once; else `steps` is at least `most`.
        """


def first_past(margins: Sequence[float]) -> int:
    """Number of the first stop whose margin is above zero; the last, where sums that round otherwise say of none.

    The search has found that the last one reaches the goal; asked anew in other company, a margin of next to
    nothing may come out a little lower.
    """
    return next((number for number, margin in enumerate(margins) if margin > 0), len(margins) - 1)
