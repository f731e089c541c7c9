"""What a data set is to the rest of this room."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Split:
    """Inputs (N, …), in the models' units, and truths (N,), numbers among the labels."""

    inputs: Tensor
    truths: Tensor

    def __len__(self) -> int:
        return len(self.truths)

    def first(self, count: int) -> "Split":
        """The first `count` rows."""
        return Split(self.inputs[:count], self.truths[:count])


@dataclass(frozen=True, eq=False)
class Data:
    """A data set: training data, and held-out data that represent natural use."""

    kind: str  # image, table, text: decides who draws it
    labels: tuple[str, ...]
    train: Split
    test: Split


@dataclass(frozen=True)
class Reader(ABC):
    """Reads a file into `Data`. Its dataclass fields are its parameters."""

    kind: ClassVar[str]

    @abstractmethod
    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        """Read the data; `DataError` says what is wrong with the file."""
