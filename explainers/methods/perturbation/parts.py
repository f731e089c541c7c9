"""Inputs in parts that can be taken away: regions of a picture, fields of a table's row, words of a text."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from ...data.base import PADDING, UNKNOWN, Data
from .forward import Scale, chunks, forward_only, scores_of

Absence = Literal["remove", "unknown"]


@dataclass(frozen=True, eq=False)
class Parts(ABC):
    """One input, and what stands in the place of a part that is absent."""

    input: Tensor

    @property
    @abstractmethod
    def count(self) -> int:
        """How many parts there are."""

    @property
    def backgrounds(self) -> int:
        """How many inputs stand for one set of kept parts; their scores are averaged."""
        return 1

    @abstractmethod
    def keeping(self, kept: Tensor) -> Tensor:
        """Inputs (S × backgrounds, …) that have, row by row of kept (S, count), booleans, those parts only."""

    @abstractmethod
    def relevance(self, values: Tensor) -> Tensor:
        """One value for each part (count,) as relevance of the input's shape; what is no part gets 0."""

    def differing(self) -> Tensor:
        """Which parts (count,) are not the same whether they are kept or not: booleans."""
        return torch.ones(self.count, dtype=torch.bool, device=self.input.device)

    def playing(self) -> "Parts":
        """The same input in those parts alone that make a difference; the others are always kept."""
        differing = self.differing()
        return self if bool(differing.all()) else Playing(self.input, self, differing.nonzero().flatten())

    def scores(self, model: nn.Module, kept: Tensor, target: int, scale: Scale = "output") -> Tensor:
        """The target's score (S,), in double precision, for each row of kept (S, count)."""
        found = []
        with forward_only(model, self.input.unsqueeze(0)) as passed:
            for rows in chunks(len(kept), self.input.numel() * self.backgrounds):
                scores = scores_of(passed(self.keeping(kept[rows])), target, scale)
                found.append(scores.reshape(-1, self.backgrounds).mean(dim=1))
        return torch.cat(found) if found else torch.zeros(0, dtype=torch.float64, device=self.input.device)


@dataclass(frozen=True, eq=False)
class Playing(Parts):
    """Some parts (their `places`) of all."""

    all: Parts
    places: Tensor

    @property
    def count(self) -> int:
        return len(self.places)

    @property
    def backgrounds(self) -> int:
        return self.all.backgrounds

    def keeping(self, kept: Tensor) -> Tensor:
        every = torch.ones(len(kept), self.all.count, dtype=torch.bool, device=kept.device)
        return self.all.keeping(every.index_copy(1, self.places, kept))

    def relevance(self, values: Tensor) -> Tensor:
        every = torch.zeros(self.all.count, dtype=values.dtype, device=values.device)
        return self.all.relevance(every.index_copy(0, self.places, values))


@dataclass(frozen=True, eq=False)
class PictureParts(Parts):
    """A picture (C, H, W) in regions: `regions` (H, W) numbers them from 0; `baseline` is of its shape."""

    regions: Tensor
    baseline: Tensor

    @property
    def count(self) -> int:
        return int(self.regions.max()) + 1

    def keeping(self, kept: Tensor) -> Tensor:
        numbers = self.regions.flatten().expand(len(kept), -1)
        seen = kept.to(self.input.dtype).gather(1, numbers).reshape(-1, 1, *self.regions.shape)
        return torch.lerp(self.baseline, self.input, seen)  # exact at 0 and 1, and quicker than a choice

    def differing(self) -> Tensor:
        other = (self.input != self.baseline).any(dim=0)
        return self.regions[other].bincount(minlength=self.count) > 0

    def relevance(self, values: Tensor) -> Tensor:
        return values.to(self.input.dtype)[self.regions].expand_as(self.input).clone()


@dataclass(frozen=True, eq=False)
class WordParts(Parts):
    """A text (L,) in words. An absent one is left out, the others closing up, or is an unknown word.

    A text of which nothing is left is one unknown word, because some models cannot read an empty text.
    """

    absence: Absence

    @property
    def count(self) -> int:
        return int((self.input != PADDING).sum())

    def keeping(self, kept: Tensor) -> Tensor:
        words = self.input[: self.count].expand(len(kept), -1)
        return self._padded(_closed_up(words, kept) if self.absence == "remove" else _marked(words, kept))

    def relevance(self, values: Tensor) -> Tensor:
        return self._padded(values.unsqueeze(0)).squeeze(0)

    def _padded(self, rows: Tensor) -> Tensor:
        return nn.functional.pad(rows, (0, len(self.input) - self.count), value=PADDING)


def _marked(words: Tensor, kept: Tensor) -> Tensor:
    return torch.where(kept, words, UNKNOWN)


def _closed_up(words: Tensor, kept: Tensor) -> Tensor:
    order = kept.logical_not().long().sort(dim=1, stable=True).indices
    left = kept.sum(dim=1, keepdim=True)
    place = torch.arange(kept.shape[1], device=kept.device)
    closed = torch.where(place < left, words.gather(1, order), PADDING)
    return torch.where((left == 0) & (place == 0), UNKNOWN, closed)


@dataclass(frozen=True, eq=False)
class FieldParts(Parts):
    """A table's row (F,) in fields. An absent one has the values of the background rows (B, F) in turn."""

    rows: Tensor

    @property
    def count(self) -> int:
        return len(self.input)

    @property
    def backgrounds(self) -> int:
        return len(self.rows)

    def keeping(self, kept: Tensor) -> Tensor:
        return torch.where(kept.unsqueeze(1), self.input, self.rows).flatten(0, 1)

    def differing(self) -> Tensor:
        return (self.rows != self.input).any(dim=0)

    def relevance(self, values: Tensor) -> Tensor:
        return values.to(self.input.dtype)


def typical_row(data: Data) -> Tensor:
    """The training data's mean for each number and its most frequent level for each category: (F,)."""
    inputs = data.train.inputs
    modes = inputs.mode(dim=0).values
    numeric = torch.tensor([field.kind == "number" for field in data.fields], device=inputs.device)
    return torch.where(numeric, inputs.mean(dim=0), modes)


def background_rows(data: Data, count: int, seed: int) -> Tensor:
    """So many training rows, drawn by the seed, none twice: (B, F); the typical row alone for 0."""
    if not count:
        return typical_row(data).unsqueeze(0)
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(data.train), generator=generator)[:count]
    return data.train.inputs[chosen.to(data.train.inputs.device)]
