"""Drawing pictures and relevance maps over them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import Tensor

from ..data.base import Case, Data
from ..errors import BadParameters
from .base import Drawer
from .png import png

# little to much; the pages' legend shows the same gradient
SCALE = ((0.0, "#000000"), (0.4, "#d55e00"), (0.7, "#e69f00"), (1.0, "#f0e442"))


@dataclass(frozen=True)
class ImageDrawer(Drawer):
    """Pictures in their natural size; relevance in colours over the picture in grey.

    A pixel of relevance r in [0, 1] is the scale's colour at r, plus the picture's grey times
    `grey` × (1 - r): where the picture is black, the colour is that of the legend, and where relevance
    is full, nothing of the picture shines through.
    """

    grey: float = 0.55
    floor_percentile: float = 50.0
    ceiling_percentile: float = 99.5
    scale: tuple[tuple[float, str], ...] = SCALE

    kind: ClassVar[str] = "image"

    def __post_init__(self) -> None:
        if not 0 <= self.grey <= 1:
            raise BadParameters(f"drawer image: grey is {self.grey}. Allowed: 0 to 1.")
        if not 0 <= self.floor_percentile < self.ceiling_percentile <= 100:
            percentiles = f"{self.floor_percentile} and {self.ceiling_percentile}"
            raise BadParameters(
                f"drawer image: percentiles are {percentiles}. Allowed: 0 to 100, floor below."
            )

    @property
    def normalisation(self) -> str:
        return (
            f"Each map by itself: its {self.floor_percentile:g}th percentile and less is the scale's "
            f"beginning, its {self.ceiling_percentile:g}th and more its end, linear between."
        )

    def input(self, case: Case, data: Data) -> bytes:
        pixels = _bytes(_array(case.input))
        return png(pixels[0] if len(pixels) == 1 else np.moveaxis(pixels, 0, 2))

    def relevance(self, case: Case, relevance: Tensor, data: Data) -> bytes:
        picture = _array(case.input).mean(axis=0)
        share = self.normalised(np.abs(_array(relevance)).max(axis=0))
        grey = (picture * self.grey * (1 - share))[:, :, None]
        return png(_bytes(grey + self.colours(share)))

    def change(self, before: Case, after: Case, data: Data) -> bytes:
        return self.input(after, data)

    def normalised(self, relevance: np.ndarray) -> np.ndarray:
        """Relevance (H, W), not below zero, as shares in [0, 1]; equal everywhere stays all zero."""
        floor, ceiling = np.percentile(relevance, [self.floor_percentile, self.ceiling_percentile])
        ceiling = ceiling if ceiling > floor else relevance.max()  # all but a few pixels are equal
        if ceiling <= floor:
            return np.zeros_like(relevance)
        return np.clip((relevance - floor) / (ceiling - floor), 0, 1)

    def colours(self, share: np.ndarray) -> np.ndarray:
        """Colours of the scale: (H, W) in [0, 1] to (H, W, 3) in [0, 1]."""
        places = [place for place, _ in self.scale]
        stops = np.array(
            [[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for _, colour in self.scale]
        )
        return np.stack([np.interp(share, places, stops[:, channel]) for channel in range(3)], axis=-1)


def _array(value: Tensor) -> np.ndarray:
    return value.detach().cpu().double().numpy()


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
