"""Finding the fewest changes to an input that alter the model's answer."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor

State = tuple[int, ...]  # numbers of the moves that are made, rising
Margins = Callable[[Tensor], Tensor]
LOOKED_AT = 64  # of the changed inputs that reach the goal: how many are compared by their full cost


@dataclass(frozen=True)
class Move:
    """One change of one slot (a table's field, a text's place): its new value, and what it costs."""

    slot: int
    value: float
    cost: float


class Changes(ABC):
    """What may be done to one input."""

    moves: Sequence[Move]

    @abstractmethod
    def inputs(self, states: Sequence[State]) -> Tensor:
        """The inputs (N, …) with these moves made."""

    def allows(self, state: State) -> bool:
        """May these moves be made together? Never two in one slot."""
        slots = [self.moves[move].slot for move in state]
        return len(set(slots)) == len(slots)

    def implausibility(self, states: Sequence[State]) -> list[float]:
        """What each state costs beyond its moves."""
        return [0.0] * len(states)

    def cost(self, state: State) -> float:
        """What the state's moves cost."""
        return sum(self.moves[move].cost for move in state)


@dataclass(frozen=True)
class Search:
    """At most `most` changes; at most `budget` inputs are asked for each number of changes."""

    most: int
    budget: int = 20_000
    beam: int = 20

    def fewest(self, changes: Changes, margins: Margins) -> State | None:
        """The cheapest of the states with the fewest moves that reach the goal; None where none is found.

        All states of a size are tried while the budget allows; past it, only those that begin with one
        of the states that came nearest to the goal: `beam` of them, or as many as the budget allows.
        """
        frontier: list[State] = [()]
        for _ in range(self.most):
            states = extended(frontier, changes)[: self.budget]
            if not states:
                return None
            found = margins(changes.inputs(states)).tolist()
            if reached := [state for state, margin in zip(states, found, strict=True) if margin > 0]:
                return cheapest(reached, changes)
            frontier = self._promising(states, found, len(changes.moves))
        return None

    def _promising(self, states: list[State], margins: list[float], moves: int) -> list[State]:
        if len(states) * moves <= 2 * self.budget:  # each larger state is reached from two or more
            return states
        kept = min(self.beam, max(1, self.budget // moves))
        order = sorted(range(len(states)), key=lambda place: (-margins[place], states[place]))
        return [states[place] for place in order[:kept]]


def extended(frontier: Sequence[State], changes: Changes) -> list[State]:
    """All states with one move more, in a fixed order."""
    larger = {tuple(sorted({*state, move})) for state in frontier for move in range(len(changes.moves))}
    size = len(frontier[0]) + 1
    return sorted(state for state in larger if len(state) == size and changes.allows(state))


def cheapest(states: Sequence[State], changes: Changes) -> State:
    """The state of the least cost, its implausibility included; the first of two equals."""
    near = sorted(states, key=lambda state: (changes.cost(state), state))[:LOOKED_AT]
    more = changes.implausibility(near)
    costs = [changes.cost(state) + extra for state, extra in zip(near, more, strict=True)]
    return near[costs.index(min(costs))]
