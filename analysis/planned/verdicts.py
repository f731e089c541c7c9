"""What a table of contrasts says by the plan's rules: different, equivalent, not inferior."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.errors import UnknownName
from analysis.marginal import equivalence, non_inferiority
from analysis.metrics.registry import describe_metric
from protocol.schema.plan import Plan

COLUMNS = [
    *("estimate", "low", "high", "se", "t", "df", "p", "p_adjusted", "differs"),
    *("within_margin", "p_equivalence", "margin_low", "margin_high", "not_inferior", "p_non_inferiority"),
    *("link_estimate", "link_se", "odds_ratio", "odds_ratio_low", "odds_ratio_high"),
    *("people", "reference_people", "items", "trials", "rule", "note"),
]


def with_verdicts(contrasts: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Add the verdicts to a table of contrasts, and every column that it lacks.

    Parameters
    ----------
    contrasts : DataFrame with `estimate`, `se`, `df` on the outcome's scale, `p_adjusted`
    plan : whose alpha, margins and family are used

    Returns
    -------
    DataFrame with the columns `COLUMNS`
        `differs` is p_adjusted < alpha. With an equivalence margin, `within_margin` says whether two one-sided
        tests (adjusted over the contrasts unless the family is `none`) reject, `p_equivalence` is their
        p-value, and `margin_low`, `margin_high` the 1 − 2·alpha interval that shows it. Likewise for
        non-inferiority, in the direction that is better for the plan's outcome. Missing where there is no
        margin, or nothing could be estimated.

    Raises
    ------
    UnknownName : there is a non-inferiority margin, and the outcome has no direction that is better.
    """
    told = contrasts.assign(differs=contrasts["p_adjusted"] < plan.alpha)
    rules: dict[str, Any] = {
        "scale": "link",
        "alpha": plan.alpha,
        "family": "none" if plan.family == "none" else "holm",
    }
    if plan.equivalence_margin is not None:
        tests = equivalence(told, plan.equivalence_margin, **rules)
        told = told.assign(
            within_margin=tests["equivalent"],
            p_equivalence=tests["p_adjusted"],
            margin_low=tests["low"],
            margin_high=tests["high"],
        )
    if plan.non_inferiority_margin is not None:
        tests = non_inferiority(told, plan.non_inferiority_margin, better=_better(plan), **rules)
        told = told.assign(not_inferior=tests["non_inferior"], p_non_inferiority=tests["p_adjusted"])
    name = "arm" if plan.contrasts == "versus-reference" else "contrast"
    told = told.reindex(columns=COLUMNS).rename_axis(name)
    flags = {"within_margin": "boolean", "not_inferior": "boolean", "differs": "bool"}
    return told.astype(flags).assign(note=told["note"].astype("object").fillna("").astype("str"))


def _better(plan: Plan) -> str:
    better = describe_metric(plan.outcome).better
    if better == "neither":
        raise UnknownName(
            f"The plan has a non_inferiority_margin, and of {plan.outcome!r} neither higher nor lower values are "
            "better, so nothing is inferior. equivalence_margin is allowed."
        )
    return better
