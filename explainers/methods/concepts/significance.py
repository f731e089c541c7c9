"""Is a concept's score more than chance?"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Score:
    """A concept's score: its mean and middle 95 % over the random counterparts, in [0, 1].

    `chance` is the share of random sets that score at least as far from one half, uncorrected;
    `separability` the accuracy with which the layer tells the concept's examples from others.
    """

    name: str
    mean: float
    low: float
    high: float
    chance: float
    separability: float


def score_of(name: str, scores: Tensor, null: Tensor, accuracy: Tensor) -> Score:
    """From scores (R,) over counterparts, and mean scores (Q,) of random sets."""
    low, high = scores.double().quantile(scores.new_tensor([0.025, 0.975]).double()).tolist()
    mean = float(scores.mean())
    return Score(name, mean, low, high, chance_of(mean, null), float(accuracy.mean()))


def chance_of(mean: float, null: Tensor) -> float:
    """Share of the random sets' scores (Q,) at least as far from one half, the own one counted among them.

    One half is their centre: to exchange a random set and its counterpart turns a score s into 1 − s.
    """
    as_far = int(((null - 0.5).abs() >= abs(mean - 0.5) - 1e-12).sum())
    return (1 + as_far) / (1 + len(null))


def corrected(chances: Sequence[float], alpha: float) -> list[bool]:
    """Which are significant when all are looked at together, by Holm's method."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    sure = [False] * len(chances)
    for passed, place in enumerate(order):
        if chances[place] > alpha / (len(chances) - passed):
            break
        sure[place] = True
    return sure
