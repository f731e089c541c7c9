"""Regions of a picture: a grid, or superpixels that follow its edges."""

from typing import Literal

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

Segmentation = Literal["grid", "superpixels"]


def segments_of(picture: Tensor, segmentation: Segmentation, count: int, compactness: float = 0.2) -> Tensor:
    """Number of the region of each pixel: (H, W), whole numbers from 0 without a gap.

    Parameters
    ----------
    picture : (C, H, W) in [0, 1].
    count : how many regions are wanted; what comes out is near it.
    compactness : of superpixels: how much a distance of one region's width weighs beside a difference of
        one in the colours. More makes squares, less follows edges.

    Source
    ------
    Superpixels: SLIC in Achanta et al. (2012), "SLIC Superpixels Compared to State-of-the-art Superpixel
    Methods", TPAMI, on colours as they are, with ten rounds; each region is made connected afterwards.
    """
    height, width = picture.shape[1:]
    if segmentation == "grid":
        found = _grid(height, width, count)
    else:
        found = superpixels(picture.detach().cpu().double().numpy(), count, compactness)
    return torch.from_numpy(found).to(picture.device)


def superpixels(picture: np.ndarray, count: int, compactness: float, rounds: int = 10) -> np.ndarray:
    """Superpixels (H, W) of a picture (C, H, W), numbered in reading order of their first pixels."""
    height, width = picture.shape[1:]
    side = (height * width / count) ** 0.5
    unit = compactness / side
    pixels = np.concatenate([np.indices((height, width)) * unit, picture])
    labels = _grid(height, width, count)
    for _ in range(rounds):
        labels = _nearest(pixels, _means(pixels, labels), labels, unit, reach=2 * int(np.ceil(side)))
    return _connected(labels, smallest=side**2 / 2)


def _grid(height: int, width: int, count: int) -> np.ndarray:
    """Rectangles as square as the numbers of rows and columns allow: (H, W)."""
    rows = min(height, max(1, round((count * height / width) ** 0.5)))
    columns = min(width, max(1, round(count / rows)))
    return (np.arange(height) * rows // height)[:, None] * columns + np.arange(width) * columns // width


def _means(pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean features (K, 2 + C) of each region; NaN for one that has no pixels left."""
    flat = labels.ravel()
    sizes = np.bincount(flat)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([np.bincount(flat, weights=row.ravel()) / sizes for row in pixels], axis=1)


def _nearest(
    pixels: np.ndarray, means: np.ndarray, labels: np.ndarray, unit: float, reach: int
) -> np.ndarray:
    """The region of nearest mean for each pixel, among those whose middle is within reach."""
    found, least = labels.copy(), np.full(labels.shape, np.inf)
    for region, mean in enumerate(means):
        if not np.isfinite(mean).all():
            continue
        row, column = np.rint(mean[:2] / unit).astype(int)
        window = np.s_[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
        distance = ((pixels[:, *window] - mean[:, None, None]) ** 2).sum(axis=0)
        nearer = distance < least[window]
        least[window][nearer], found[window][nearer] = distance[nearer], region
    return found


def _connected(labels: np.ndarray, smallest: float) -> np.ndarray:
    """The same regions, each of one piece; pieces too small are filled from the regions around them."""
    pieces = np.zeros_like(labels)  # 0: to be filled
    for region in np.unique(labels):
        own, number = ndimage.label(labels == region)
        sizes = np.bincount(own.ravel(), minlength=number + 1)[1:]
        for piece in {int(sizes.argmax()), *np.flatnonzero(sizes >= smallest).tolist()}:
            pieces[own == piece + 1] = pieces.max() + 1
    cross = ndimage.generate_binary_structure(2, 1)
    while not pieces.all():
        pieces = np.where(pieces > 0, pieces, ndimage.grey_dilation(pieces, footprint=cross))
    return _in_reading_order(pieces)


def _in_reading_order(labels: np.ndarray) -> np.ndarray:
    _, first, numbers = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[numbers.reshape(labels.shape)]
