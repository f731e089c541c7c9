"""The design of a study as far as its simulation needs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.metrics.registry import PER_TRIAL, describe_metric
from analysis.power.errors import PowerError
from analysis.reading.text import read_text
from protocol.schema import Protocol
from protocol.schema.phases import Items, Practice, Test
from protocol.schema.plan import Plan

FACTORS = ("participant", "item")


@dataclass(frozen=True)
class Design:
    """Who sees what in one study.

    Attributes
    ----------
    plan : the analysis plan that is executed
    groups : what is compared, in the protocol's order: the arms
    weights : places of each group in a block, for a design between people
    is_within : whether each person sees all groups, the trial's condition being drawn for each trial
    pool : from how many items each person's are drawn; None where all people see the same items
    has_baseline : whether each person answers before the intervention too
    same_items : whether the items before are those of the test
    baseline_items : how many items are answered before; None for as many as in the test
    in_bundle : how many items of the test the bundle has, where all people see the same; None where items are
        drawn for each person, or there is no bundle yet
    """

    plan: Plan
    groups: tuple[str, ...]
    weights: tuple[int, ...]
    is_within: bool = False
    pool: int | None = None
    has_baseline: bool = False
    same_items: bool = True
    baseline_items: int | None = None
    in_bundle: int | None = None

    @property
    def others(self) -> tuple[str, ...]:
        """The groups without the reference."""
        return tuple(group for group in self.groups if group != self.plan.reference)

    def sizes(self, participants: int) -> NDArray[np.int_]:
        """Return how many of the participants each group gets, shape (groups,), as full blocks would share them.

        Places beyond the last full block go to the groups with the largest fractions, in order. In a design
        within people, everyone is in every group.
        """
        if self.is_within:
            return np.full(len(self.groups), participants)
        exact = participants * np.array(self.weights) / sum(self.weights)
        sizes = np.floor(exact).astype(int)
        for place in np.argsort(sizes - exact, kind="stable")[: participants - sizes.sum()]:
            sizes[place] += 1
        return sizes

    def check(self, participants: int, items: int) -> None:
        """Raise `PowerError` unless this many participants and items make a study that can be analysed."""
        if self.sizes(participants).min() < 2:
            raise PowerError(
                f"--participants {participants}: fewer than two people in one of {len(self.groups)} arms. "
                f"At least {2 * sum(self.weights)} are needed."
            )
        if items < 2 or (self.is_within and items < len(self.groups)):
            least = max(2, len(self.groups) if self.is_within else 2)
            raise PowerError(f"--items {items}: at least {least} items are needed in this design.")
        if self.pool is not None and items > self.pool:
            raise PowerError(
                f"--items {items}: each person’s items are drawn from {self.pool}, which are too few."
            )


def design_of(protocol: Protocol, bundle: Path | None = None, pool: int | None = None) -> Design:
    """Return the design of a protocol.

    Parameters
    ----------
    protocol : Protocol
    bundle : its bundle's folder, read for how many items there are; None where there is none yet
    pool : how many items there are to draw from, if that is not what the bundle has

    Raises
    ------
    PowerError : the plan's outcome is none of zeros and ones, a phase is missing, there is one arm alone, a
        random factor is neither participant nor item, or items are drawn for each person from nobody knows
        how many.
    """
    plan = protocol.analysis
    _check_plan(plan, protocol)
    test = _items_of(protocol, plan.phase)
    before = _items_of(protocol, plan.baseline_phase) if plan.baseline_phase else None
    return Design(
        plan=plan,
        groups=tuple(protocol.arm_names),
        weights=tuple(arm.weight for arm in protocol.arms),
        is_within=plan.exposure == "condition",
        pool=_pool(test, bundle, pool),
        has_baseline=before is not None,
        same_items=before is None or before.strata == test.strata,
        baseline_items=None if before is None or before.strata == test.strata else before.count,
        in_bundle=items_in(bundle, test) if test.sample == "shared" else None,
    )


def items_in(bundle: Path | None, wanted: Items) -> int | None:
    """Return how many items of a bundle have the strata that a phase wants; None where there is no bundle."""
    if bundle is None or not (bundle / "items.csv").is_file():
        return None
    items = read_text(bundle / "items.csv")
    kept = np.ones(len(items), dtype=bool)
    for name, value in wanted.strata.items():
        require_columns(items, f"stratum_{name}", name=str(bundle / "items.csv"))
        kept &= (items[f"stratum_{name}"] == value).to_numpy()
    return int(kept.sum())


def _pool(test: Items, bundle: Path | None, pool: int | None) -> int | None:
    if pool is not None and (test.sample == "shared" or pool < 1):
        why = "all participants see the same items" if test.sample == "shared" else "at least 1 is needed"
        raise PowerError(f"--pool {pool}: {why}.")
    if test.sample == "shared":
        return None
    known = items_in(bundle, test) if pool is None else pool
    if not known:
        raise PowerError(
            "The protocol draws the items of each participant, and no bundle says from how many: --pool is needed."
        )
    return known


def _check_plan(plan: Plan, protocol: Protocol) -> None:
    if plan.outcome not in PER_TRIAL or not describe_metric(plan.outcome).binary:
        raise PowerError(
            f"The plan's outcome is {plan.outcome!r}. Power is simulated for outcomes of zeros and ones, "
            "such as simulation-accuracy."
        )
    if plan.exposure == "condition" and plan.baseline_phase:
        raise PowerError("A comparison within people with a baseline phase cannot be simulated.")
    if len(protocol.arms) < 2:
        raise PowerError(f"The protocol has one arm, {protocol.arm_names[0]!r}; two are needed to compare.")
    if strange := [factor for factor in plan.random_effects if factor not in FACTORS]:
        raise PowerError(
            f"The plan has the random factor {strange[0]!r}; simulated are {' and '.join(FACTORS)} alone."
        )


def _items_of(protocol: Protocol, kind: str) -> Items:
    for phase in protocol.phases:
        if isinstance(phase, (Practice, Test)) and phase.kind == kind:
            return phase.items
    raise PowerError(f"The plan names the phase {kind!r}, which has no trials in this protocol.")
