"""The way from an item to a changed one that the model answers differently."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
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
