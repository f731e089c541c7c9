"""Arms and plan from a mapping: their values become names, the reference stands first."""

from __future__ import annotations

import difflib
import re
from typing import Any

import pandas as pd
from pydantic import ValidationError

from analysis.errors import MappingError
from analysis.metrics.registry import PER_TRIAL
from analysis.reading.faults import first_fault
from analysis.reading.study import Arm
from protocol.schema.plan import Plan


def arms_of(values: pd.Series, reference: str, order: list[str], where: str) -> list[Arm]:
    """Return the arms: the reference first, then those of `order`, then the others as they appear.

    An arm's name is their value with each run of characters that a name may not have turned into a
    hyphen; their value is its label.
    """
    labels = list(values.unique())
    if not reference:
        raise MappingError(f"{where}plan.reference is missing; name one of the arms: {', '.join(labels)}.")
    if reference not in labels:
        raise MappingError(
            f"{where}plan.reference {reference!r} is no arm of the table. Arms: {', '.join(labels)}."
        )
    if unknown := [label for label in order if label not in labels]:
        raise MappingError(f"{where}arms names {unknown[0]!r}, which no row has. Arms: {', '.join(labels)}.")
    arms: list[Arm] = []
    for label in dict.fromkeys([reference, *order, *labels]):
        arms.append(Arm(_name(label, {arm.name for arm in arms}), label))
    return arms


def _name(label: str, taken: set[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9._+-]+", "-", label).lstrip("-._+")[:70].rstrip("-") or "arm"
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name


def plan_of(given: dict[str, Any], arms: list[Arm], phase: str | None, where: str) -> Plan:
    """Return the analysis plan, in which an arm may be called by its label."""
    names = {arm.label: arm.name for arm in arms}
    told = _renamed(given, names) | {"reference": arms[0].name}
    if phase is not None:
        told["phase"] = phase
    try:
        plan = Plan.model_validate(told)
    except ValidationError as error:
        raise MappingError(f"{where}{first_fault(error, Plan, 'plan')}.") from error
    if plan.outcome not in PER_TRIAL:
        near = difflib.get_close_matches(plan.outcome.replace("_", "-"), PER_TRIAL, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise MappingError(
            f"{where}plan.outcome: no outcome is called {plan.outcome!r}.{hint} Known ones: {', '.join(PER_TRIAL)}."
        )
    return plan


def _renamed(given: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return the plan with the arms' names wherever it weights or scores arms."""
    told = dict(given)
    if isinstance(scores := told.get("scores"), dict):
        told["scores"] = {names.get(str(arm), arm): score for arm, score in scores.items()}
    if isinstance(planned := told.get("planned"), list):
        told["planned"] = [_weighted(contrast, names) for contrast in planned]
    return told


def _weighted(contrast: Any, names: dict[str, str]) -> Any:
    if not isinstance(contrast, dict) or not isinstance(weights := contrast.get("weights"), dict):
        return contrast
    return contrast | {"weights": {names.get(str(arm), arm): weight for arm, weight in weights.items()}}
