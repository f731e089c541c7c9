"""Drawing pictures and relevance maps over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import Tensor

from ..bundle.scales import EMBERS, SCALES, Stops, stops_of
from ..data.base import Case, Data
from ..errors import Wrong, refuse
from .base import Drawer
from .png import png
from .scaling import BELOW_ZERO, Negative, faults_of_normalisation, signed

SCALE = EMBERS
LARGEST = 16


@dataclass(frozen=True)
class ImageDrawer(Drawer):
    """Pictures in their natural size; relevance in colours over the picture in grey.

    A pixel of relevance r in [0, 1] is the scale's colour at r times `opacity`, plus the picture's grey times
    `grey` × (1 - `opacity` × r): where the picture is black, the colour is that of the legend, and where
    relevance is full and `opacity` is 1, nothing of the picture shines through.

    `negative` says what becomes of relevance below zero: its size is drawn (`magnitude`), nothing
    (`positive`), or it has colours of its own (`diverging`; the scale then runs from -1 to 1, as `both-ways`
    does). `scale` is the name of a scale of `bundle.scales`, or its stops. `enlarge` draws each pixel as so
    many by so many.
    """

    grey: float = 0.55
    floor_percentile: float = 50.0
    ceiling_percentile: float = 99.5
    scale: str | tuple[tuple[float, str], ...] = SCALE
    negative: Negative = "magnitude"
    opacity: float = 1.0
    enlarge: int = 1

    kind: ClassVar[str] = "image"

    def __post_init__(self) -> None:
        refuse(self._faults())

    def _faults(self) -> Iterator[Wrong]:
        for name, share in (("grey", self.grey), ("opacity", self.opacity)):
            if not 0 <= share <= 1:
                yield Wrong((name,), f"drawer image: {name} is {share:g}. Allowed: 0 to 1.")
        if not 1 <= self.enlarge <= LARGEST:
            message = f"drawer image: enlarge is {self.enlarge}. Allowed: 1 to {LARGEST}."
            yield Wrong(("enlarge",), message)
        yield from faults_of_normalisation(self.kind, self.negative, self.ceiling_percentile)
        if not 0 <= self.floor_percentile < self.ceiling_percentile:
            told = f"drawer image: floor_percentile is {self.floor_percentile:g}"
            message = f"{told}. Allowed: from 0, below ceiling_percentile ({self.ceiling_percentile:g})."
            yield Wrong(("floor_percentile",), message)
        if told := self._fault_of_scale():
            yield Wrong(("scale",), told)

    def _fault_of_scale(self) -> str:
        if isinstance(self.scale, str) and self.scale not in SCALES:
            return f'drawer image: scale is "{self.scale}". Allowed: {", ".join(SCALES)}, or stops.'
        first, last = (-1.0 if self.negative == "diverging" else 0.0), 1.0
        places = [place for place, _ in self.stops]
        if places == sorted(places) and (places[:1], places[-1:]) == ([first], [last]):
            return ""
        runs = f"runs from {places[0]:g} to {places[-1]:g}" if places else "has no stops"
        return (
            f'drawer image: the scale {runs} while negative is "{self.negative}". Allowed: stops in order '
            f"from {first:g} to {last:g}{', as both-ways has' if first else ''}."
        )

    @property
    def stops(self) -> Stops:
        """Places and colours of the scale."""
        return stops_of(self.scale)

    @property
    def normalisation(self) -> str:
        told = (
            f"Each map by itself: its {self.floor_percentile:g}th percentile and less is the scale's "
            f"beginning, its {self.ceiling_percentile:g}th and more its end, linear between."
        )
        if self.negative == "magnitude":
            return told
        return f"{told[:-1]}; percentiles are of size, and {BELOW_ZERO[self.negative]}."

    def input(self, case: Case, data: Data) -> bytes:
        pixels = _bytes(_array(case.input))
        return self._png(pixels[0] if len(pixels) == 1 else np.moveaxis(pixels, 0, 2))

    def relevance(self, case: Case, relevance: Tensor, data: Data) -> bytes:
        picture = _array(case.input).mean(axis=0)
        values = strongest(signed(_array(relevance), self.negative))
        share = self.normalised(np.abs(values))
        grey = (picture * self.grey * (1 - self.opacity * share))[:, :, None]
        return self._png(_bytes(grey + self.opacity * self.colours(share * np.sign(values))))

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
        """Colours of the scale: (H, W) in [0, 1] (or [-1, 1]) to (H, W, 3) in [0, 1]."""
        places = [place for place, _ in self.stops]
        stops = np.array(
            [[int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for _, colour in self.stops]
        )
        return np.stack([np.interp(share, places, stops[:, channel]) for channel in range(3)], axis=-1)

    def _png(self, pixels: np.ndarray) -> bytes:
        if self.enlarge > 1:
            pixels = pixels.repeat(self.enlarge, axis=0).repeat(self.enlarge, axis=1)
        return png(pixels)


def strongest(values: np.ndarray) -> np.ndarray:
    """Values (C, H, W) of the channel that has the largest size at each pixel: (H, W)."""
    largest = np.abs(values).argmax(axis=0)
    return np.asarray(np.take_along_axis(values, largest[None], axis=0)[0])


def _array(value: Tensor) -> np.ndarray:
    return value.detach().cpu().double().numpy()


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
