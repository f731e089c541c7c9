"""The plan's confirmatory analysis of a table of trials, by the method that the plan names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.inference.arms import Columns, mean_by_arm, usable
from analysis.mixed import MixedFit
from analysis.planned.contrasts import contrasts_of
from analysis.planned.lost import NO_LABELS, small_groups
from analysis.planned.model import model_primary
from analysis.planned.robust import robust_contrasts, shares_of
from protocol.schema.plan import Plan


@dataclass(frozen=True)
class Primary:
    """Means, contrasts and how they came about.

    `means` is indexed by group: `mean`, `low`, `high`, `se`, `df` (of the change, with a baseline phase),
    `observed` (the plain mean), `people`, `items`, `trials`, `missing`, `note`. `contrasts` is indexed by
    contrast: `estimate`, `low`, `high`, `se` on the outcome's scale (a difference of probabilities, for an
    outcome of zeros and ones), `t`, `df`, `p`, `p_adjusted`, `differs`, `within_margin`,
    `not_inferior` (missing without a margin), `odds_ratio` with its ends where there is one, `people`,
    `reference_people`, `items`, `trials` and `note`. What could not be estimated is NaN, and `note` says why.
    `small` are the groups with too few people or items for any comparison: name → why, with a place for names.
    """

    means: pd.DataFrame
    contrasts: pd.DataFrame
    fit: MixedFit | None = None
    formula: str = ""
    messages: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    small: dict[str, str] = field(default_factory=dict)

    @property
    def is_modelled(self) -> bool:
        """Whether the numbers are those of a mixed model that was fitted and converged."""
        return self.fit is not None and self.fit.converged


def primary_analysis(
    trials: pd.DataFrame, plan: Plan, groups: Sequence[str], names: Mapping[str, str] = NO_LABELS
) -> Primary:
    """Execute the confirmatory part of a plan.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        `participant`, `item`, `arm` (what is compared), `value` (the outcome; missing allowed); `period`
        (outcome or baseline) with a baseline phase, `model_correct` where items are weighted as in
        natural use, and the covariates.
    plan : Plan
    groups : what is compared, in order
    names : what groups are called in sentences about them; by default as in the table

    Returns
    -------
    Primary

    Raises
    ------
    MissingColumns, UnknownName : the plan names what is not there.
    """
    contrasts = contrasts_of(plan, groups)
    observed = mean_by_arm(trials, "value", arms=groups, alpha=plan.alpha, **shares_of(plan))
    labels = {one.name: one.label for one in contrasts if one.label}
    used = usable(trials, Columns(outcome="value", **shares_of(plan)), plan.covariates)
    told: dict[str, Any] = {
        "labels": labels,
        "small": small_groups(used.assign(condition=used["arm"]), groups),
    }
    if plan.method == "two-way-cluster-robust-t":
        means = observed.assign(observed=observed["mean"])
        return Primary(means, robust_contrasts(trials, plan, groups), **told)
    return Primary(**model_primary(used, plan, groups, contrasts, observed, names), **told)
