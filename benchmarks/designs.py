"""The designs that the calibration simulates, as made data and the plan that analyses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from protocol.schema.plan import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Layout = Literal["between", "within", "between-items", "pre-post"]

BASE, SD_PARTICIPANT, SD_ITEM, SD_SLOPE = 0.5, 0.8, 0.6, 0.5
LEFT = -1  # the position of someone who leaves before the first trial


@dataclass(frozen=True)
class Design:
    """One way of collecting binary answers, with its sizes and standard deviations on the logit scale.

    Groups differ by contrasts that sum to zero: for two groups by ±1/2, so that a slope with standard
    deviation s moves either group by s/2. `effect` is the planted difference of every other group to the
    first, on the logit scale; `leaving` is the chance of each group's people to leave, at a random trial.
    """

    name: str
    words: str
    layout: Layout = "between"
    participants: int = 60
    items: int = 24
    groups: int = 2
    base: float = BASE
    item_slope: float = 0.0
    participant_slope: float = 0.0
    leaving: tuple[float, ...] = ()
    is_skewed: bool = False
    random: dict[str, str] = field(default_factory=lambda: {"participant": "1", "item": "1 + condition"})

    @property
    def group_names(self) -> list[str]:
        return [f"g{number}" for number in range(self.groups)]

    def plan(self) -> Plan:
        """Return the plan that the shipped analysis executes on this design."""
        told: dict[str, Any] = {
            "reference": "g0",
            "exposure": "arm" if self.layout in ("between", "pre-post") else "condition",
            "random_effects": self.random,
        }
        if self.layout == "pre-post":
            told |= {"baseline_phase": "pre", "phase": "post"}
        return Plan.model_validate(told)

    def simulate(self, rng: np.random.Generator, effect: float = 0.0) -> pd.DataFrame:
        """Return one study's trials: participant, item, arm, condition, phase, `value` (0 or 1).

        Parameters
        ----------
        rng : where the randomness comes from
        effect : difference on the logit scale between each other group and the first
        """
        cells = self._cells(rng)
        eta = self.base + self._people(rng, cells) + self._items(rng, cells)
        eta += effect * (cells["group"] > 0) * cells["after"]
        value = (rng.random(len(eta)) < expit(eta)).astype(float)
        stays = self._stays(rng, cells)
        names = np.array(self.group_names, dtype=object)[cells["group"]]
        table = pd.DataFrame(
            {
                "participant": cells["participant"],
                "item": cells["item"],
                "arm": names,
                "condition": names,
                "phase": np.where(cells["after"], "post", "pre") if self.layout == "pre-post" else "test",
                "value": value,
            }
        )
        return table[stays].reset_index(drop=True)

    def truth(self, effect: float) -> Floats:
        """Return each other group's difference to the first on the probability scale, shape (groups − 1,).

        Integrated over people and items as they are drawn; before and after, the change's difference.
        """
        after = [self._marginal(number, effect * (number > 0)) for number in range(self.groups)]
        return np.array([after[number] - after[0] for number in range(1, self.groups)])

    def _marginal(self, group: int, shift: float) -> float:
        rest = SD_ITEM**2 + self._slope_variance(group)
        nodes, weights = np.polynomial.hermite_e.hermegauss(80)
        weights = weights / weights.sum()
        people = _person_quantiles(4000) if self.is_skewed else SD_PARTICIPANT * nodes
        person_weights = np.full(4000, 1 / 4000) if self.is_skewed else weights
        eta = self.base + shift + people[:, None] + np.sqrt(rest) * nodes[None, :]
        return float(person_weights @ expit(eta) @ weights)

    def _slope_variance(self, group: int) -> float:
        size = float((_contrasts(self.groups)[group] ** 2).sum())
        periods = 0.25 if self.layout == "pre-post" else 0.0
        item = self.item_slope**2 * (size + periods * (1 + size))
        return item + self.participant_slope**2 * (periods if self.layout == "pre-post" else size)

    def _cells(self, rng: np.random.Generator) -> dict[str, Ints]:
        participant = np.repeat(np.arange(self.participants), self.items)
        item = np.tile(np.arange(self.items), self.participants)
        after = np.ones(len(item), dtype=np.intp)
        if self.layout == "between-items":
            group = item % self.groups
        elif self.layout == "within":
            each = np.arange(self.items) % self.groups
            group = np.concatenate([rng.permutation(each) for _ in range(self.participants)])
        else:
            group = rng.permutation(np.arange(self.participants) % self.groups)[participant]
        if self.layout == "pre-post":
            participant, item, group = (np.tile(column, 2) for column in (participant, item, group))
            after = np.repeat([0, 1], len(item) // 2)
        return {"participant": participant, "item": item, "group": group, "after": after}

    def _people(self, rng: np.random.Generator, cells: dict[str, Ints]) -> Floats:
        n = self.participants
        level = _person_draws(rng, n) if self.is_skewed else rng.normal(0, SD_PARTICIPANT, n)
        which = cells["participant"]
        if not self.participant_slope:
            return level[which]
        if self.layout == "pre-post":
            return level[which] + rng.normal(0, self.participant_slope, n)[which] * (cells["after"] - 0.5)
        return level[which] + _slopes(rng, self.participant_slope, n, self.groups)[which, cells["group"]]

    def _items(self, rng: np.random.Generator, cells: dict[str, Ints]) -> Floats:
        level, which, sd = rng.normal(0, SD_ITEM, self.items), cells["item"], self.item_slope
        if not sd:
            return level[which]
        eta = level[which] + _slopes(rng, sd, self.items, self.groups)[which, cells["group"]]
        if self.layout == "pre-post":
            half = cells["after"] - 0.5
            eta += rng.normal(0, sd, self.items)[which] * half
            eta += _slopes(rng, sd, self.items, self.groups)[which, cells["group"]] * half
        return eta

    def _stays(self, rng: np.random.Generator, cells: dict[str, Ints]) -> NDArray[np.bool_]:
        """Say of each trial whether its participant was still there; items come in a random order."""
        if not self.leaving:
            return np.ones(len(cells["item"]), dtype=bool)
        group = np.zeros(self.participants, dtype=np.intp)
        group[cells["participant"]] = cells["group"]
        leaves = rng.random(self.participants) < np.array(self.leaving)[group]
        last = np.where(leaves, rng.integers(1, self.items, self.participants), self.items)
        order = np.concatenate([rng.permutation(self.items) for _ in range(self.participants)])
        return order < last[cells["participant"]]


def _contrasts(groups: int) -> Floats:
    """Return each group's coordinates on contrasts that sum to zero, shape (groups, groups − 1).

    For two groups ±1/2; for more, equally far apart: any two groups differ as two groups would.
    """
    centred = (np.eye(groups) - 1 / groups) / np.sqrt(2)
    values, vectors = np.linalg.eigh(centred @ centred.T)
    return vectors[:, 1:] * np.sqrt(values[1:])


def _slopes(rng: np.random.Generator, sd: float, levels: int, groups: int) -> Floats:
    return rng.normal(0, sd, (levels, groups - 1)) @ _contrasts(groups).T


def _person_draws(rng: np.random.Generator, n: int) -> Floats:
    return SD_PARTICIPANT * (rng.exponential(size=n) - 1)


def _person_quantiles(n: int) -> Floats:
    return SD_PARTICIPANT * (-np.log1p(-(np.arange(n) + 0.5) / n) - 1)


BOTH = {"participant": "1 + condition", "item": "1 + condition"}
PERIOD = {"participant": "1 + period", "item": "1 + condition * period"}
DESIGNS: Sequence[Design] = (
    Design("S1", "between people; no effect varies between items"),
    Design("S2", "between people; the effect varies between items", item_slope=SD_SLOPE),
    Design(
        "S3",
        "within people and items; the effect varies between both",
        "within",
        item_slope=SD_SLOPE,
        participant_slope=SD_SLOPE,
        random=BOTH,
    ),
    Design("S4", "between items", "between-items", random={"participant": "1 + condition", "item": "1"}),
    Design("S2big", "as S2, 200 people, 12 items, slopes of 0.7", participants=200, items=12, item_slope=0.7),
    Design(
        "five-arms", "five arms, Holm over four contrasts", participants=150, groups=5, item_slope=SD_SLOPE
    ),
    Design(
        "five-arms-48",
        "the same with 48 items",
        participants=150,
        items=48,
        groups=5,
        item_slope=SD_SLOPE,
    ),
    Design("easy", "nine of ten answers are right", base=2.75, item_slope=SD_SLOPE),
    Design("small", "20 people and 10 items", participants=20, items=10, item_slope=SD_SLOPE),
    Design(
        "drop-out", "one person in ten leaves, in the other arm four", item_slope=SD_SLOPE, leaving=(0.1, 0.4)
    ),
    Design(
        "pre-post",
        "arm × phase: the change from before to after",
        "pre-post",
        item_slope=0.3,
        participant_slope=SD_SLOPE,
        random=PERIOD,
    ),
    Design("skewed", "people’s levels are skewed (exponential)", item_slope=SD_SLOPE, is_skewed=True),
)
