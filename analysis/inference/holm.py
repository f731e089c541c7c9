"""Holm's correction for several contrasts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return the p-values adjusted by Holm's step-down method.

    Parameters
    ----------
    p_values : shape (m,); NaN for a contrast that was planned and could not be computed

    Returns
    -------
    Array of shape (m,)
        A NaN stays one and still counts as a member of the family, so that a failed contrast never
        makes the others look better.

    Source
    ------
    Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure", Scand. J. Stat. 6.
    """
    p = np.asarray(p_values, dtype=float)
    if not len(p):
        return p
    order = np.argsort(np.where(np.isnan(p), 1.0, p))
    factors = len(p) - np.arange(len(p))
    stepped = np.maximum.accumulate(np.where(np.isnan(p), 1.0, p)[order] * factors)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return np.where(np.isnan(p), np.nan, adjusted)
