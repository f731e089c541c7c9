"""Groups of which a model can say nothing: absent, too small, or with answers that are all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from analysis.errors import ModelError
from analysis.metrics.registry import describe_metric
from analysis.planned.contrasts import Contrast
from protocol.schema.plan import Plan

# why, with a place for the groups' names
ABSENT, FEW = "no trial with an outcome in {}", "fewer than two people or two items in {}"
Lost = Mapping[str, str]  # group → why
NO_LABELS: Mapping[str, str] = MappingProxyType({})


def is_binary(plan: Plan) -> bool:
    """Say whether a plan's outcome is one of zeros and ones, and so has a logistic model."""
    return describe_metric(plan.outcome).binary


def lost_groups(used: pd.DataFrame, plan: Plan, groups: Sequence[str]) -> dict[str, str]:
    """Return each group that has no finite estimate, with the reason and a place in it for the group's name.

    Parameters
    ----------
    used : the trials of these groups, with `condition`, `participant`, `item`, `value`
    plan : whose outcome and penalty decide whether a group may be right throughout
    groups : in order
    """
    told = _separated(used, plan) if is_binary(plan) and plan.separation == "none" else {}
    told |= small_groups(used, groups)
    return {name: told[name] for name in groups if name in told}


def small_groups(used: pd.DataFrame, groups: Sequence[str]) -> dict[str, str]:
    """Return the groups without a trial or with fewer than two people or items, with the reason."""
    sizes = used.groupby("condition")[["participant", "item"]].nunique().reindex(groups, fill_value=0)
    small = sizes[(sizes < 2).any(axis=1)]
    return {str(name): ABSENT if row["participant"] == 0 else FEW for name, row in small.iterrows()}


def why_lost(contrast: Contrast, lost: Lost, labels: Mapping[str, str] = NO_LABELS) -> str:
    """Return why a contrast has no estimate; empty where it weighs none of the lost groups."""
    return tell_lost({name: lost[name] for name, w in contrast.weights.items() if w and name in lost}, labels)


def tell_lost(lost: Lost, labels: Mapping[str, str] = NO_LABELS) -> str:
    """Return why groups are lost, each reason once with the groups that it is about."""
    told = {why: [labels.get(name, name) for name in lost if lost[name] == why] for why in lost.values()}
    return "; ".join(why.format(", ".join(names)) for why, names in told.items())


def require_enough(used: pd.DataFrame, groups: Sequence[str], labels: Mapping[str, str] = NO_LABELS) -> None:
    """Raise `ModelError` where a model could be fitted to too little to mean anything."""
    if small := small_groups(used, groups):
        raise ModelError(tell_lost(small, labels))
    if used["value"].nunique() < 2:
        raise ModelError("every answer is the same")


def _separated(used: pd.DataFrame, plan: Plan) -> dict[str, str]:
    """Return the groups with a cell of the fixed effects in which every outcome is the same."""
    within = "period" if plan.baseline_phase is not None else "model_correct"
    cells = (
        ["condition", within] if plan.baseline_phase is not None or plan.items == "natural" else ["condition"]
    )
    found = used.groupby(cells)["value"].agg(["nunique", "first", "size"]).reset_index()
    told: dict[str, str] = {}
    for row in found[found["nunique"] == 1].to_dict("records"):
        where = "".join(f" with {name} = {row[name]}" for name in cells[1:])
        told.setdefault(
            str(row["condition"]),
            f"all {row['size']} outcomes in {{}}{where} are {row['first']:g}, so that there is no "
            "finite estimate (separation)",
        )
    return told
