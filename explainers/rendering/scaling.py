"""From relevance to weights in [−1, 1], as a bundle declares it for all its explainers."""

from collections.abc import Iterator
from typing import Literal, get_args

import numpy as np
from torch import Tensor

from ..errors import Wrong

# what becomes of relevance below zero: its size counts, it counts as nothing, or it is shown as speaking against
Negative = Literal["magnitude", "positive", "diverging"]
BELOW_ZERO = {
    "magnitude": "the sign is left out",
    "positive": "what speaks against counts as nothing",
    "diverging": "for and against have a colour each",
}


def signed(relevance: np.ndarray, negative: Negative) -> np.ndarray:
    """Relevance of any shape, with what is below zero as declared."""
    if negative == "magnitude":
        return np.abs(relevance)
    return np.maximum(relevance, 0) if negative == "positive" else relevance


def as_weights(relevance: Tensor, negative: Negative = "diverging", ceiling: float = 100.0) -> list[float]:
    """Relevance (D,) divided by its `ceiling` percentile of size, cut to [−1, 1]; all zero where there is none.

    Where that percentile is zero although there is relevance, the largest size is taken.
    """
    values = signed(relevance.detach().cpu().double().numpy(), negative)
    sizes = np.abs(values)
    if not sizes.any():
        return [0.0] * len(values)
    largest = float(np.percentile(sizes, ceiling)) or float(sizes.max())
    return [float(value) for value in np.clip(values / largest, -1, 1)]


def told(what: str, full: str, negative: Negative, ceiling: float) -> str:
    """The declared normalisation in one sentence."""
    weight = "the largest weight" if ceiling == 100 else f"the {ceiling:g}th percentile of weights and more"
    return f"Each {what} by itself: {weight}{_either(negative)} {full}; {BELOW_ZERO[negative]}."


def faults_of_normalisation(drawer: str, negative: str, ceiling: float) -> Iterator[Wrong]:
    """Settings that cannot be."""
    if negative not in get_args(Negative):
        allowed = ", ".join(get_args(Negative))
        yield Wrong(("negative",), f'drawer {drawer}: negative is "{negative}". Allowed: {allowed}.')
    if not 0 < ceiling <= 100:
        told = f"drawer {drawer}: ceiling_percentile is {ceiling:g}"
        yield Wrong(("ceiling_percentile",), f"{told}. Allowed: above 0, to 100.")


def _either(negative: Negative) -> str:
    return ", for or against," if negative == "diverging" else ""
