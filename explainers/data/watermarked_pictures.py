"""Pictures of which some labels bear a tag in training, and other labels bear it in the shifted data."""

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

    Each of the `tagged` labels has a place of its own, half of them above and half below. Of its training
    and held-out pictures a share `telling` bears its tag; no other picture bears any. In `shifted`, the
    held-out pictures again, each bears the tag of a label that is not its own, drawn at random
    (`elsewhere`), or none does (`absent`). Only the first `train` training pictures are taken; 0: all.
    """

    tagged: tuple[str, ...]
    size: int = 2
    telling: float = 0.9
    shifted: Literal["elsewhere", "absent"] = "elsewhere"
    train: int = 0
    seed: int = 0

    kind: ClassVar[str] = "image"

    def __post_init__(self) -> None:
        if self.size < 1 or not 0 <= self.telling <= 1 or self.train < 0 or not self.tagged:
            given = f"{len(self.tagged)} tagged, size {self.size}, telling {self.telling}, train {self.train}"
            allowed = "one label or more, size from 1, telling from 0 to 1, train from 0"
            raise BadParameters(f"watermarked-pictures: {given}. Allowed: {allowed}.")

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        if strange := [label for label in self.tagged if label not in labels]:
            known = ", ".join(labels)
            raise BadParameters(f'watermarked-pictures: "{strange[0]}" is no label. Known ones: {known}.')
        plain = ImageArrays().read(path, labels)
        own = torch.full((len(labels),), NONE)
        own[[labels.index(label) for label in self.tagged]] = torch.arange(len(self.tagged))
        return replace(
            plain,
            train=self._telling(plain.train.first(self.train or len(plain.train)), own, "train"),
            test=self._telling(plain.test, own, "test"),
            shifted=plain.test if self.shifted == "absent" else self._elsewhere(plain.test, own),
        )

    def _telling(self, split: Split, own: Tensor, name: str) -> Split:
        is_told = torch.rand(len(split), generator=self._generator(name)) < self.telling
        return self._planted(split, torch.where(is_told, own[split.truths], NONE))

    def _elsewhere(self, split: Split, own: Tensor) -> Split:
        """Another label's tag on each; where there is one tag only, its own label has none."""
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
