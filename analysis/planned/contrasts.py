"""The plan's contrasts as weights of the groups that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.errors import UnknownName
from protocol.schema.plan import Plan


@dataclass(frozen=True)
class Contrast:
    """One contrast: its name (of a group, where it is that group against the reference) and its weights."""

    name: str
    weights: dict[str, float]
    label: str = ""


def contrasts_of(plan: Plan, groups: Sequence[str]) -> list[Contrast]:
    """Return the plan's contrasts in order.

    Parameters
    ----------
    plan : whose `contrasts`, `reference`, `planned` and `scores` are read
    groups : what is compared, in order

    Raises
    ------
    UnknownName : the plan names a group that is not there; the message lists the groups.
    """
    if plan.contrasts == "all-pairs":
        pairs = combinations(groups, 2)  # later minus earlier: above zero where the later group has more
        return [Contrast(f"{other} - {one}", {other: 1, one: -1}) for one, other in pairs]
    if plan.contrasts == "planned":
        told = [Contrast(one.name, dict(one.weights), one.label) for one in plan.planned]
    elif plan.contrasts == "trend":
        told = [Contrast("linear", _slope(plan, groups), "linear trend")]
    else:
        told = [Contrast(name, {name: 1, plan.reference: -1}) for name in groups if name != plan.reference]
    for contrast in told:
        _require(contrast.weights, groups)
    _require([plan.reference], groups)
    return told


def _slope(plan: Plan, groups: Sequence[str]) -> dict[str, float]:
    """Return the weights of the least-squares slope of the groups' means over their scores."""
    _require(plan.scores, groups)
    if absent := [name for name in groups if name not in plan.scores]:
        raise UnknownName(f"The plan's scores lack {', '.join(absent)}; a trend needs one for each group.")
    scores = np.array([plan.scores[name] for name in groups], dtype=float)
    centred = scores - scores.mean()
    if not centred.any():
        raise UnknownName("The plan's scores are all equal; a trend needs at least two different ones.")
    return dict(zip(groups, (centred / (centred @ centred)).tolist(), strict=True))


def _require(named: Sequence[str] | dict[str, float], groups: Sequence[str]) -> None:
    if unknown := [name for name in named if name not in groups]:
        raise UnknownName(f"The plan names {unknown[0]!r}. Groups there are: {', '.join(groups)}.")
