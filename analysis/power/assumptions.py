"""What is assumed of people, items and effects, and what that means on the logit scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from scipy import optimize, special

from analysis.power.design import Design
from analysis.power.errors import PowerError

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(61)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
EDGE = 30.0  # logits beyond which a probability is 0 or 1 in floating point


@dataclass(frozen=True)
class Variances:
    """Standard deviations on the logit scale.

    `participant` and `item` are those of people's and items' own levels. `item_slope` is that of the
    difference between two groups from item to item; `participant_slope` of the difference between two
    conditions (or before and after) from person to person, where one person has both.

    Source
    ------
    Crossed mixed models of two published data sets, fitted with `analysis.mixed`, in the order of the fields:
    1.34, 0.50, 0.51 (between women and men), 0.87 (between situations) for the verbal aggression data of
    De Boeck and Wilson (2004), "Explanatory Item Response Models"; 0.23, 2.4, 1.1, none for the bird study of
    Taesiri et al. (2022), "Visual correspondence-based explanations", NeurIPS, whose items few people share. The
    defaults are those of the simulations that check our error rates. What varies most from study to study
    is the slope of items, on which the power of a comparison over few items hangs: a pilot tells more.
    """

    participant: float = 0.8
    item: float = 0.6
    item_slope: float = 0.5
    participant_slope: float = 0.5
    source: str = (
        "assumed; De Boeck and Wilson (2004) give 1.34, 0.50, 0.51 and Taesiri et al. (2022) 0.23, 2.4, 1.1"
    )

    def at(self, design: Design) -> float:
        """Return the whole variance of one trial's logit between people and items."""
        groups = (1 - 1 / len(design.groups)) / 2  # of a deviation, from the variance of a difference
        total = self.participant**2 + self.item**2 + self.item_slope**2 * groups
        if design.is_within:
            total += self.participant_slope**2 * groups
        if design.has_baseline:
            total += self.participant_slope**2 / 4
        return total


DEFAULTS = Variances()


@dataclass(frozen=True)
class Assumptions:
    """What is planted: probabilities, variances, drop-out.

    Attributes
    ----------
    baseline : probability of the outcome in the reference group, averaged over people and items
    effects : by group, what is added to it (with a baseline phase, after the intervention only)
    variances : on the logit scale
    drop_out : by group, the share of people who leave before their last trial, after a uniformly drawn number
        of trials; in a design within people, that of the reference is everyone's
    """

    baseline: float = 0.6
    effects: Mapping[str, float] = field(default_factory=dict)
    variances: Variances = DEFAULTS
    drop_out: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, design: Design) -> dict[str, float]:
        """Return each group's marginal probability.

        Raises
        ------
        PowerError : one is not inside (0, 1), a share is not in [0, 1), a group is unknown, or the reference
            has an effect.
        """
        for name, shares in (("effect", self.effects), ("drop-out", self.drop_out)):
            if unknown := [group for group in shares if group not in design.groups]:
                raise PowerError(
                    f"The {name} names {unknown[0]!r}, which is no arm. Arms: {', '.join(design.groups)}."
                )
        if self.effects.get(design.plan.reference, 0.0):
            raise PowerError(f"{design.plan.reference!r} is the reference: its effect is zero.")
        for group, share in self.drop_out.items():
            if not 0 <= share < 1:
                raise PowerError(
                    f"The drop-out of {group!r} is {share:g}; a share from 0 to below 1 is needed."
                )
        told = {group: self.baseline + self.effects.get(group, 0.0) for group in design.groups}
        for group, probability in told.items():
            if not 0 < probability < 1:
                raise PowerError(
                    f"{group!r} would be right with probability {probability:.3g} (baseline {self.baseline:g}, "
                    f"effect {self.effects.get(group, 0.0):+g}); it must lie between 0 and 1."
                )
        return told

    def logits(self, design: Design) -> dict[str, float]:
        """Return the logit of each group at which its probability is the marginal one."""
        variance = self.variances.at(design)
        return {group: logit_of(p, variance) for group, p in self.probabilities(design).items()}


def marginal_probability(logit: float, variance: float) -> float:
    """Return the mean of expit(logit + e) for a normal e with this variance, by Gauss–Hermite quadrature."""
    return float(WEIGHTS @ special.expit(logit + sqrt(variance) * NODES))


def logit_of(probability: float, variance: float) -> float:
    """Return the logit whose mean probability over normal random effects with this variance is the given one."""

    def excess(logit: float) -> float:
        return marginal_probability(logit, variance) - probability

    return float(optimize.brentq(excess, -EDGE, EDGE, xtol=1e-10))
