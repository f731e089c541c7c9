"""The plan by two-way cluster-robust t: a linear model of the trial's outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.inference.arms import contrast_arms
from analysis.metrics.natural import natural_shares
from analysis.planned.contrasts import contrasts_of
from analysis.planned.verdicts import with_verdicts
from protocol.schema.plan import Plan

PERIODS = {"outcome": 1.0, "baseline": -1.0}


def robust_contrasts(trials: pd.DataFrame, plan: Plan, groups: Sequence[str]) -> pd.DataFrame:
    """Return the plan's contrasts by two-way cluster-robust t; see `Primary` for the columns.

    p-values are two-sided, and the family `max-t`, which needs a joint model, is Holm's here.
    """
    table = contrast_arms(
        trials,
        "value",
        {one.name: one.weights for one in contrasts_of(plan, groups)},
        alpha=plan.alpha,
        family="none" if plan.family == "none" else "holm",
        covariates=plan.covariates,
        **shares_of(plan),
    )
    return with_verdicts(table, plan)


def shares_of(plan: Plan) -> dict[str, Any]:
    """Return how strata of trials are weighted: as tested, as in natural use, or as a change from baseline."""
    if plan.baseline_phase is not None:
        return {"stratum": "period", "shares": PERIODS}
    if plan.items == "natural":
        return {"shares": natural_shares(plan.natural_error_rate or 0.0)}
    return {}
