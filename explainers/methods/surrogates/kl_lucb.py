"""Bounds on a proportion, and finding the best of several with few draws.

Source: Kaufmann and Kalyanakrishnan (2013), "Information Complexity in Bandit Subset Selection", as used by
Ribeiro, Singh and Guestrin (2018), "Anchors: High-Precision Model-Agnostic Explanations".
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.special import xlogy

Draw = Callable[[int, int], int]  # of that arm, so many times: how many hits
HALVINGS = 32
GROWTH, SHARE = 1.1, 405.5  # α and k of the exploration rate; any α > 1 will do if k is large enough


def bernoulli_kl(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Kullback-Leibler divergence, in nats, of proportion q from p; both in [0, 1]."""
    p, q = (np.clip(one, 1e-16, 1 - 1e-16) for one in (np.asarray(p, float), np.asarray(q, float)))
    return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))


def upper_bound(p: np.ndarray, level: np.ndarray) -> np.ndarray:
    """The largest q with KL(p, q) ≤ level (a rate divided by the number of draws)."""
    return _bound(p, level, towards=1.0)


def lower_bound(p: np.ndarray, level: np.ndarray) -> np.ndarray:
    """The smallest q with KL(p, q) ≤ level (a rate divided by the number of draws)."""
    return _bound(p, level, towards=0.0)


def exploration_rate(arms: int, round_number: int, delta: float) -> float:
    """β(t, δ): bounds at this rate hold for all arms and rounds together with probability 1 - δ."""
    rate = math.log(SHARE * arms * round_number**GROWTH / delta)
    return rate + math.log(rate)


class Arms:
    """Proportions that are estimated by drawing; an arm that was never drawn is drawn once by `best`."""

    def __init__(self, draw: Draw, count: int, batch: int) -> None:
        self.draw, self.batch = draw, batch
        self.hits, self.draws = np.zeros(count), np.zeros(count)

    @property
    def means(self) -> np.ndarray:
        """Share of hits of each arm."""
        return self.hits / np.maximum(self.draws, 1)

    def draw_more(self, arm: int) -> None:
        """One batch more of an arm."""
        self.hits[arm] += self.draw(arm, self.batch)
        self.draws[arm] += self.batch

    def best(self, count: int, epsilon: float, delta: float, budget: int) -> list[int]:
        """The `count` arms with the highest proportions, to within epsilon with probability 1 - delta, best first.

        Draws go to the arm that is likeliest to be wrongly in, and to that which is likeliest to be wrongly
        out, until the two cannot be more than epsilon apart; or until `budget` draws are spent.
        """
        for arm in np.flatnonzero(self.draws == 0):
            self.draw_more(int(arm))
        round_number = 1
        while len(self.hits) > count and self.draws.sum() < budget:
            inside, outside, gap = self._doubtful(count, round_number, delta)
            if gap <= epsilon:
                break
            self.draw_more(inside)
            self.draw_more(outside)
            round_number += 1
        return [int(arm) for arm in self._order()[:count]]

    def _order(self) -> np.ndarray:
        return np.argsort(-self.means, kind="stable")

    def _doubtful(self, count: int, round_number: int, delta: float) -> tuple[int, int, float]:
        """The weakest arm inside by its lower bound, the strongest outside by its upper, and how far apart."""
        levels = exploration_rate(len(self.hits), round_number, delta) / self.draws
        order, means = self._order(), self.means
        inside, outside = order[:count], order[count:]
        low = lower_bound(means[inside], levels[inside])
        high = upper_bound(means[outside], levels[outside])
        weakest, strongest = int(low.argmin()), int(high.argmax())
        return int(inside[weakest]), int(outside[strongest]), float(high[strongest] - low[weakest])


def _bound(p: np.ndarray, level: np.ndarray, towards: float) -> np.ndarray:
    p, level = np.broadcast_arrays(np.asarray(p, float), np.asarray(level, float))
    own = xlogy(p, p) + xlogy(1 - p, 1 - p)  # of the divergence, what does not change on the way
    near, far = p, np.full_like(p, towards)
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        fits = own - xlogy(p, middle) - xlogy(1 - p, 1 - middle) <= level
        near, far = np.where(fits, middle, near), np.where(fits, far, middle)
    return near
