"""Is a concept's effect more than chance?"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Score:
    """A concept's score: its mean and middle 95 % over the random counterparts, in [0, 1].

    `effect` is the mean rise of the output in the concept's direction; `chance` the share of random
    sets with an effect at least as large, uncorrected; `separability` the accuracy with which the layer
    tells the concept's examples from others.
    """

    name: str
    mean: float
    low: float
    high: float
    effect: float
    chance: float
    separability: float

    @property
    def is_one_way(self) -> bool:
        """Do the share of rising cases and the mean rise say the same?"""
        return (self.mean - 0.5) * self.effect > 0


def score_of(name: str, rises: Tensor, null: Tensor, separability: float) -> Score:
    """From how fast outputs rise (R, M) for counterparts and cases, and mean rises (Q,) of random sets."""
    shares = shares_rising(rises)
    low, high = shares.quantile(shares.new_tensor([0.025, 0.975])).tolist()
    effect = float(rises.mean())
    return Score(name, float(shares.mean()), low, high, effect, chance_of(effect, null), separability)


def shares_rising(rises: Tensor) -> Tensor:
    """Share of cases whose output rises, for each counterpart: (R, M) to (R,); no slope counts half."""
    return (rises.sign() + 1).mean(dim=1) / 2


def chance_of(effect: float, null: Tensor) -> float:
    """Share of the random sets' effects (Q,) at least as far from zero, the own one counted among them.

    Zero is their centre: to exchange a random set and its counterpart turns the direction round.
    """
    as_far = int((null.abs() >= abs(effect) * (1 - 1e-12)).sum())
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
