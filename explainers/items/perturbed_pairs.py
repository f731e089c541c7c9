"""Pairs of a row and the same row with a few fields changed, for counterfactual simulation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import torch

from ..data.base import Case, Data
from ..draws import shuffled
from ..errors import RecipeError
from ..models.looking import outputs_of
from .base import Given, ItemMaker
from .rows import free_rows
from .table_changes import Changed, Changer, require_table

Cell = tuple[int, int]  # number of the label before and after
Found = Mapping[tuple[Cell, int], Sequence[Changed]]  # by cell and number of changed fields


@dataclass(frozen=True)
class PerturbedPairs(ItemMaker):
    """What will the model say once these facts are different?

    The changes come from `Changer`, which knows no explainer and no model. The outputs of `model` (the
    first where empty) then only choose among them: each pool of `per_cell` gets so many pairs in each
    cell of output before × output after. In every cell the pairs change 1, 2 … `most_changes` fields in
    turn, so that the number of changes tells nothing about the output. No row is used twice.

    Each pair comes with its parent, an instance of the pool `test-original` where the pair's is `test`, so
    that a protocol which takes a pool gets whole pairs. A pair has no truth: nobody knows what would have
    been. Stratum `changes` says how many fields were changed.

    Source: balanced perturbations as in Hase and Bansal (2020), "Evaluating Explainable AI: Which
    Algorithmic Explanations Help Users Predict Model Behavior?", ACL.
    """

    per_cell: dict[str, int] = field(default_factory=lambda: {"test": 8, "learning": 8})
    model: str = ""
    most_changes: int = 3
    change_fixed: bool = False
    draws: int = 2  # for each row and number of changes

    def make(self, given: Given) -> list[Case]:
        require_table(given.data, "perturbed-pairs")
        found = self._found(given)
        used: set[int] = set()
        made: list[Case] = []
        for pool, count in self.per_cell.items():
            chosen = list(self._chosen(found, used, pool, count, given.data))
            for one in shuffled(chosen, given.seed, f"order of {pool}"):
                made += _parent_and_pair(one, pool, given)
        return made

    def _found(self, given: Given) -> Found:
        """Plausible changes of all free rows, in a drawn order, by cell and number of changed fields."""
        changer = Changer(given.data, given.seed, self.change_fixed)
        self._require_fields(changer)
        changes = [
            change
            for row in shuffled(free_rows(given), given.seed, "parents")
            for count in range(1, self.most_changes + 1)
            for change in changer.changes(row, count, self.draws)
        ]
        plausible = changer.plausible(changes)
        found: dict[tuple[Cell, int], list[Changed]] = {}
        for cell, one in zip(self._cells(plausible, given), plausible, strict=True):
            found.setdefault((cell, len(one.fields)), []).append(one)
        return found

    def _cells(self, changes: Sequence[Changed], given: Given) -> list[Cell]:
        name = self.model or next(iter(given.models))
        if name not in given.models:
            raise RecipeError(f'perturbed-pairs names model "{name}". Known ones: {", ".join(given.models)}.')
        if not changes:
            return []
        after = outputs_of(given.models[name], torch.stack([one.input for one in changes])).argmax(1)
        before = given.predictions[name]
        return [(before[one.row].index, label) for one, label in zip(changes, after.tolist(), strict=True)]

    def _chosen(self, found: Found, used: set[int], pool: str, count: int, data: Data) -> Iterator[Changed]:
        """`count` changes for each cell, those with 1, 2 … fields in turn; their rows are then used."""
        labels = range(len(data.labels))
        for place, cell in product(range(count), product(labels, labels)):
            fields = place % self.most_changes + 1
            free = (one for one in found.get((cell, fields), ()) if one.row not in used)
            one = next(free, None)
            if one is None:
                before, after = (data.labels[label] for label in cell)
                raise RecipeError(
                    f'pool "{pool}" asks for {count} pairs from "{before}" to "{after}", but the data have '
                    f"only {place} with {fields} changed fields. Ask for fewer, or raise `draws`."
                )
            used.add(one.row)
            yield one

    def _require_fields(self, changer: Changer) -> None:
        there = len(changer.open_fields)
        if not 1 <= self.most_changes <= there:
            raise RecipeError(
                f"most_changes is {self.most_changes}. Allowed: 1 to {there}, the fields that may be changed."
            )


def _parent_and_pair(one: Changed, pool: str, given: Given) -> list[Case]:
    data, fields = given.data, given.data.fields
    parent = data.case(data.test, one.row, given.name(one.row), strata={"pool": f"{pool}-original"})
    before, after = parent.input.tolist(), one.input.tolist()
    pair = Case(
        item=given.name(one.row, "-changed"),
        input=one.input,
        truth="",
        strata={"pool": pool, "changes": str(len(one.fields))},
        kind="pair",
        parent=parent.item,
        change={fields[n].name: [fields[n].told(before[n]), fields[n].told(after[n])] for n in one.fields},
    )
    return [parent, pair]
