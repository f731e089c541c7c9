"""One simulated study, analysed by the plan: did the planned verdict come out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.planned.contrasts import contrasts_of
from analysis.planned.primary import Primary, primary_analysis
from analysis.power.assumptions import Assumptions
from analysis.power.design import Design
from analysis.power.simulate import simulate_trials

DIFFERS, EQUIVALENT, FALSE_ALARM = "differs", "equivalent", "false alarm"


@dataclass(frozen=True)
class Aim:
    """What one contrast should say: the difference that is planted, and the verdict that is counted.

    `differs` counts a significant difference in the planted direction; `equivalent`, for a difference of zero
    in a plan with an equivalence margin, that it was shown to lie within; `false alarm`, for one of zero
    without a margin, any significant difference.
    """

    contrast: str
    planted: float
    verdict: str


@dataclass(frozen=True)
class Outcome:
    """What came of one study: by contrast whether the verdict came out, and the estimate (NaN if failed)."""

    reached: tuple[bool, ...]
    estimates: tuple[float, ...]
    failed: bool
    singular: bool


def aims_of(design: Design, assumed: Assumptions) -> tuple[Aim, ...]:
    """Return what is planted in each contrast of the plan, as differences of probabilities."""
    probabilities = assumed.probabilities(design)
    return tuple(
        _aim(one.name, one.weights, probabilities, design) for one in contrasts_of(design.plan, design.groups)
    )


def run_study(
    design: Design, assumed: Assumptions, participants: int, items: int, seed: int, number: int
) -> Outcome:
    """Simulate and analyse the study of this number.

    Its random numbers hang on `seed`, `participants`, `items` and `number` alone, so they are the same in
    whichever process and order it runs.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, participants, items, number]))
    trials = simulate_trials(design, assumed, participants, items, rng)
    primary = primary_analysis(trials, design.plan, list(design.groups))
    return _outcome(primary, aims_of(design, assumed))


def _aim(name: str, weights: Mapping[str, float], probabilities: dict[str, float], design: Design) -> Aim:
    planted = sum(weight * probabilities[group] for group, weight in weights.items())
    if abs(planted) > 1e-12:
        return Aim(name, planted, DIFFERS)
    return Aim(name, 0.0, FALSE_ALARM if design.plan.equivalence_margin is None else EQUIVALENT)


def _outcome(primary: Primary, aims: tuple[Aim, ...]) -> Outcome:
    table = primary.contrasts
    reached = tuple(_reached(table.loc[aim.contrast], aim) for aim in aims)
    estimates = tuple(float(table.loc[aim.contrast, "estimate"]) for aim in aims)
    failed = bool(table["p"].isna().any())
    singular = primary.fit is not None and bool(primary.fit.dropped)
    return Outcome(reached, estimates, failed, singular)


def _reached(row: pd.Series, aim: Aim) -> bool:
    if aim.verdict == EQUIVALENT:
        return row["within_margin"] is not pd.NA and bool(row["within_margin"])
    if not bool(row["differs"]):
        return False
    return aim.verdict == FALSE_ALARM or bool(row["estimate"] * aim.planted > 0)
