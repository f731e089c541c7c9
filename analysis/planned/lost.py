"""Groups of which a model can say nothing: absent, too small, or with answers that are all the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.errors import ModelError
from analysis.metrics.registry import describe_metric
from analysis.planned.contrasts import Contrast
from protocol.schema.plan import Plan

ABSENT, FEW = "no trial with an outcome in", "fewer than two people or two items in"


def is_binary(plan: Plan) -> bool:
    """Say whether a plan's outcome is one of zeros and ones, and so has a logistic model."""
    return describe_metric(plan.outcome).binary


def lost_groups(used: pd.DataFrame, plan: Plan, groups: Sequence[str]) -> dict[str, str]:
    """Return each group that has no finite estimate, with the reason.

    Parameters
    ----------
    used : the trials of these groups, with `condition`, `participant`, `item`, `value`
    plan : whose outcome and penalty decide whether a group may be right throughout
    groups : in order
    """
    absent, few = _too_small(used, groups)
    told = _separated(used, plan) if is_binary(plan) and plan.separation == "none" else {}
    told |= {name: f"{FEW} {name}" for name in few} | {name: f"{ABSENT} {name}" for name in absent}
    return {name: told[name] for name in groups if name in told}


def why_lost(contrast: Contrast, lost: Mapping[str, str]) -> str:
    """Return why a contrast has no estimate; empty where it weighs none of the lost groups."""
    return "; ".join(lost[name] for name, weight in contrast.weights.items() if weight and name in lost)


def require_enough(used: pd.DataFrame, groups: Sequence[str]) -> None:
    """Raise `ModelError` where a model could be fitted to too little to mean anything."""
    for names, reason in zip(_too_small(used, groups), (ABSENT, FEW), strict=True):
        if names:
            raise ModelError(f"{reason} {', '.join(names)}")
    if used["value"].nunique() < 2:
        raise ModelError("every answer is the same")


def _too_small(used: pd.DataFrame, groups: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the groups without a trial, and the others with fewer than two people or items."""
    sizes = used.groupby("condition")[["participant", "item"]].nunique().reindex(groups, fill_value=0)
    absent = [str(name) for name in sizes.index[sizes["participant"] == 0]]
    few = [str(name) for name in sizes.index[(sizes < 2).any(axis=1)] if str(name) not in absent]
    return absent, few


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
            f"all {row['size']} outcomes in {row['condition']}{where} are {row['first']:g}, so that there is no "
            "finite estimate (separation)",
        )
    return told
