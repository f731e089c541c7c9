"""The plan by the crossed mixed model: fitted, asked for means and contrasts, and told where it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import ModelError
from analysis.inference.holm import holm
from analysis.marginal import marginal_means, planned
from analysis.marginal.grid import ReferenceGrid, reference_grid
from analysis.metrics.natural import natural_shares
from analysis.mixed import MixedFit, fit_glmm, fit_lmm
from analysis.mixed.random import parse_random
from analysis.planned.contrasts import Contrast
from analysis.planned.lost import (
    NO_LABELS,
    Lost,
    is_binary,
    lost_groups,
    require_enough,
    tell_lost,
    why_lost,
)
from analysis.planned.verdicts import with_verdicts
from protocol.schema.plan import Plan

BINARY = {
    "link_estimate": "estimate",
    "link_se": "se",
    "estimate": "risk_difference",
    "se": "risk_difference_se",
}
MEANS = {"mean": "mean", "low": "low", "high": "high", "se": "se"}
PROBABILITIES = {name: f"probability_{name}".removesuffix("_mean") for name in MEANS}


def model_primary(
    used: pd.DataFrame,
    plan: Plan,
    groups: Sequence[str],
    contrasts: Sequence[Contrast],
    observed: pd.DataFrame,
    labels: Mapping[str, str] = NO_LABELS,
) -> dict[str, Any]:
    """Return means, contrasts, the fit and its formula; see `primary_analysis`.

    Parameters
    ----------
    used : the trials without missing values in any column that the model needs
    observed : as `mean_by_arm` returns it
    labels : what groups are called in sentences about them; by default their names
    """
    used = used[used["arm"].isin(groups)].assign(condition=lambda table: table["arm"])
    formula = formula_of(plan)
    # a plan that says nothing is refused, other than data that give nothing
    parse_random({str(factor): terms for factor, terms in plan.random_effects.items()})
    lost, counts = lost_groups(used, plan, groups), _counts(contrasts, used)
    if all(why_lost(one, lost) for one in contrasts):
        lost = {}  # the model of all groups then says why
    reasons = {one.name: why_lost(one, lost, labels) for one in contrasts}
    left = [name for name in groups if name not in lost]
    rows = used[used["condition"].isin(left)]
    without = _without(lost, labels)
    try:
        require_enough(rows, left, labels)
        fit = _fit(rows, plan, formula, plan.reference if plan.reference in left else left[0])
    except ModelError as error:
        return _nothing(plan, counts, observed, formula, str(error), reasons, without)
    if not fit.converged:
        told = " ".join(fit.messages)
        return _nothing(plan, counts, observed, formula, told, reasons, without) | {"fit": fit}
    grid = _grid(fit, plan)
    kept = [one for one in contrasts if not reasons[one.name]]
    notes = {name: tell_lost({name: why}, labels) for name, why in lost.items()}
    estimates = _with_lost(_estimates(fit, plan, kept, grid), reasons, plan)
    return {
        "means": _means(fit, plan, grid, observed, notes),
        "contrasts": with_verdicts(estimates.join(counts), plan),
        "fit": fit,
        "formula": formula,
        "messages": (*fit.messages, *without),
    }


def formula_of(plan: Plan) -> str:
    """Return the fixed part of the plan's model."""
    terms = "condition"
    if plan.baseline_phase is not None:
        terms = "condition * period"
    elif plan.items == "natural":
        terms = "condition * model_correct"
    return " + ".join([f"value ~ {terms}", *plan.covariates])


def _fit(used: pd.DataFrame, plan: Plan, formula: str, baseline: str) -> MixedFit:
    rows = used.assign(model_correct=used["model_correct"].astype("str")) if plan.items == "natural" else used
    told: dict[str, Any] = {
        "random": dict(plan.random_effects),
        "correlated": plan.correlated,
        "baselines": {"condition": baseline} | ({"period": "baseline"} if plan.baseline_phase else {}),
        "singular": plan.singular_fit,
    }
    if not is_binary(plan):
        return fit_lmm(formula, rows, **told)
    fit = fit_glmm(formula, rows, **told)
    if not fit.separated or plan.separation == "none":
        return fit
    again = fit_glmm(formula, rows, penalty=plan.penalty, **told)
    return replace(again, messages=(_penalised(fit.separated, plan.penalty), *again.messages))


def _penalised(names: Sequence[str], sd: float) -> str:
    verb = "tells" if len(names) == 1 else "tell"
    return (
        f"Separation: {', '.join(names)} {verb} the outcome without a miss, so that there is no finite estimate. As "
        f"the plan says, the model was fitted with a penalty: a normal prior with standard deviation {sd:g} on "
        "scaled columns."
    )


