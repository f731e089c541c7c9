"""What any input is in terms that people can name: a table's fields, which words there are, how bright regions are."""

from typing import Literal

import torch
from torch import Tensor, nn

from ...data.base import Data, Field
from ...models.decision_tree import Columns
from ...models.encoder import columns_of
from ...models.hand_features import HandFeatures, PictureFeatures
from ..words.regions import REGIONS, named_regions

Pictures = Literal["regions", "hand"]


class WordsPresent(nn.Module):
    """Texts (N, L) as which of some words are there: (N, words), 0 or 1."""

    numbers: Tensor
    fields: tuple[Field, ...]

    def __init__(self, numbers: list[int], data: Data) -> None:
        super().__init__()
        self.register_buffer("numbers", torch.tensor(numbers, dtype=torch.long))
        tokens = data.vocabulary.tokens if data.vocabulary else ()
        self.fields = tuple(
            Field(f"the word “{tokens[number]}”", "category", levels=("missing", "there"))
            for number in numbers
        )

    def forward(self, inputs: Tensor) -> Tensor:
        return torch.stack([(inputs == number).any(dim=1) for number in self.numbers], dim=1).double()


class RegionBrightness(nn.Module):
    """Pictures (N, C, H, W) as the mean brightness of nine regions, in percent: (N, 9)."""

    fields: tuple[Field, ...] = tuple(
        Field(f"brightness {where}", "number", low=0, high=100, unit="%", step=1) for where in REGIONS
    )

    def forward(self, inputs: Tensor) -> Tensor:
        places = named_regions(inputs.shape[2], inputs.shape[3])
        grey = inputs.double().mean(dim=1)
        return torch.stack(
            [100 * grey[:, places == number].mean(dim=1) for number in range(len(REGIONS))], dim=1
        ).round()


Entry = WordsPresent | RegionBrightness | PictureFeatures


def readable_entry(data: Data, pictures: Pictures = "regions", words: int = 1000) -> Entry | None:
    """What turns inputs into values that people can name; None where the inputs are such already.

    Of texts the `words` are taken that stand in most training texts.
    """
    if data.kind == "text":
        return WordsPresent(_most_frequent(data, words), data)
    if data.kind == "image":
        return HandFeatures() if pictures == "hand" else RegionBrightness()
    return None


def columns(data: Data, entry: Entry | None) -> Columns:
    """What may be asked: each number's size, each category's levels, of words whether they are there."""
    if isinstance(entry, WordsPresent):
        return [(place, 1) for place in range(len(entry.fields))]
    return columns_of(entry.fields if entry is not None else data.fields)


def _most_frequent(data: Data, count: int) -> list[int]:
    tokens = data.vocabulary.tokens if data.vocabulary else ()
    present = torch.zeros(len(data.train), len(tokens), dtype=torch.bool, device=data.train.inputs.device)
    present.scatter_(1, data.train.inputs, True)
    texts = present.sum(dim=0)
    order = sorted(
        range(2, len(tokens)), key=lambda number: (-int(texts[number]), number)
    )  # 0 and 1 are no words
    return order[:count]
