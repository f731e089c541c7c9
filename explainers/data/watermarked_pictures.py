"""Pictures of which some labels bear a tag in training; in the shifted data it is gone, or elsewhere."""

from dataclasses import dataclass, replace
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
    """

    tagged: tuple[str | tuple[str, ...], ...]
    size: int = 2
    telling: float = 0.9
    shifted: Literal["absent", "elsewhere"] = "absent"
    train: int = 0
    seed: int = 0

    kind: ClassVar[str] = "image"

    def __post_init__(self) -> None:
        if self.size < 1 or not 0 <= self.telling <= 1 or self.train < 0 or not self.tagged:
            given = f"{len(self.tagged)} tagged, size {self.size}, telling {self.telling}, train {self.train}"
            allowed = "one label or more, size from 1, telling from 0 to 1, train from 0"
            raise BadParameters(f"watermarked-pictures: {given}. Allowed: {allowed}.")

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        plain = ImageArrays().read(path, labels)
        own = self._own_tags(labels)
        return replace(
            plain,
            train=self._telling(plain.train.first(self.train or len(plain.train)), own, "train"),
            test=self._telling(plain.test, own, "test"),
            shifted=plain.test if self.shifted == "absent" else self._elsewhere(plain.test, own),
        )

    def _own_tags(self, labels: tuple[str, ...]) -> Tensor:
        """Each label's tag (labels,), a number among `tagged`, or `NONE`."""
        own = torch.full((len(labels),), NONE)
        for tag, entry in enumerate(self.tagged):
            for label in (entry,) if isinstance(entry, str) else entry:
                if label not in labels:
                    known = ", ".join(labels)
                    raise BadParameters(f'watermarked-pictures: "{label}" is no label. Known ones: {known}.')
                own[labels.index(label)] = tag
        return own

    def _telling(self, split: Split, own: Tensor, name: str) -> Split:
        is_told = torch.rand(len(split), generator=self._generator(name)) < self.telling
        return self._planted(split, torch.where(is_told, own[split.truths], NONE))

    def _elsewhere(self, split: Split, own: Tensor) -> Split:
        """A tag that is not its own on each; where there is one tag only, its own labels have none."""
        count = len(self.tagged)
        drawn = torch.randint(count, (len(split),), generator=self._generator("shifted"))
        is_own = drawn == own[split.truths]
        return self._planted(split, torch.where(is_own, (drawn + 1) % count if count > 1 else NONE, drawn))

    def _planted(self, split: Split, tags: Tensor) -> Split:
        """The pictures with these tags (N,), numbers among `tagged`, or `NONE`."""
        corners = tag_places(len(self.tagged), tuple(split.inputs.shape[-2:]), self.size)
        bears = tags != NONE
        inputs = split.inputs.clone()
        inputs[bears] = with_tags(split.inputs[bears], corners[tags[bears]], self.size)
        return replace(split, inputs=inputs)

    def _generator(self, name: str) -> torch.Generator:
        return torch.Generator().manual_seed(small_seed(self.seed, "watermarks", name))
