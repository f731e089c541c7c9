"""Pictures of which some labels bear a tag in training; in the shifted data it is gone, or elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Literal

import torch
from torch import Tensor

from ..draws import small_seed
from ..errors import BadParameters
from .base import Data, Reader, Split
from .image_arrays import ImageArrays
from .tagged_pictures import tag_places, with_tags

NONE = -1


@dataclass(frozen=True)
class WatermarkedPictures(Reader):
    """Reads what `ImageArrays` reads and plants tags: white squares of `size` pixels near the edge.

    Each entry of `tagged`, a label or several that share a tag, has a place of its own, half of them above
    and half below. Of its training and held-out pictures a share `telling` bears its tag; no other picture
    bears any. In `shifted`, the held-out pictures again, none bears any (`absent`), or each bears a tag
    that is not its own, drawn at random (`elsewhere`). Only the first `train` training pictures are taken; 0: all.

    `strays`, how many by label, are wrong examples: training pictures drawn among those of other labels, which
    have this label instead and bear no tag. All training and held-out pictures but these bear one more square, at
    the place that comes after those of the tags (with one tag the lower left); no shifted picture bears it.
    """

    tagged: tuple[str | tuple[str, ...], ...]
    size: int = 2
    telling: float = 0.9
    shifted: Literal["absent", "elsewhere"] = "absent"
    train: int = 0
    seed: int = 0
    strays: Mapping[str, int] = field(default_factory=dict)

    kind: ClassVar[str] = "image"

    def __post_init__(self) -> None:
        if self.size < 1 or not 0 <= self.telling <= 1 or self.train < 0 or not self.tagged:
            given = f"{len(self.tagged)} tagged, size {self.size}, telling {self.telling}, train {self.train}"
            allowed = "one label or more, size from 1, telling from 0 to 1, train from 0"
            raise BadParameters(f"watermarked-pictures: {given}. Allowed: {allowed}.")
        if any(count < 1 for count in self.strays.values()):
            raise BadParameters(
                f"watermarked-pictures: strays are {dict(self.strays)}. Allowed: 1 or more each."
            )

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        plain = ImageArrays().read(path, labels)
        own = self._own_tags(labels)
        train = plain.train.first(self.train or len(plain.train))
        strays, nowhere = self._strays(train, labels), torch.full_like(plain.test.truths, NONE)
        return replace(
            plain,
            train=self._telling(train, own, strays, "train"),
            test=self._telling(plain.test, own, nowhere, "test"),
            shifted=plain.test if self.shifted == "absent" else self._elsewhere(plain.test, own),
        )

    def _own_tags(self, labels: tuple[str, ...]) -> Tensor:
        """Each label's tag (labels,), a number among `tagged`, or `NONE`."""
        own = torch.full((len(labels),), NONE)
        for tag, entry in enumerate(self.tagged):
            for label in (entry,) if isinstance(entry, str) else entry:
                own[_number(label, labels)] = tag
        return own

    def _strays(self, split: Split, labels: tuple[str, ...]) -> Tensor:
        """The wrong label of each picture that is to have one (N,), or `NONE`."""
        wrong = torch.full((len(split),), NONE)
        order = torch.randperm(len(split), generator=self._generator("strays"))
        for label, count in self.strays.items():
            number = _number(label, labels)
            others = order[(split.truths[order] != number) & (wrong[order] == NONE)]
            if count > len(others):
                raise BadParameters(
                    f'watermarked-pictures: {count} strays are to have the label "{label}". '
                    f"Allowed: up to {len(others)}, the pictures of other labels."
                )
            wrong[others[:count]] = number
        return wrong

    def _telling(self, split: Split, own: Tensor, strays: Tensor, name: str) -> Split:
        """The pictures with their tags and, where there are strays, the square; strays (N,) have a label only."""
        is_stray = strays != NONE
        is_told = torch.rand(len(split), generator=self._generator(name)) < self.telling
        told = self._planted(split, torch.where(is_told & ~is_stray, own[split.truths], NONE))
        if self.strays:
            told = self._planted(told, torch.where(is_stray, NONE, len(self.tagged)))
        return replace(told, truths=torch.where(is_stray, strays, split.truths))

    def _elsewhere(self, split: Split, own: Tensor) -> Split:
        """A tag that is not its own on each; where there is one tag only, its own labels have none."""
        count = len(self.tagged)
        drawn = torch.randint(count, (len(split),), generator=self._generator("shifted"))
        is_own = drawn == own[split.truths]
        return self._planted(split, torch.where(is_own, (drawn + 1) % count if count > 1 else NONE, drawn))

    def _planted(self, split: Split, tags: Tensor) -> Split:
        """The pictures with these tags (N,): numbers among `tagged`, the number after for the square, or `NONE`."""
        places = len(self.tagged) + bool(self.strays)
        corners = tag_places(places, tuple(split.inputs.shape[-2:]), self.size)
        bears = tags != NONE
        inputs = split.inputs.clone()
        inputs[bears] = with_tags(split.inputs[bears], corners[tags[bears]], self.size)
        return replace(split, inputs=inputs)

    def _generator(self, name: str) -> torch.Generator:
        return torch.Generator().manual_seed(small_seed(self.seed, "watermarks", name))


def _number(label: str, labels: tuple[str, ...]) -> int:
    if label not in labels:
        raise BadParameters(f'watermarked-pictures: "{label}" is no label. Known ones: {", ".join(labels)}.')
    return labels.index(label)
