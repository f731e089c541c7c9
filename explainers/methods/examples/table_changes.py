"""Changing a table's row: few fields, by little, to values that the training data have."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from ...base import Context
from ...data.base import Case, Field
from ...models.input_space import spreads
from .change_search import Changes, Move, Search, State
from .goals import Goal
from .selection import drawn_rows
from .trails import Finder, Stop, first_past

NEIGHBOURS = 2000  # training rows that a changed row is compared with
FINE = 100  # values that are tried when a change is made smaller


class TableFinder(Finder):
    """Sparse first, then near.

    Values are those of the training rows, so they keep to the fields' ranges, steps and levels; fixed
    fields stay. A number has at most `values` of them at first, spread evenly over the training rows;
    when the fewest fields are found, each change is made as small as the training values allow.
    Distance is the sum of |change| in units of the field's spread (median absolute deviation), and 1 for
    each changed category. `plausibility` times the distance to the nearest training row is added when
    changed rows are compared.
    """

    def __init__(self, context: Context, values: int, plausibility: float, budget: int) -> None:
        train = context.data.train.inputs
        self.context, self.plausibility, self.budget = context, plausibility, budget
        self.fields = context.data.fields
        self.spread = spreads(self.fields, train)
        self.seen = [allowed_values(field, train[:, place]) for place, field in enumerate(self.fields)]
        self.tried = [
            known if field.kind == "category" else thinned(known, train[:, place], values)
            for place, (field, known) in enumerate(zip(self.fields, self.seen, strict=True))
        ]
        self.neighbours = train[drawn_rows(len(train), NEIGHBOURS, 0, "neighbours of a changed row")]

    def trail(self, case: Case, goal: Goal, most: int, steps: int) -> tuple[Stop, ...]:
        changes = RowChanges(self, case.input)
        state = Search(most, self.budget).fewest(changes, partial(goal.reached, self.context.model))
        if state is None:
            return ()
        last = self._made_smaller(case.input, changes.inputs([state])[0], goal)
        rows = last.unsqueeze(0) if steps == 1 else self._on_the_way(case.input, last, goal, steps)
        return self._stops(case, rows, goal)

    def distances(self, rows: Tensor, others: Tensor) -> Tensor:
        """Distance of each of the rows (N, F) to each of the others (M, F): (N, M)."""
        apart = torch.zeros(len(rows), len(others)).to(rows)
        for place, field in enumerate(self.fields):
            gap = (rows[:, place : place + 1] - others[:, place]).abs()
            apart += gap / self.spread[place] if field.kind == "number" else (gap > 0).to(apart)
        return apart

    def cost(self, own: Tensor, rows: Tensor) -> Tensor:
        """Distance from the own row, and what the rows' implausibility adds: (N,)."""
        away = self.distances(rows, own.unsqueeze(0)).squeeze(1)
        if not self.plausibility:
            return away
        return away + self.plausibility * self.distances(rows, self.neighbours).amin(dim=1)

    def _made_smaller(self, own: Tensor, row: Tensor, goal: Goal) -> Tensor:
        """The row with each change as cheap as the training values and the goal allow."""
        for place in (own != row).nonzero().flatten().tolist():
            between = self._between(place, float(own[place]), float(row[place]))
            rows = row.repeat(len(between), 1)
            rows[:, place] = between
            reached = goal.reached(self.context.model, rows) > 0
            reached |= between == row[place]  # the row as it is does, as the search has found
            row = rows[reached][int(self.cost(own, rows[reached]).argmin())]
        return row

    def _between(self, place: int, start: float, end: float) -> Tensor:
        """Values from start to end, both included; of a category only these two."""
        ends = torch.tensor([start, end]).to(self.seen[place])
        if self.fields[place].kind == "category":
            return ends
        low, high = min(start, end), max(start, end)
        inside = self.seen[place][(self.seen[place] > low) & (self.seen[place] < high)]
        return torch.cat([ends[1:], thinned(inside, inside, FINE), ends[:1]])

    def _on_the_way(self, own: Tensor, last: Tensor, goal: Goal, steps: int) -> Tensor:
        """Rows from the own one to the last: one field after the other, the one that moves the output most first.

        Where fewer fields change than there are steps, the largest change of a number is taken in parts.
        """
        left = (own != last).nonzero().flatten().tolist()
        spare, rows, row = steps - len(left), [], own
        while left:
            tries = row.repeat(len(left), 1)
            tries[range(len(left)), left] = last[left]
            place = left.pop(int(goal.reached(self.context.model, tries).argmax()))
            parts = self._parts(place, float(row[place]), float(last[place]), spare)
            spare -= len(parts) - 1
            for value in parts:
                row = row.clone()
                row[place] = value
                rows.append(row)
        return torch.stack(rows)

    def _parts(self, place: int, start: float, end: float, spare: int) -> list[float]:
        """Values on the way from start to end, the end last: training values near equal distances."""
        known = self._between(place, start, end)[1:-1]
        if not spare or not len(known):
            return [end]
        wanted = [start + (end - start) * part / (spare + 1) for part in range(1, spare + 1)]
        chosen = {float(known[int((known - value).abs().argmin())]) for value in wanted}
        return [*sorted(chosen, reverse=end < start), end]

    def _stops(self, case: Case, rows: Tensor, goal: Goal) -> tuple[Stop, ...]:
        last = first_past(goal.reached(self.context.model, rows).tolist())
        away = self.distances(rows, case.input.unsqueeze(0)).squeeze(1).tolist()
        lonely = self.distances(rows, self.neighbours).amin(dim=1).tolist()
        count = (rows != case.input).sum(dim=1).tolist()
        return tuple(
            Stop(
                replace(case, input=rows[number]),
                flipped=number == last,
                checks={
                    "changes": count[number],
                    "distance": round(away[number], 6),
                    "distance_to_training": round(lonely[number], 6),
                },
            )
            for number in range(last + 1)
        )


class RowChanges(Changes):
    """What may be done to one row."""

    def __init__(self, finder: TableFinder, own: Tensor) -> None:
        self.finder, self.own = finder, own
        self.moves = [
            Move(place, value, self._cost(place, value))
            for place, values in enumerate(finder.tried)
            for value in values.tolist()
            if value != float(own[place])
        ]

    def inputs(self, states: Sequence[State]) -> Tensor:
        rows = self.own.repeat(len(states), 1)
        for row, state in enumerate(states):
            for move in state:
                rows[row, self.moves[move].slot] = self.moves[move].value
        return rows

    def implausibility(self, states: Sequence[State]) -> list[float]:
        rows = self.inputs(states)
        return (self.finder.cost(self.own, rows) - self.finder.distances(rows, self.own[None])[:, 0]).tolist()

    def _cost(self, place: int, value: float) -> float:
        if self.finder.fields[place].kind == "category":
            return 1.0
        return abs(value - float(self.own[place])) / float(self.finder.spread[place])


def allowed_values(field: Field, column: Tensor) -> Tensor:
    """What a field may be changed to: the values in the training data; nothing for a fixed field."""
    values = column.unique()
    inside = (values >= field.low) & (values <= field.high)
    return values[:0] if field.fixed else values[inside]


def thinned(values: Tensor, column: Tensor, most: int) -> Tensor:
    """At most that many of the values, in rising order: evenly spread over the column that they come from."""
    if len(values) <= most:
        return values
    ordered = column[torch.isin(column, values)].sort().values
    places = torch.linspace(0, len(ordered) - 1, most).round().long()
    return ordered[places].unique()
