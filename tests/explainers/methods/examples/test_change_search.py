from itertools import combinations, product

import pytest

from explainers.methods.examples.change_search import Changes, Move, Search, cheapest, extended

torch = pytest.importorskip("torch")


class Steps(Changes):
    """Four slots of three values each; the input is what each slot holds."""

    def __init__(self, extra=None):
        self.moves = [Move(slot, value, slot + value / 10) for slot in range(4) for value in (1, 2, 3)]
        self.extra = extra or {}

    def inputs(self, states):
        rows = torch.zeros(len(states), 4)
        for row, state in enumerate(states):
            for move in state:
                rows[row, self.moves[move].slot] = self.moves[move].value
        return rows

    def implausibility(self, states):
        return [self.extra.get(state, 0.0) for state in states]


def every_state(size):
    for slots in combinations(range(4), size):
        for values in product((1, 2, 3), repeat=size):
            yield tuple(3 * slot + value - 1 for slot, value in zip(slots, values, strict=True))


def test_states_grow_to_all_that_there_are_of_their_size():
    changes, frontier = Steps(), [()]
    for size in (1, 2, 3, 4):
        frontier = extended(frontier, changes)
        assert frontier == sorted(every_state(size))


@pytest.mark.parametrize("goal", [2, 5, 8, 11])
def test_the_cheapest_of_the_states_with_the_fewest_moves_is_found(goal):
    changes = Steps()
    for size in (1, 2, 3, 4):
        fit = [s for s in every_state(size) if sum(changes.moves[move].value for move in s) > goal]
        if fit:
            break
    best = min(fit, key=lambda state: (changes.cost(state), state))
    assert Search(most=4).fewest(changes, lambda rows: rows.sum(dim=1) - goal) == best


def test_nothing_is_found_where_too_few_moves_are_allowed():
    assert Search(most=2).fewest(Steps(), lambda rows: rows.sum(dim=1) - 8) is None


def test_a_small_budget_keeps_to_what_promises_most():
    asked = []

    def margins(rows):
        asked.append(len(rows))
        return rows.sum(dim=1) - 8

    found = Search(most=3, budget=12, beam=1).fewest(Steps(), margins)
    assert max(asked) <= 12
    assert Steps().inputs([found]).sum() == 9


def test_what_is_implausible_costs_more():
    assert cheapest([(0,), (1,)], Steps()) == (0,)
    assert cheapest([(0,), (1,)], Steps({(0,): 5.0})) == (1,)
