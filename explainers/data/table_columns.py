"""What a recipe says about a table's columns, and about which rows are kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import ClassVar, Literal

from pydantic import ConfigDict
from torch import Tensor

from ..errors import BadParameters, DataError
from .base import Field
from .csv_rows import Row

STRICT = ConfigDict(extra="forbid")  # a misspelt parameter is an error, not a default


@dataclass(frozen=True)
class Column:
    """A column that becomes a field.

    Parameters
    ----------
    column : its name in the file
    name : its name for people; the file's where empty
    kind : number, or category
    levels : of a category, in their order: a list of the file's values, or the name for people → the
        file's value or values. Without any: all values that occur, sorted
    unit, decimals, step, fixed, grouped : as `Field` says; `step` is 1 / 10^decimals where nothing is said
    missing_values : what a cell says where nothing is known
    missing : refuse such cells; put the training rows' median; or make `missing_level` a level of its own
    median : filled in by the reader
    """

    column: str
    name: str = ""
    kind: Literal["number", "category"] = "number"
    levels: tuple[str, ...] | dict[str, str | tuple[str, ...]] = ()
    unit: str = ""
    decimals: int = 0
    step: float | None = None
    fixed: bool = False
    grouped: bool = True
    missing_values: tuple[str, ...] = ("",)
    missing: Literal["refuse", "median", "level"] = "refuse"
    missing_level: str = "Not known"
    median: float | None = None

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    def __post_init__(self) -> None:
        if self.missing == "median" and self.kind == "category":
            raise BadParameters(f'Field "{self.told}": a category has no median. Allowed: refuse, level.')
        if self.missing == "level" and self.kind == "number":
            raise BadParameters(f'Field "{self.told}": a number has no levels. Allowed: refuse, median.')

    @property
    def told(self) -> str:
        """Its name for people."""
        return self.name or self.column

    def is_missing(self, row: Row) -> bool:
        """Does the row say nothing here?"""
        return row.text(self.column) in self.missing_values

    def with_levels(self, rows: Sequence[Row]) -> "Column":
        """The column with its levels as name → values, and the level of what is missing, if it has one."""
        if self.kind == "number":
            return self
        levels: dict[str, str | tuple[str, ...]]
        if isinstance(self.levels, dict):
            levels = dict(self.levels)
        else:
            known = {row.text(self.column) for row in rows if not self.is_missing(row)}
            levels = {value: value for value in self.levels or sorted(known)}
        if self.missing == "level":
            levels[self.missing_level] = self.missing_values
        return replace(self, levels=levels)

    def with_median(self, rows: Sequence[Row]) -> "Column":
        """The column with the median of these rows, where missing values need it."""
        if self.missing != "median":
            return self
        known = [row.number(self.column) for row in rows if not self.is_missing(row)]
        if not known:
            raise DataError(f'{rows[0].path}, column "{self.column}": no training row has a value.')
        return replace(self, median=median_low(known))

    def value(self, row: Row) -> float:
        """The row's number, or the number of its level."""
        if self.kind == "category":
            numbers = self._numbers
            return float(numbers[row.one_of(self.column, tuple(numbers))])
        if not self.is_missing(row):
            return row.number(self.column)
        if self.median is None:
            raise row.wrong(self.column, "a number")
        return self.median

    def field(self, training: Tensor) -> Field:
        """The field, with the range of the training rows' values (N,)."""
        if self.kind == "category":
            last = len(self.levels) - 1.0
            return Field(self.told, self.kind, tuple(self.levels), 0.0, last, step=1.0, fixed=self.fixed)
        return Field(
            self.told,
            self.kind,
            low=float(training.min()),
            high=float(training.max()),
            step=10.0**-self.decimals if self.step is None else self.step,
            unit=self.unit,
            decimals=self.decimals,
            fixed=self.fixed,
            grouped=self.grouped,
        )

    @property
    def _numbers(self) -> dict[str, int]:
        """Number of the level of each value in the file."""
        assert isinstance(self.levels, dict)
        return {
            value: number
            for number, values in enumerate(self.levels.values())
            for value in ((values,) if isinstance(values, str) else values)
        }


@dataclass(frozen=True)
class Condition:
    """A claim about a row: its cell is one of `is_in`, or a number from `at_least` to `at_most`."""

    column: str
    is_in: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    def __post_init__(self) -> None:
        if not self.is_in and self.at_least is None and self.at_most is None:
            raise BadParameters(f'Condition on "{self.column}" says nothing: is_in, at_least or at_most.')

    def holds(self, row: Row) -> bool:
        """Is it true of the row?"""
        if self.is_in and row.text(self.column) not in self.is_in:
            return False
        if self.at_least is None and self.at_most is None:
            return True
        number = row.number(self.column)
        low = self.at_least is None or number >= self.at_least
        return low and (self.at_most is None or number <= self.at_most)
