"""Reading what people marked: which change of the training each mark stands for."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..bundle.faults import known
from ..data.base import Data
from ..errors import ExportError
from ..recipe.schema import Variation
from .answers import TRAIN, MarkedSet
from .edit import Edit
from .places import THIRDS, place_of
from .versions import rows_learnt

GIVE_BACK = "+"


@dataclass(frozen=True)
class Marked:
    """What a trial's marks come to, and how many of them stand for nothing that could be trained otherwise."""

    edit: Edit
    without_effect: int = 0


@dataclass(frozen=True, eq=False)
class Marks:
    """Reads marks about one model: its data, and what its recipe keeps from it."""

    data: Data
    variation: Variation

    @cached_property
    def learnt(self) -> frozenset[int]:
        """Numbers of the training examples that the model learnt from."""
        return frozenset(rows_learnt(self.data, self.variation).tolist())

    def read(self, marks: Iterable[str], about: MarkedSet, who: str) -> Marked:
        """What these marks in a set come to.

        A member that is no training example, and one that the model did not learn from, cannot be left out:
        such a mark has no effect, and is counted.

        Raises
        ------
        ExportError : a mark is not known; the message says whose, which, and what is allowed.
        """
        edit, without = Edit(), 0
        for mark in marks:
            found = self._read(mark, about)
            if found is None:
                raise ExportError(
                    f'{who}, set "{about.item}": the mark {mark!r} is not known. {self.allowed(about)}'
                )
            edit |= found
            without += not len(found)
        relabelled = frozenset(one for one in edit.relabelled if one[0] not in edit.left_out)
        return Marked(Edit(edit.left_out, relabelled, edit.hidden, edit.added, edit.given_back), without)

    def allowed(self, about: MarkedSet) -> str:
        """What can be marked in a set, in a sentence or two."""
        members = [item for item, example in about.examples.items() if example]
        told = [
            f"{TRAIN}0 to {TRAIN}{len(self.data.train) - 1}",
            f"members that are training examples ({known(members)})",
            self._features(),
            "EXAMPLE=LABEL for a new label",
            f"{GIVE_BACK}EXAMPLE or {GIVE_BACK}FIELD for what the model was not given",
        ]
        return f"Allowed: {'; '.join(told)}."

    def _features(self) -> str:
        if self.data.kind == "table":
            return f"fields ({known(field.name for field in self.data.fields)})"
        if self.data.kind == "text":
            return "words that the model knows"
        return f"places ({', '.join(THIRDS)}, box:TOP,LEFT,HEIGHT,WIDTH in pixels)"

    def _read(self, mark: str, about: MarkedSet) -> Edit | None:
        if mark in about.examples or mark.startswith(TRAIN):
            return self._of_example(mark, about)
        if self._is_feature(mark):
            return Edit(hidden=frozenset({mark}))
        if mark.startswith(GIVE_BACK):
            return self._given_back(mark.removeprefix(GIVE_BACK), about)
        return self._of_example(mark, about) if "=" in mark else None

    def _of_example(self, mark: str, about: MarkedSet) -> Edit | None:
        example, equals, label = mark.partition("=")
        if about.examples.get(example) == "":
            return Edit()  # a member that the model never learnt from
        row = self._row(example, about)
        if row is None:
            return None
        if row not in self.learnt:
            return Edit()
        if not equals:
            return Edit(left_out=frozenset({row}))
        value = self._value(label)
        return None if value is None else Edit(relabelled=frozenset({(row, value)}))

    def _given_back(self, what: str, about: MarkedSet) -> Edit | None:
        if what in self.variation.without_fields:
            return Edit(given_back=frozenset({what}))
        if what in [field.name for field in self.data.fields]:
            return Edit()
        row = self._row(what, about)
        if row is None:
            return Edit() if about.examples.get(what) == "" else None
        return Edit() if row in self.learnt else Edit(added=frozenset({row}))

    def _row(self, example: str, about: MarkedSet) -> int | None:
        number = (about.examples.get(example) or example).removeprefix(TRAIN)
        is_one = example in about.examples or example.startswith(TRAIN)
        if not is_one or not number.isdecimal() or int(number) >= len(self.data.train):
            return None
        return int(number)

    def _value(self, label: str) -> float | None:
        if self.data.labels:
            return self.data.labels.index(label) if label in self.data.labels else None
        try:
            value = float(label)
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def _is_feature(self, mark: str) -> bool:
        if self.data.kind == "table":
            return mark in [field.name for field in self.data.fields]
        if self.data.vocabulary is not None:
            return self.data.vocabulary.numbers.get(mark, 0) > 1
        height, width = self.data.train.inputs.shape[-2:]
        return place_of(mark, height, width) is not None
