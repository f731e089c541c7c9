"""Pictures with a planted tag that tells the label, mostly; in the shifted data it tells nothing."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ..draws import small_seed
from ..errors import BadParameters
from .base import Data, Reader, Split
from .image_arrays import ImageArrays


@dataclass(frozen=True)
class TaggedPictures(Reader):
    """Reads what `ImageArrays` reads and plants a white square of `size` pixels near the edge of each picture.

    Each label has a place of its own for its tag, half of the labels above and half below. In a share
    `telling` of the training and held-out pictures the tag stands at the place of the picture's label, in
    the others at one drawn at random. `shifted` has the held-out pictures again, their tags all drawn
    at random (`random`) or absent (`absent`): what a model has learnt of the tags is of no use there.
    """

    size: int = 2
    telling: float = 0.9
    shifted: Literal["random", "absent"] = "random"
    seed: int = 0

    kind: ClassVar[str] = "image"

    def __post_init__(self) -> None:
        if self.size < 1 or not 0 <= self.telling <= 1:
            given = f"size {self.size}, telling {self.telling}"
            raise BadParameters(f"tagged-pictures: {given}. Allowed: size from 1, telling from 0 to 1.")

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        plain = ImageArrays().read(path, labels)
        places = tag_places(len(labels), tuple(plain.test.inputs.shape[-2:]), self.size)
        return replace(
            plain,
            train=self._tagged(plain.train, places, self.telling, "train"),
            test=self._tagged(plain.test, places, self.telling, "test"),
            shifted=plain.test
            if self.shifted == "absent"
            else self._tagged(plain.test, places, 0, "shifted"),
        )

    def _tagged(self, split: Split, places: Tensor, telling: float, name: str) -> Split:
        generator = torch.Generator().manual_seed(small_seed(self.seed, "tags", name))
        is_told = torch.rand(len(split), generator=generator) < telling
        drawn = torch.randint(len(places), (len(split),), generator=generator)
        inputs = with_tags(split.inputs, places[torch.where(is_told, split.truths, drawn)], self.size)
        return replace(split, inputs=inputs)


def tag_places(labels: int, shape: tuple[int, ...], size: int) -> Tensor:
    """Row and column of the upper left corner of each label's tag: (labels, 2)."""
    height, width = shape
    above = -(-labels // 2)
    if (size + 1) * above > width - 1 or 2 * size + 2 > height:
        raise BadParameters(
            f"tagged-pictures: {labels} tags of {size} pixels do not fit pictures of {height} × {width}."
        )
    columns = torch.linspace(1, width - size - 1, above).round().long()
    return torch.tensor(
        [(1 if label < above else height - size - 1, int(columns[label % above])) for label in range(labels)]
    )


def with_tags(inputs: Tensor, corners: Tensor, size: int) -> Tensor:
    """Copies of pictures (N, C, H, W) with a white square at each one's corner (N, 2)."""
    tagged = inputs.clone()
    each = torch.arange(len(inputs))
    for row in range(size):
        for column in range(size):
            tagged[each, :, corners[:, 0] + row, corners[:, 1] + column] = 1.0
    return tagged
