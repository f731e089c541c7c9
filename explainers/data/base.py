"""What a data set is to the rest of this room: images, tables or texts, with classes or a number as truth."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import torch
from torch import Tensor

from ..errors import BadParameters, DataError

FieldKind = Literal["number", "category"]
PADDING, UNKNOWN = 0, 1  # the first two numbers of every vocabulary
EXAMPLE = "example"  # the stratum of a case that is a training example: which one, as `train:INDEX`


@dataclass(frozen=True)
class Field:
    """One column of a table, as people read it.

    A `category` is coded by the number of its level. `low` and `high` are the range in the training
    data; `step` is the smallest change that makes sense (1 for counts); a `fixed` field cannot be
    changed by anyone, so that no counterfactual does. A number is `grouped` (1,349) unless it is a year.
    """

    name: str
    kind: FieldKind
    levels: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    step: float = 0.0
    unit: str = ""
    decimals: int = 0
    fixed: bool = False
    grouped: bool = True

    def __post_init__(self) -> None:
        if self.kind not in get_args(FieldKind):
            allowed = ", ".join(get_args(FieldKind))
            raise BadParameters(f'Field "{self.name}": kind is {self.kind!r}. Allowed: {allowed}.')

    def told(self, value: float) -> str:
        """A value as people read it: `3 rooms`, `Male`."""
        if self.kind == "category":
            return self.levels[round(value)]
        number = f"{value:{',' if self.grouped else ''}.{self.decimals}f}"
        return f"{number} {self.unit}".strip()


@dataclass(frozen=True)
class Vocabulary:
    """The tokens a text model knows. Number 0 is padding, number 1 stands for all others."""

    tokens: tuple[str, ...]
    joined_by: str = " "  # between tokens when they are read; empty for characters

    @property
    def numbers(self) -> dict[str, int]:
        """Number of each token."""
        return {token: number for number, token in enumerate(self.tokens)}


@dataclass(frozen=True, eq=False)
class Case:
    """One thing that can be asked about, as an explainer sees it.

    `input` has no batch axis: (C, H, W) for an image in [0, 1]; (F,) for a table's row, in the fields'
    own units; (L,) whole numbers for a text, padded with 0 behind. `words` are a text's tokens as
    people read them, one for each number that is no padding. A unit of a network has no input of its
    own: `unit` names its layer and number.
    """

    item: str
    input: Tensor
    truth: str
    strata: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    kind: Literal["instance", "pair", "unit", "set"] = "instance"
    parent: str = ""
    change: Mapping[str, Any] | None = None
    members: tuple[str, ...] = ()
    unit: tuple[str, int] | None = None
    row: int | None = None  # of the held-out data, where it is one of them

    @property
    def example(self) -> str:
        """`train:INDEX` where the case is a training example that people can leave out; else empty."""
        return self.strata.get(EXAMPLE, "")


@dataclass(frozen=True, eq=False)
class Split:
    """Inputs (N, …), in the models' units, and truths (N,): numbers among the labels, or the number itself.

    `words` has the tokens of each text as people read them; it is empty for other kinds. Arrays and lists of
    numbers become tensors.
    """

    inputs: Tensor
    truths: Tensor
    words: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        for name in ("inputs", "truths"):
            given = getattr(self, name)
            if not isinstance(given, Tensor):
                object.__setattr__(self, name, _tensor(name, given))

    def __len__(self) -> int:
        return len(self.truths)

    def first(self, count: int) -> "Split":
        """The first `count` rows."""
        return Split(self.inputs[:count], self.truths[:count], self.words[:count])

    def rows(self, places: Tensor) -> "Split":
        """The rows at these places, or where a mask of booleans is true."""
        chosen = places.nonzero().flatten() if places.dtype == torch.bool else places
        words = tuple(self.words[row] for row in chosen.tolist()) if self.words else ()
        return Split(self.inputs[chosen], self.truths[chosen], words)


def _tensor(name: str, given: Any) -> Tensor:
    """Numbers in anything that numpy can read, as a tensor of their own."""
    try:
        array = np.array(given)
    except ValueError as error:
        raise DataError(f"Split: {name} cannot be read as numbers: {error}") from error
    if array.dtype.kind not in "biuf":
        rule = (
            " Truths are whole numbers among the labels, from 0, not the labels." if name == "truths" else ""
        )
        raise DataError(
            f"Split: {name} are of type {array.dtype}. Allowed: a tensor or an array of numbers.{rule}"
        )
    is_index = name == "truths" and array.dtype.kind in "biu"
    # torch reads this machine's byte order only
    kind = np.dtype(np.int64) if is_index else array.dtype.newbyteorder("=")
    return torch.from_numpy(array.astype(kind if kind.itemsize <= 8 else np.float64))


def _each(name: str, given: object, kind: type) -> tuple[Any, ...]:
    """The entries of a list, each of which must be of that kind."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise DataError(f"Data: {name} are {given!r}. Allowed: a list of them, as [one, two].")
    if strange := [one for one in given if not isinstance(one, kind)]:
        allowed = "text" if kind is str else kind.__name__
        raise DataError(
            f"Data: {name} hold {strange[0]!r}, a {type(strange[0]).__name__}. Allowed: {allowed}."
        )
    return tuple(given)


