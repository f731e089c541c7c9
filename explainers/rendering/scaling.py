"""From relevance to weights in [−1, 1]."""

from torch import Tensor


def as_weights(relevance: Tensor) -> list[float]:
    """Relevance (D,) divided by its largest size; all zero where there is none."""
    values = relevance.detach().cpu().double()
    largest = float(values.abs().max()) if len(values) else 0.0
    return (values / largest).tolist() if largest > 0 else [0.0] * len(values)
