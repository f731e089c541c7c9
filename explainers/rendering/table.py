"""Drawing rows of a table, relevance as bars beside their values, and changes."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..data.base import Case, Data
from ..errors import refuse
from . import parts
from .base import Drawer
from .scaling import Negative, as_weights, faults_of_normalisation, told


@dataclass(frozen=True)
class TableDrawer(Drawer):
    """One row for each field: its name and its value, as people read it.

    `negative` says what becomes of relevance below zero: `diverging` draws it to the other side; with
    `magnitude` sizes are drawn, with `positive` only what speaks for, and `matters` names the one end.
    """

    field_heading: str = "Feature"
    value_heading: str = "Value"
    against: str = "speaks against"
    speaks_for: str = "speaks for"
    matters: str = "matters much"
    negative: Negative = "diverging"
    ceiling_percentile: float = 100.0

    kind: ClassVar[str] = "table"

    def __post_init__(self) -> None:
        refuse(faults_of_normalisation(self.kind, self.negative, self.ceiling_percentile))

    @property
    def normalisation(self) -> str:
        return told("explanation", "is a full bar", self.negative, self.ceiling_percentile)

    def input(self, case: Case, data: Data) -> bytes:
        return parts.table(self._columns, _rows(case, data))

    def relevance(self, case: Case, relevance: Tensor, data: Data) -> bytes:
        weights = as_weights(relevance, self.negative, self.ceiling_percentile)
        return parts.table(
            self._columns,
            _rows(case, data),
            emphasis=[(None, weight) for weight in weights],
            scale=(self.against, self.speaks_for) if self.negative == "diverging" else (self.matters,),
        )

    def change(self, before: Case, after: Case, data: Data) -> bytes:
        old, new = _rows(before, data), _rows(after, data)
        changed = [[False, one != other] for one, other in zip(old, new, strict=True)]
        return parts.table(self._columns, new, changed=changed)

    @property
    def _columns(self) -> list[str]:
        return [self.field_heading, self.value_heading]


def _rows(case: Case, data: Data) -> list[list[str]]:
    return [
        [field.name, field.told(value)] for field, value in zip(data.fields, case.input.tolist(), strict=True)
    ]