def _with_floats(split: Split | None) -> Split | None:
    """A table's rows as floating-point numbers, which whole ones become."""
    if split is None or split.inputs.is_floating_point():
        return split
    return Split(split.inputs.double(), split.truths, split.words)


@dataclass(frozen=True, eq=False)
class Data:
    """A data set: training data, and held-out data that represent natural use.

    `labels` are the classes in answer order; without any the truth is a number in `unit`, told with
    `decimals`. `shifted` is held-out data from other circumstances, where there are such.
    """

    kind: str  # image, table, text: decides who draws it
    labels: tuple[str, ...]
    train: Split
    test: Split
    fields: tuple[Field, ...] = ()  # of a table
    vocabulary: Vocabulary | None = None  # of texts
    unit: str = ""
    decimals: int = 0
    shifted: Split | None = None

    def __post_init__(self) -> None:
        for name, kind in (("labels", str), ("fields", Field)):
            object.__setattr__(self, name, _each(name, getattr(self, name), kind))
        for name in ("train", "test", "shifted"):
            given = getattr(self, name)
            if not isinstance(given, Split) and (given is not None or name != "shifted"):
                raise DataError(f"Data: {name} is a {type(given).__name__}. Allowed: Split(inputs, truths).")
        if self.kind == "table":
            for name in ("train", "test", "shifted"):
                object.__setattr__(self, name, _with_floats(getattr(self, name)))

    @property
    def outputs(self) -> int:
        """How many numbers a model gives for one input: one for each label, or the one number."""
        return len(self.labels) or 1

    def truth_of(self, split: Split, row: int) -> str:
        """The truth as it stands in the bundle: a label, or a number in decimal notation."""
        value = split.truths[row].item()
        return self.labels[int(value)] if self.labels else self.number(float(value))

    def number(self, value: float) -> str:
        """A number in decimal notation, with the data's decimals."""
        return f"{value:.{self.decimals}f}"

    def case(self, split: Split, row: int, item: str = "", **more: Any) -> Case:
        """A row of a split as a case; one of the held-out data remembers its number."""
        words = split.words[row] if split.words else ()
        number = row if split is self.test else None
        return Case(item, split.inputs[row], self.truth_of(split, row), words=words, row=number, **more)


@dataclass(frozen=True)
class Reader(ABC):
    """Reads a file into `Data`. Its dataclass fields are its parameters."""

    kind: ClassVar[str]

    @abstractmethod
    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        """Read the data; `DataError` says what is wrong with the file."""
