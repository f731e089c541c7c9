"""Beam search for a rule that holds almost always: the anchor."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from .kl_lucb import Arms, lower_bound, upper_bound

Rule = tuple[int, ...]  # numbers of the conditions, rising
DrawRule = Callable[[Rule, int], int]  # of so many draws that meet the rule: for how many it is right
Coverage = Callable[[Rule], float]


@dataclass(frozen=True)
class Anchor:
    """A rule; the share of right ones among fresh draws, a lower bound of it, and the rule's coverage.

    `reached` says whether the search could show, by its own draws, that the rule is precise enough.
    """

    rule: Rule
    precision: float
    precision_low: float
    coverage: float
    reached: bool


@dataclass(frozen=True)
class AnchorSearch:
    """Algorithm 2 of the paper: rules grow by one condition, the `beam` best of each size grow on.

    `precision` is the share τ that a rule must reach, shown up to `tolerance` with probability 1 - `delta`;
    `epsilon` is how exactly the best rules of a size are told apart. Of the rules that reach τ the one
    of the largest coverage is taken; where none does, the one whose precision is highest by a lower
    bound. `budget` is how many draws the search may make, three quarters of them to find the best rules of
    each size, an equal part for each; past it no more rules are shown to hold.

    The numbers that are told come from `fresh` draws made after the search, so that no choice has bent
    them; `precision_low` is too high with a probability of at most delta (Chernoff's bound).
    """

    precision: float = 0.95
    delta: float = 0.05
    epsilon: float = 0.15
    tolerance: float = 0.02
    beam: int = 4
    most: int = 4
    batch: int = 50
    budget: int = 40_000
    fresh: int = 1000

    def find(self, draw: DrawRule, conditions: int, coverage: Coverage) -> Anchor:
        """The anchor among rules of the conditions 0 to `conditions` - 1; the rule without any is tried first."""
        best: Rule | None = None
        likeliest: tuple[float, Rule] = (-1.0, ())
        rules: list[Rule] = [()]
        left = self.budget
        while rules and len(rules[0]) <= self.most:
            arms = self._arms(draw, rules)
            chosen = arms.best(self.beam, self.epsilon, self.delta, 3 * self.budget // (4 * self.most + 4))
            for arm in chosen:
                wider_than_best = best is None or coverage(rules[arm]) > coverage(best)
                if wider_than_best and self._holds(arms, arm, conditions, left):
                    best = rules[arm]
                likeliest = max(likeliest, (self._surely(arms, arm), rules[arm]), key=itemgetter(0))
            left -= int(arms.draws.sum())
            longer = grown([rules[arm] for arm in chosen], conditions)
            rules = [rule for rule in longer if best is None or coverage(rule) > coverage(best)]
        return self._measured(draw, likeliest[1] if best is None else best, best is not None, coverage)

    def _arms(self, draw: DrawRule, rules: Sequence[Rule]) -> Arms:
        return Arms(lambda arm, times: draw(rules[arm], times), len(rules), self.batch)

    def _surely(self, arms: Arms, arm: int) -> float:
        """A bound that the rule's precision hardly falls short of: what few draws say is not believed."""
        return float(lower_bound(arms.means[arm], np.array(math.log(1 / self.delta) / arms.draws[arm])))

    def _holds(self, arms: Arms, arm: int, conditions: int, left: int) -> bool:
        """Is the rule's precision τ or more? Draws until that is clear up to the tolerance."""
        rate = math.log((1 + (self.beam - 1) * max(1, conditions)) / self.delta)
        while True:
            mean, level = arms.means[arm], np.array(rate / arms.draws[arm])
            low, high = float(lower_bound(mean, level)), float(upper_bound(mean, level))
            passes, fails = low >= self.precision - self.tolerance, high < self.precision + self.tolerance
            settled = passes if mean >= self.precision else fails
            if settled or arms.draws.sum() >= left:
                return bool(mean >= self.precision and passes)
            arms.draw_more(arm)

    def _measured(self, draw: DrawRule, rule: Rule, reached: bool, coverage: Coverage) -> Anchor:
        share = draw(rule, self.fresh) / self.fresh
        level = np.array(math.log(1 / self.delta) / self.fresh)
        return Anchor(rule, share, float(lower_bound(np.array(share), level)), coverage(rule), reached)


def grown(rules: Sequence[Rule], conditions: int) -> list[Rule]:
    """Each rule with one condition more, none twice, in a fixed order."""
    return sorted(
        {tuple(sorted({*rule, more})) for rule in rules for more in set(range(conditions)) - {*rule}}
    )