def _grid(fit: MixedFit, plan: Plan) -> ReferenceGrid:
    if plan.baseline_phase is not None:
        return reference_grid(fit, ["condition", "period"])
    if plan.items == "natural":
        shares = natural_shares(plan.natural_error_rate or 0.0)
        return reference_grid(
            fit, "condition", weights={"model_correct": {str(right): w for right, w in shares.items()}}
        )
    return reference_grid(fit, "condition")


def _means(
    fit: MixedFit, plan: Plan, grid: ReferenceGrid, observed: pd.DataFrame, notes: Mapping[str, str]
) -> pd.DataFrame:
    """Return the groups' means in the outcome's phase, with the observed ones beside; NaN for a lost group."""
    table = marginal_means(fit, grid=grid, alpha=plan.alpha)
    if plan.baseline_phase is not None:
        table = table.xs("outcome", level="period")
    names = MEANS if fit.link == "identity" else PROBABILITIES
    told = pd.DataFrame({ours: table[theirs] for ours, theirs in names.items()}).assign(df=table["df"])
    rest = observed.rename(columns={"mean": "observed"}).drop(columns=["low", "high", "se", "df", "rule"])
    return told.reindex(observed.index).join(
        rest.assign(note=[notes.get(str(name), "") for name in rest.index])
    )


def _estimates(fit: MixedFit, plan: Plan, contrasts: Sequence[Contrast], grid: ReferenceGrid) -> pd.DataFrame:
    weights = {one.name: _cells(one.weights, plan) for one in contrasts}
    table = planned(fit, weights, grid=grid, alpha=plan.alpha, family=plan.family, alternative=plan.sides)
    if fit.link != "identity":
        table = table.assign(**{ours: table[theirs] for ours, theirs in BINARY.items()})
    reach = special.stdtrit(table["df"], 1 - plan.alpha / 2) * table["se"]
    return table.assign(low=table["estimate"] - reach, high=table["estimate"] + reach)


def _with_lost(table: pd.DataFrame, reasons: Mapping[str, str], plan: Plan) -> pd.DataFrame:
    """Put the contrasts that weigh a lost group beside the others: NaN, with a note, and members of the family."""
    if not (n_lost := sum(map(bool, reasons.values()))):
        return table
    table = table.reindex(pd.Index(list(reasons), name=table.index.name, dtype="str"))
    if plan.family == "holm":
        table["p_adjusted"] = holm(table["p"])
    if plan.family == "max-t":  # as `analysis.marginal.families` pays for a contrast without a value
        table["p_adjusted"] = (table["p_adjusted"] + n_lost * table["p"]).clip(upper=1.0)
    return table.assign(note=pd.Series(reasons))


def _without(lost: Lost, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Say whose trials are not in the model."""
    if not lost:
        return ()
    them = "it" if len(lost) == 1 else "them"
    names = ", ".join(labels.get(name, name) for name in lost)
    said = f"The model is fitted without the trials of {names}: {tell_lost(lost, labels)}."
    return (f"{said} Contrasts that weigh {them} have no estimate.",)


def _cells(weights: dict[str, float], plan: Plan) -> dict[Any, float]:
    """Return a contrast's weights of cells: of the change from baseline where the plan has a baseline phase."""
    if plan.baseline_phase is None:
        return dict(weights)
    signs = {"outcome": 1.0, "baseline": -1.0}
    return {(name, period): w * sign for name, w in weights.items() for period, sign in signs.items()}


def _counts(contrasts: Sequence[Contrast], used: pd.DataFrame) -> pd.DataFrame:
    """Return how many people, items and trials stand behind each contrast."""
    people = used.groupby("condition")["participant"].nunique()
    rows = {}
    for one in contrasts:
        named = [name for name, weight in one.weights.items() if weight]
        rows_of = used[used["condition"].isin(named)]
        above = [name for name in named if one.weights[name] > 0]
        below = [name for name in named if one.weights[name] < 0]
        rows[one.name] = {
            "people": int(people.reindex(above).sum()),
            "reference_people": int(people.reindex(below).sum()),
            "items": int(rows_of["item"].nunique()),
            "trials": len(rows_of),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _nothing(
    plan: Plan,
    counts: pd.DataFrame,
    observed: pd.DataFrame,
    formula: str,
    why: str,
    reasons: Mapping[str, str],
    without: tuple[str, ...],
) -> dict[str, Any]:
    """Return the observed means without intervals, and contrasts that say why there are none."""
    nan = float("nan")
    means = observed.assign(observed=observed["mean"], low=nan, high=nan, se=nan, df=nan)
    values = dict.fromkeys(("estimate", "se", "df", "t", "p", "p_adjusted", "low", "high"), np.nan)
    index = pd.Index(list(reasons), name="contrast", dtype="str")
    table = pd.DataFrame(values, index=index).join(counts)
    notes = [lost or why for lost in reasons.values()]
    return {
        "means": means,
        "contrasts": with_verdicts(table.assign(note=notes), plan),
        "formula": formula,
        "messages": (why, *without),
    }
