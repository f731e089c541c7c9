"""Numbers about single explanations. This file needs no torch."""

from typing import NamedTuple

FEWEST_FOR_LEAKAGE = 8  # explanations: fewer tell nothing


class Score(NamedTuple):
    """One number about one explanation; it stands with its stimuli and travels to the analysis."""

    explainer: str
    model: str
    target: str
    item: str
    name: str
    value: float
