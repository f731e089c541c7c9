"""A table in a .csv or .csv.gz file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import torch

from ..draws import shuffled
from ..errors import BadParameters, DataError
from .base import Data, Reader, Split
from .csv_rows import Row, rows_of
from .table_columns import Column, Condition
from .truths import truths_of


@dataclass(frozen=True)
class TableCsv(Reader):
    """Reads a CSV file with one header line (UTF-8; gzip where the name ends in .gz).

    Parameters
    ----------
    truth : the column with the truth. Without labels it is a number, divided by `truth_per`
    truth_labels : the file's value → the label, where they differ
    fields : the columns that models see, in the order in which people see them
    held_out : share of the rows that are held out, drawn by SHA-256 from `seed` and the row's number
    keep : only rows of which all these conditions hold
    shifted : rows of which all these hold are neither learnt from nor held out, but the data's `shifted`
    unit, decimals : how a truth that is a number is told

    Ranges and medians are those of the training rows. A row keeps its number whatever `keep` says, so
    that each row's draw depends on nothing but the seed.

    Raises
    ------
    DataError : the message names file, line, column, what stands there and what is allowed.
    """

    truth: str
    fields: tuple[Column, ...]
    truth_labels: dict[str, str] | None = None
    truth_per: float = 1.0
    held_out: float = 0.3
    seed: int = 0
    keep: tuple[Condition, ...] = ()
    shifted: tuple[Condition, ...] = ()
    unit: str = ""
    decimals: int = 0

    kind: ClassVar[str] = "table"

    def __post_init__(self) -> None:
        if not 0 < self.held_out < 1:
            raise BadParameters(f"held_out is {self.held_out}. Allowed: a share between 0 and 1.")
        names = [column.told for column in self.fields]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BadParameters(f'Two fields are called "{twice[0]}"; each needs a name of its own.')

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        kept = [row for row in rows_of(path, self._needed) if _holds(self.keep, row)]
        away = [row for row in kept if self.shifted and _holds(self.shifted, row)]
        usual = [row for row in kept if not (self.shifted and _holds(self.shifted, row))]
        test = set(shuffled(range(len(usual)), self.seed, "held out")[: round(self.held_out * len(usual))])
        train_rows = [row for place, row in enumerate(usual) if place not in test]
        test_rows = [row for place, row in enumerate(usual) if place in test]
        if not train_rows or not test_rows:
            raise DataError(f"{path} has {len(usual)} rows of use: too few to learn from and to hold out.")
        columns = [column.with_levels(kept).with_median(train_rows) for column in self.fields]
        train = self._split(train_rows, columns, labels)
        return Data(
            kind=self.kind,
            labels=labels,
            train=train,
            test=self._split(test_rows, columns, labels),
            fields=tuple(column.field(train.inputs[:, n]) for n, column in enumerate(columns)),
            unit=self.unit,
            decimals=self.decimals,
            shifted=self._split(away, columns, labels) if away else None,
        )

    @property
    def _needed(self) -> list[str]:
        conditions = (*self.keep, *self.shifted)
        return [self.truth, *(c.column for c in self.fields), *(c.column for c in conditions)]

    def _split(self, rows: Sequence[Row], columns: Sequence[Column], labels: tuple[str, ...]) -> Split:
        inputs = torch.tensor([[column.value(row) for column in columns] for row in rows])
        return Split(inputs, truths_of(rows, self.truth, labels, self.truth_labels, self.truth_per))


def _holds(conditions: Sequence[Condition], row: Row) -> bool:
    return all(condition.holds(row) for condition in conditions)
