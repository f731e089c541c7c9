"""Features of a picture that people can name, measured by detectors of our own, and entries that compute them.

Pictures are bright on a dark ground, (N, C, H, W) in [0, 1]. They are first rounded to 8 bits, as they are shown.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..data.base import Field
from ..errors import BadParameters

LEVELS = 255
HARRIS_K = 0.05
HARRIS_SHARE = 0.3  # of the picture's highest response, from which on a peak is a corner
HARRIS_LEAST = 1e-6  # the response of faint noise is below it
HARRIS_SMOOTHING = torch.tensor([1.0, 6.0, 15.0, 20.0, 15.0, 6.0, 1.0], dtype=torch.float64) / 64


@dataclass(frozen=True)
class HandFeature:
    """A feature with its name, how its values are told, and how it is measured: (N, H, W) to (N,)."""

    field: Field
    meaning: str
    measure: Callable[[Tensor], Tensor]


def brightness(pictures: Tensor) -> Tensor:
    """Mean of all pixels, in percent of white."""
    return 100 * pictures.mean(dim=(1, 2))


def outline_brightness(pictures: Tensor) -> Tensor:
    """Mean of the outline, in percent of white: at each pixel the brightest minus the darkest of its 3 × 3.

    Source: the morphological gradient; Rivest, Soille and Beucher (1993), Morphological gradients.
    """
    return 100 * (_brightest(pictures) + _brightest(-pictures)).mean(dim=(1, 2))


def corners(pictures: Tensor) -> Tensor:
    """How many corners Harris' detector finds.

    Its response is det(M) − 0.05 trace(M)², where M sums products of Sobel gradients over a smooth
    window of 7 × 7. A corner is a response that is the highest of its 3 × 3 and more than 0.3 of the
    picture's highest. Other detectors, windows and shares find other numbers of corners.
    Source: Harris and Stephens (1988), A combined corner and edge detector.
    """
    response = _harris(pictures)
    least = (HARRIS_SHARE * response.amax(dim=(1, 2), keepdim=True)).clamp_min(HARRIS_LEAST)
    found = (response == _brightest(response)) & (response > least)
    return found.sum(dim=(1, 2)).to(pictures.dtype)


def width(pictures: Tensor) -> Tensor:
    """Pixels from the first to the last column with a pixel brighter than half; 0 where there is none."""
    return _extent((pictures > 0.5).any(dim=1)).to(pictures.dtype)


def height(pictures: Tensor) -> Tensor:
    """Pixels from the first to the last row with a pixel brighter than half; 0 where there is none."""
    return _extent((pictures > 0.5).any(dim=2)).to(pictures.dtype)


HAND_FEATURES = (
    HandFeature(
        Field("Brightness", "number", low=0, high=100, step=0.1, unit="%", decimals=1),
        "how bright the picture is on the whole: black is 0 %, white is 100 %",
        brightness,
    ),
    HandFeature(
        Field("Outline", "number", low=0, high=100, step=0.1, unit="%", decimals=1),
        "how much outline the picture has: the share of places where bright meets dark",
        outline_brightness,
    ),
    HandFeature(
        Field("Number of corners", "number", low=0, high=50, step=1),
        "how many corners, ends and crossings a corner detector finds",
        corners,
    ),
    HandFeature(
        Field("Width", "number", low=0, high=28, step=1, unit="pixels"),
        "how wide the figure is, from its leftmost to its rightmost bright pixel",
        width,
    ),
    HandFeature(
        Field("Height", "number", low=0, high=28, step=1, unit="pixels"),
        "how tall the figure is, from its topmost to its lowest bright pixel",
        height,
    ),
)


class PictureFeatures(nn.Module):
    """An entry that turns pictures (N, C, H, W) into features (N, F) people can read off: `fields` tells them.

    Features are rounded to the decimals in which they are told: who executes the model by hand sees the
    very numbers that it tests. They have no gradient.
    """

    fields: tuple[Field, ...]
    meanings: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The features' names, in their order."""
        return tuple(field.name for field in self.fields)

    def told(self, feature: int, value: float) -> str:
        """A feature's value as people read it."""
        return self.fields[feature].told(value)


