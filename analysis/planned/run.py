"""The analysis plan, executed: everything that is confirmatory, and what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from scipy import special

from analysis.columns import has_values
from analysis.errors import UnknownName
from analysis.inference.arms import contrast_arms, mean_by_arm
from analysis.inference.crosscheck import cross_check
from analysis.metrics.natural import natural_shares
from analysis.metrics.registry import describe_metric
from analysis.planned.contrasts import contrasts_of
from analysis.planned.primary import Primary, primary_analysis, shares_of
from analysis.planned.results import MANY, Results, Sensitivity
from analysis.planned.robust import robust_contrasts
from analysis.planned.trials import exposed, planned_trials_of
from analysis.population import (
    AttritionBounds,
    Population,
    apply_exclusions,
    attrition_bounds,
    find_problems,
    populations,
)
from analysis.reading.study import Study
from analysis.resampling import Progress
from protocol.schema.plan import Plan

DRAWS = 2000


def run_plan(study: Study, *, draws: int = DRAWS, progress: Progress = iter) -> Results:
    """Execute the study's analysis plan.

    Parameters
    ----------
    study : Study
    draws : bootstrap draws of the cross-check
    progress : wraps the bootstrap's sequence of chunks, e.g. `tqdm`

    Returns
    -------
    Results

    Raises
    ------
    UnknownName, MissingColumns : the plan names a metric, filter, option, group or covariate that is not there.
    """
    study = exposed(study)
    plan = study.plan
    if plan.items == "natural" and plan.natural_error_rate is None:
        raise UnknownName("The plan weights items as in natural use and gives no natural_error_rate.")
    for name in plan.secondary:
        describe_metric(name)  # one that does not exist is refused before anything is fitted
    everyone = planned_trials_of(study)
    exclusions = apply_exclusions(study, everyone)
    first, *others = populations(study, everyone, exclusions)
    trials = first.trials
    primary = primary_analysis(trials, plan, study.arm_names, _quoted(study))
    resampling = {"draws": draws, "seed": plan.seed, "progress": progress}
    method = _sensitivity_method(study, others)
    return Results(
        study=study,
        trials=trials,
        primary=primary,
        check=_check(study, trials, primary, resampling),
        exclusions=exclusions,
        sensitivity=tuple(Sensitivity(other, _contrasts(study, other, method)) for other in others),
        sensitivity_method=method,
        findings=tuple(find_problems(study)),
        bounds=_bounds(study, trials),
        draws=draws,
        labels=primary.labels,
        **_splits(study, trials),
    )


def _check(study: Study, trials: pd.DataFrame, primary: Primary, resampling: dict[str, Any]) -> Any:
    return cross_check(
        _two_sided(primary.contrasts, study.plan),
        trials,
        "value",
        contrasts={one.name: one.weights for one in contrasts_of(study.plan, study.arm_names)},
        arms=study.arm_names,
        alpha=study.plan.alpha,
        covariates=study.plan.covariates,
        resampling=resampling,
        **shares_of(study.plan),
    )


def _two_sided(contrasts: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the contrasts with two-sided p-values, which are those of the methods that stand beside them."""
    if plan.sides == "two-sided":
        return contrasts
    return contrasts.assign(p=2 * special.stdtr(contrasts["df"], -contrasts["t"].abs()))


def _sensitivity_method(study: Study, others: Sequence[Population]) -> str:
    """Return the plan's method, unless the tables are too large to fit it again and again."""
    largest = max((len(other.trials) for other in others), default=0)
    return "two-way-cluster-robust-t" if largest > MANY else study.plan.method


def _contrasts(study: Study, population: Population, method: str) -> pd.DataFrame:
    if method == study.plan.method:
        return primary_analysis(population.trials, study.plan, study.arm_names, _quoted(study)).contrasts
    return robust_contrasts(population.trials, study.plan, study.arm_names)


def _quoted(study: Study) -> dict[str, str]:
    """Return what a reader is told of each arm in place of its name."""
    return {name: f"“{study.label(name)}”" for name in study.arm_names}


def _bounds(study: Study, trials: pd.DataFrame) -> AttritionBounds | None:
    """Bound what attrition could do, where the participants' table says how far people came."""
    if not has_values(study.participants, "outcome") or study.plan.exposure != "arm":
        return None
    outcome = trials if "period" not in trials.columns else trials[trials["period"] == "outcome"]
    return attrition_bounds(study, outcome)


def _splits(study: Study, trials: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the outcome where the model is right, where it is wrong, and at its natural error rate."""
    if not has_values(trials, "model_correct") or "period" in trials.columns:
        return {}
    right = trials["model_correct"].fillna(False).astype(bool)
    wrong = ~trials["model_correct"].fillna(True).astype(bool)
    plan = study.plan
    told: dict[str, Any] = {"arms": study.arm_names, "alpha": plan.alpha}
    splits = {
        "model_right": mean_by_arm(trials[right], "value", **told),
        "model_wrong": mean_by_arm(trials[wrong], "value", **told),
    }
    if plan.natural_error_rate is not None:
        shares = natural_shares(plan.natural_error_rate)
        weights = {one.name: one.weights for one in contrasts_of(plan, study.arm_names)}
        family = "none" if plan.family == "none" else "holm"
        rules: dict[str, Any] = {"alpha": plan.alpha, "family": family, "shares": shares}
        splits["natural"] = mean_by_arm(trials, "value", shares=shares, **told)
        splits["natural_contrasts"] = contrast_arms(trials, "value", weights, **rules)
    return splits
