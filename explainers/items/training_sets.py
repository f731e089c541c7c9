"""Sets of cases that a model gives one label, for people to find what is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ..data.base import EXAMPLE, Case, Split
from ..draws import shuffled
from ..errors import RecipeError
from ..models.looking import outputs_of
from .base import Given, ItemMaker

TRAIN = "train:"


class Part(NamedTuple):
    """Where members come from, how many, and which rows are among them for sure."""

    name: str
    split: Split
    wanted: int
    sure: tuple[int, ...] = ()


@dataclass(frozen=True)
class TrainingSets(ItemMaker):
    """A set for each label of `sets`: what the first model gives that label, in training and on shifted data.

    The members are `training` training examples and `shifted` shifted cases, drawn among those of that
    output; they are instances in the pool `shown`, whose stratum `example` says `train:INDEX` where
    they can be left out or relabelled. The set's truth is the list that `sets` gives for the label: the features or
    examples that are wrong, in the words that people mark (see docs/debugging.md); an empty one says that nothing is.
    Examples of the truth (`train:INDEX`) are among the members, whichever others are drawn.
    """

    sets: Mapping[str, tuple[str, ...]]
    training: int = 6
    shifted: int = 4
    pool: str = "test"

    def make(self, given: Given) -> list[Case]:
        data, taken = given.data, {case.item for case in given.taken}
        if data.shifted is None and self.shifted:
            raise RecipeError("training-sets: these data have no shifted part. Allowed: shifted: 0.")
        if strange := [label for label in self.sets if label not in data.labels]:
            raise RecipeError(
                f'training-sets: "{strange[0]}" is no label. Known ones: {", ".join(data.labels)}.'
            )
        model = next(iter(given.models.values()))
        parts = [Part("train", data.train, self.training)]
        if data.shifted is not None:
            parts.append(Part("shifted", data.shifted, self.shifted))
        said = {part.name: outputs_of(model, part.split.inputs).argmax(1) for part in parts}
        made: list[Case] = []
        for label, truth in self.sets.items():
            members = [
                case
                for part in self._with_sure(parts, truth)
                for case in self._members(given, part, said[part.name], label)
            ]
            made += [case for case in members if case.item not in taken]
            made.append(self._set(given, label, truth, members))
        return made

    def _with_sure(self, parts: list[Part], truth: tuple[str, ...]) -> list[Part]:
        """The parts, the first of which has the truth's examples among its members."""
        named = (mark.removeprefix(TRAIN) for mark in truth if mark.startswith(TRAIN))
        sure = tuple(int(row) for row in named if row.isdecimal())
        return [parts[0]._replace(sure=sure), *parts[1:]]

    def _members(self, given: Given, part: Part, said: Tensor, label: str) -> list[Case]:
        rows = (said == given.data.labels.index(label)).nonzero().flatten().tolist()
        if len(rows) < part.wanted:
            raise RecipeError(
                f'training-sets: the model says "{label}" of {len(rows)} {part.name} cases; {part.wanted} are needed.'
            )
        if (strange := sorted(set(part.sure) - set(rows))) or len(part.sure) > part.wanted:
            wrong = f'the model does not say "{label}" of {TRAIN}{strange[0]}' if strange else "they are more"
            raise RecipeError(
                f'training-sets: the examples of the truth of "{label}" cannot all be among the {part.wanted} '
                f"members: {wrong}. Allowed: a larger training, or other examples."
            )
        purpose = f"{self.pool} {part.name} {label}"
        others = shuffled([row for row in rows if row not in part.sure], given.seed, purpose)
        chosen = [*part.sure, *others][: part.wanted]
        if part.sure:
            chosen = shuffled(chosen, given.seed, f"{purpose}, mixed")
        return [
            given.data.case(
                part.split,
                row,
                given.name(row, f"-{part.name}"),
                strata={"pool": "shown", EXAMPLE: f"{TRAIN}{row}" if part.name == "train" else ""},
            )
            for row in chosen
        ]

    def _set(self, given: Given, label: str, truth: tuple[str, ...], members: list[Case]) -> Case:
        return Case(
            f"{given.prefix}-set-{self.pool}-{given.data.labels.index(label)}",
            torch.zeros(0),
            json.dumps(list(truth), ensure_ascii=False),
            {"pool": self.pool, "label": label},
            kind="set",
            members=tuple(case.item for case in members),
        )
