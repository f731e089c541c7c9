"""Pairs of models to choose between, with the cases that people see of both."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..data.base import Case
from ..draws import shuffled
from ..errors import RecipeError
from ..models.looking import outputs_of
from .base import Given, ItemMaker
from .rows import free_rows
from .turns import in_turns


@dataclass(frozen=True)
class ModelPairs(ItemMaker):
    """One set for each pair of models: which of the two would do better on the shifted data?

    First `cases` held-out instances are drawn, as many of each label as can be: all sets show some of
    these. Then each pair gets a set of `members` of them. The set's truth is the list of one model, that
    with more right outputs on `data.shifted`; strata name the pair, the model that is better on ordinary
    held-out data, and whether that one misleads (`validation` is `misleads`, `agrees` or `tie`).

    Raises RecipeError where a model is unknown, the data have no shifted part, or a pair is equally good there.
    """

    pairs: tuple[tuple[str, str], ...]
    cases: int = 40
    members: int = 8
    pool: str = "test"

    def make(self, given: Given) -> list[Case]:
        self._check(given)
        instances = self._instances(given)
        usual = {name: _right_usually(given, name) for name in given.models}
        shifted = {name: _right_when_shifted(given, name) for name in given.models}
        sets = []
        for number, (a, b) in enumerate(self.pairs, start=1):
            if shifted[a] == shifted[b]:
                raise RecipeError(f"model-pairs: {a} and {b} are equally often right on the shifted data.")
            better = max((a, b), key=shifted.__getitem__)
            strata = {
                "pool": self.pool,
                "pair": f"{a} | {b}",
                "better": better,
                "validation": _validation(usual[a] - usual[b], shifted[a] - shifted[b]),
            }
            item = f"{given.prefix}-pair-{number:02d}"
            chosen = shuffled(instances, given.seed, f"members of {item}")[: self.members]
            sets.append(
                Case(
                    item,
                    torch.zeros(0),
                    f'["{better}"]',
                    strata,
                    kind="set",
                    members=tuple(case.item for case in chosen),
                )
            )
        return [*instances, *sets]

    def _check(self, given: Given) -> None:
        if given.data.shifted is None:
            raise RecipeError(
                "model-pairs needs data with a shifted part, on which the better model is found."
            )
        if not given.data.labels:
            raise RecipeError("model-pairs needs labels: right outputs are counted.")
        for name in (name for pair in self.pairs for name in pair):
            if name not in given.models:
                known = ", ".join(given.models)
                raise RecipeError(f'model-pairs names model "{name}". Known ones: {known}.')
        if not 1 <= self.members <= self.cases:
            raise RecipeError(f"model-pairs: members are {self.members}. Allowed: 1 to {self.cases} (cases).")

    def _instances(self, given: Given) -> list[Case]:
        data, rows = given.data, free_rows(given)
        if self.cases > len(rows):
            raise RecipeError(
                f"model-pairs: cases are {self.cases}. Allowed: 1 to {len(rows)}, what is left."
            )
        order = in_turns(data, data.test, rows, given.seed, "cases of model pairs")
        return [
            data.case(data.test, row, given.name(row), strata={"pool": "shown"})
            for row in order[: self.cases]
        ]


def _right_usually(given: Given, model: str) -> int:
    truths: Sequence[int] = given.data.test.truths.tolist()
    return sum(one.index == truth for one, truth in zip(given.predictions[model], truths, strict=True))


def _right_when_shifted(given: Given, model: str) -> int:
    shifted = given.data.shifted
    assert shifted is not None
    return int((outputs_of(given.models[model], shifted.inputs).argmax(1) == shifted.truths).sum())


def _validation(usually: int, shifted: int) -> str:
    if usually == 0:
        return "tie"
    return "agrees" if (usually > 0) == (shifted > 0) else "misleads"
