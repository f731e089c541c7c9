"""Walking two sorted streams side by side, so that a long study needs little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Grouped(Generic[Row]):
    """Rows sorted by a whole number, taken group by group."""

    def __init__(self, rows: Iterable[Row], key: Callable[[Row], int]):
        self._groups = groupby(rows, key)
        self._ahead = next(self._groups, None)

    def take(self, key: int) -> list[Row]:
        """Return the rows with this key; keys must be asked for in rising order."""
        while self._ahead is not None and self._ahead[0] < key:
            self._ahead = next(self._groups, None)
        if self._ahead is None or self._ahead[0] != key:
            return []
        rows = list(self._ahead[1])
        self._ahead = next(self._groups, None)
        return rows