class HandFeatures(PictureFeatures):
    """The five features of `HAND_FEATURES`."""

    fields = tuple(feature.field for feature in HAND_FEATURES)
    meanings = tuple(feature.meaning for feature in HAND_FEATURES)

    def forward(self, inputs: Tensor) -> Tensor:
        """Features (N, 5) of pictures (N, C, H, W)."""
        pictures = as_shown(inputs)
        columns = [_rounded(one.measure(pictures), one.field.decimals) for one in HAND_FEATURES]
        return torch.stack(columns, dim=1).to(inputs.dtype)


class Pixels(PictureFeatures):
    """Each pixel's brightness in percent of white, row by row; rows and columns count from 1.

    One decimal keeps the 256 levels of a picture apart.
    """

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self.size = (rows, columns)
        places = [(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)]
        self.fields = tuple(
            Field(f"Row {row}, column {column}", "number", low=0, high=100, step=0.1, unit="%", decimals=1)
            for row, column in places
        )
        self.meanings = tuple(f"how bright the pixel in row {r}, column {c} is" for r, c in places)

    def forward(self, inputs: Tensor) -> Tensor:
        """Features (N, rows × columns) of pictures (N, C, rows, columns)."""
        return _rounded(100 * as_shown(inputs), 1).flatten(1).to(inputs.dtype)

    def place(self, feature: int) -> tuple[int, int]:
        """Row and column, from 1, of a feature."""
        return feature // self.size[1] + 1, feature % self.size[1] + 1


def picture_entry(features: str, size: tuple[int, ...]) -> PictureFeatures:
    """The entry called `hand` or `pixels` for pictures (C, H, W)."""
    if features == "hand":
        return HandFeatures()
    if features == "pixels":
        return Pixels(*size[-2:])
    raise BadParameters(f'There are no picture features "{features}". Allowed: hand, pixels.')


def as_shown(inputs: Tensor) -> Tensor:
    """Pictures (N, C, H, W) as (N, H, W) in double precision, in grey, at the 8 bits in which they are shown."""
    return (inputs.double().mean(dim=1).clamp(0, 1) * LEVELS).round() / LEVELS


def sobel(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Slopes (N, H, W) to the right and downwards, in brightness per pixel."""
    kernel = pictures.new_tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8
    padded = functional.pad(pictures.unsqueeze(1), (1, 1, 1, 1))
    both = functional.conv2d(padded, torch.stack([kernel, kernel.T]).unsqueeze(1))
    return both[:, 0], both[:, 1]


def _harris(pictures: Tensor) -> Tensor:
    right, down = sobel(pictures)
    xx, yy, xy = (_smoothed(product) for product in (right * right, down * down, right * down))
    return xx * yy - xy * xy - HARRIS_K * (xx + yy) ** 2


def _smoothed(values: Tensor) -> Tensor:
    window = HARRIS_SMOOTHING.to(values)
    reach = len(window) // 2
    across = functional.conv2d(values.unsqueeze(1), window.view(1, 1, 1, -1), padding=(0, reach))
    return functional.conv2d(across, window.view(1, 1, -1, 1), padding=(reach, 0)).squeeze(1)


def _brightest(pictures: Tensor) -> Tensor:
    return functional.max_pool2d(pictures.unsqueeze(1), 3, stride=1, padding=1).squeeze(1)


def _extent(lit: Tensor) -> Tensor:
    places = torch.arange(1, lit.shape[1] + 1, device=lit.device)
    last = torch.where(lit, places, 0).amax(dim=1)
    first = torch.where(lit, places, math.inf).amin(dim=1).clamp_max(lit.shape[1] + 1)
    return torch.where(lit.any(dim=1), last - first + 1, 0)


def _rounded(values: Tensor, decimals: int) -> Tensor:
    return (values * 10**decimals).round() / 10**decimals
