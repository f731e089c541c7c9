"""Pictures in one .npz file."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor

from ..errors import DataError
from .base import Data, Reader, Split

ARRAYS = ("x_train", "y_train", "x_test", "y_test")


@dataclass(frozen=True)
class ImageArrays(Reader):
    """Reads x_train, x_test (N, H, W) or (N, H, W, C), uint8, and y_train, y_test (N,).

    Inputs become (N, C, H, W) in [0, 1].
    """

    kind: ClassVar[str] = "image"

    def read(self, path: Path, labels: tuple[str, ...]) -> Data:
        arrays = _arrays(path)
        train = _split(path, arrays["x_train"], arrays["y_train"], len(labels))
        test = _split(path, arrays["x_test"], arrays["y_test"], len(labels))
        return Data(kind=self.kind, labels=labels, train=train, test=test)


def _arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return {name: file[name] for name in ARRAYS}
    except (OSError, ValueError, BadZipFile) as error:
        raise DataError(f"{path} cannot be read as .npz: {error}") from error
    except KeyError as error:
        raise DataError(f"{path} lacks the array {error}. Needed: {', '.join(ARRAYS)}.") from error


def _split(path: Path, pictures: np.ndarray, truths: np.ndarray, labels: int) -> Split:
    if pictures.dtype != np.uint8 or pictures.ndim not in (3, 4) or len(pictures) != len(truths):
        shapes = f"{pictures.dtype} {pictures.shape} with {truths.shape} truths"
        raise DataError(f"{path} holds {shapes}. Allowed: uint8 (N, H, W) or (N, H, W, C), one truth each.")
    if len(truths) and not 0 <= int(truths.min()) <= int(truths.max()) < labels:
        raise DataError(f"{path} holds truths up to {truths.max()}, but the recipe has {labels} labels.")
    inputs = torch.from_numpy(pictures).to(torch.float32) / 255
    return Split(_channels_first(inputs), torch.from_numpy(truths.astype(np.int64)))


def _channels_first(inputs: Tensor) -> Tensor:
    return inputs.unsqueeze(1) if inputs.ndim == 3 else inputs.permute(0, 3, 1, 2).contiguous()
