"""Regions of a picture: a grid, or superpixels that follow its edges."""

from typing import Literal

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

Segmentation = Literal["grid", "superpixels"]


def regions_of(picture: Tensor, segmentation: Segmentation, count: int, compactness: float = 0.2) -> Tensor:
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
    pixels = _features(picture, count, compactness)
    labels = _grid(picture.shape[1], picture.shape[2], count)
    for _ in range(rounds):
        labels = _nearest(pixels, _means(pixels, labels), labels.max() + 1, labels)
    return _connected(labels, smallest=max(1, labels.size // count // 4))


def _grid(height: int, width: int, count: int) -> np.ndarray:
    """Rectangles as square as the numbers of rows and columns allow: (H, W)."""
    rows = min(height, max(1, round((count * height / width) ** 0.5)))
    columns = min(width, max(1, round(count / rows)))
    return (np.arange(height) * rows // height)[:, None] * columns + np.arange(width) * columns // width


def _features(picture: np.ndarray, count: int, compactness: float) -> np.ndarray:
    """Place and colours of each pixel (2 + C, H, W), in units in which distances are compared."""
    height, width = picture.shape[1:]
    places = np.indices((height, width)) * (compactness / (height * width / count) ** 0.5)
    return np.concatenate([places, picture])


def _means(pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean features (K, 2 + C) of each region; NaN for one that has no pixels left."""
    flat = labels.ravel()
    sizes = np.bincount(flat)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([np.bincount(flat, weights=row.ravel()) / sizes for row in pixels], axis=1)


def _nearest(pixels: np.ndarray, means: np.ndarray, regions: int, labels: np.ndarray) -> np.ndarray:
    """The region of nearest mean for each pixel, among the regions within two widths of it."""
    found, least = labels.copy(), np.full(labels.shape, np.inf)
    reach = 2 * int(np.ceil((labels.size / regions) ** 0.5))
    middles = ndimage.center_of_mass(np.ones(labels.shape), labels, range(regions))
    for region, (middle, mean) in enumerate(zip(middles, means, strict=True)):
        if not np.isfinite(mean).all():
            continue
        row, column = (int(one) for one in middle)
        window = np.s_[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
        distance = ((pixels[:, *window] - mean[:, None, None]) ** 2).sum(axis=0)
        nearer = distance < least[window]
        least[window][nearer], found[window][nearer] = distance[nearer], region
    return found


def _connected(labels: np.ndarray, smallest: int) -> np.ndarray:
    """The same regions, each of one piece: a piece too small joins the region before it in reading order."""
    pieces = np.zeros_like(labels)
    for region in np.unique(labels):
        own, _ = ndimage.label(labels == region)
        pieces = np.where(own > 0, own + pieces.max(), pieces)
    pieces = _in_reading_order(pieces)
    sizes = np.bincount(pieces.ravel())
    for piece in np.flatnonzero(sizes < smallest):
        inside = pieces == piece
        beside = pieces[ndimage.binary_dilation(inside) & ~inside]
        if len(beside):
            pieces[inside] = np.bincount(beside).argmax()
    return _in_reading_order(pieces)


def _in_reading_order(labels: np.ndarray) -> np.ndarray:
    _, first, numbers = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[numbers.reshape(labels.shape)]
