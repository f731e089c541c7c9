"""The few photos that installed packages ship, with ImageNet's labels. For demonstration and checks, not for a study.

Needs the packages that `photos.csv` names, pillow, and torchvision (which has the names of the labels).
"""

import csv
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..errors import DataError
from .base import Data, Reader, Split

COLUMNS = ("name", "package", "file", "label", "licence", "origin")
INSTALLED_AS = {"sklearn": "scikit-learn", "skimage": "scikit-image"}


@dataclass(frozen=True)
class Photos(Reader):
    """Reads a CSV of photos (name, package, file in the package, label, licence, origin) and the photos.

    Held out is each photo's middle square, training data are the squares at both of its ends, all of
    `size` pixels: (N, 3, size, size) in [0, 1]. Photos without a label, because ImageNet has none that
    fits, are left out; so are those of packages that are not installed, if `absent_left_out`, which
    are an error otherwise. `labels` are ImageNet's where the recipe gives none.
    """

    size: int = 224
    absent_left_out: bool = False

    kind: ClassVar[str] = "image"

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        names = labels or imagenet_labels()
        rows = [row for row in _rows(path) if row["label"]]
        found = [(row, file) for row in rows if (file := self._file(path, row)) is not None]
        if not found:
            raise DataError(f"{path} names no photo with a label whose package is installed.")
        middle, ends, truths = [], [], []
        for row, file in found:
            if row["label"] not in names:
                raise DataError(
                    f'{path}: photo {row["name"]} has label "{row["label"]}", which is none of the labels.'
                )
            picture = _picture(file)
            first, centre, last = (square(picture, place, self.size) for place in (0.0, 0.5, 1.0))
            middle.append(centre)
            ends += [first, last]
            truths.append(names.index(row["label"]))
        numbers = torch.tensor(truths)
        train = Split(torch.stack(ends), numbers.repeat_interleave(2))
        return Data(self.kind, tuple(names), train, Split(torch.stack(middle), numbers))

    def _file(self, path: Path, row: dict[str, str]) -> Path | None:
        folder = package_folder(row["package"])
        if folder is not None and (folder / row["file"]).is_file():
            return folder / row["file"]
        if self.absent_left_out:
            return None
        package = INSTALLED_AS.get(row["package"], row["package"])
        raise DataError(
            f"{path}: photo {row['name']} is in {package}, which is not installed: pip install {package}"
        )


def imagenet_labels() -> Sequence[str]:
    """The 1,000 labels of ImageNet's classification task, in the order that models use.

    Raises
    ------
    DataError : torchvision is not installed.
    """
    try:
        from torchvision.models._meta import _IMAGENET_CATEGORIES
    except ImportError as error:
        raise DataError(
            f"ImageNet's labels are read from torchvision: pip install torchvision ({error})"
        ) from error
    return tuple(_IMAGENET_CATEGORIES)


def package_folder(package: str) -> Path | None:
    """Where a package's files are; nothing if it is not installed. The package is not imported."""
    found = importlib.util.find_spec(package)
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) if places else None


def square(picture: Tensor, place: float, size: int) -> Tensor:
    """The largest square of a picture (C, H, W), from 0 (left or top) to 1 (right or bottom), at that size."""
    height, width = picture.shape[1:]
    side = min(height, width)
    top, left = round(place * (height - side)), round(place * (width - side))
    cut = picture[:, top : top + side, left : left + side].unsqueeze(0)
    made = functional.interpolate(
        cut, size=(size, size), mode="bilinear", antialias=True, align_corners=False
    )
    return (made.squeeze(0).clamp(0, 1) * 255).round() / 255


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise DataError(f"{path} has columns {reader.fieldnames}. Needed: {', '.join(COLUMNS)}.")
        return list(reader)


def _picture(file: Path) -> Tensor:
    try:
        from PIL import Image
    except ImportError as error:
        raise DataError("Photos are read with pillow, which is not installed: pip install pillow") from error
    with Image.open(file) as opened:
        pixels = np.asarray(opened.convert("RGB"))
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1).float() / 255
