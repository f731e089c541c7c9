"""Data in another precision, or on another device."""

from dataclasses import replace

import torch

from .base import Data, Split


def in_precision(data: Data, dtype: torch.dtype) -> Data:
    """The data with their inputs (token numbers excepted) and numeric truths in that precision."""

    def cast(split: Split) -> Split:
        inputs, truths = (
            one.to(dtype) if one.is_floating_point() else one for one in (split.inputs, split.truths)
        )
        return Split(inputs, truths, split.words)

    shifted = cast(data.shifted) if data.shifted is not None else None
    return replace(data, train=cast(data.train), test=cast(data.test), shifted=shifted)


def on_device(data: Data, device: str) -> Data:
    """The data with their numbers on that device."""

    def moved(split: Split) -> Split:
        return Split(split.inputs.to(device), split.truths.to(device), split.words)

    shifted = moved(data.shifted) if data.shifted is not None else None
    return replace(data, train=moved(data.train), test=moved(data.test), shifted=shifted)
