"""The plan by the crossed mixed model: fitted, asked for means and contrasts, and told where it failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import ModelError
from analysis.marginal import marginal_means, planned
from analysis.marginal.grid import ReferenceGrid, reference_grid
from analysis.metrics.natural import natural_shares
from analysis.mixed import MixedFit, fit_glmm, fit_lmm
from analysis.mixed.random import parse_random
from analysis.planned.contrasts import Contrast
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
) -> dict[str, Any]:
    """Return means, contrasts, the fit and its formula; see `primary_analysis`.

    Parameters
    ----------
    used : the trials without missing values in any column that the model needs
    observed : as `mean_by_arm` returns it
    """
    used = used[used["arm"].isin(groups)].assign(condition=lambda table: table["arm"])
    formula = formula_of(plan)
    # a plan that says nothing is refused, other than data that give nothing
    parse_random({str(factor): terms for factor, terms in plan.random_effects.items()})
    try:
        _require_enough(used, groups)
        fit = _fit(used, plan, formula)
    except ModelError as error:
        return _nothing(plan, contrasts, observed, formula, str(error))
    if not fit.converged:
        return _nothing(plan, contrasts, observed, formula, " ".join(fit.messages)) | {"fit": fit}
    grid = _grid(fit, plan)
    return {
        "means": _means(fit, plan, grid, observed),
        "contrasts": _contrasts(fit, plan, contrasts, grid, used),
        "fit": fit,
        "formula": formula,
        "messages": fit.messages,
    }


def formula_of(plan: Plan) -> str:
    """Return the fixed part of the plan's model."""
    terms = "condition"
    if plan.baseline_phase is not None:
        terms = "condition * period"
    elif plan.items == "natural":
        terms = "condition * model_correct"
    return " + ".join([f"value ~ {terms}", *plan.covariates])


def is_binary(values: pd.Series) -> bool:
    """Say whether an outcome holds zeros and ones alone, and so has a logistic model."""
    return bool(values.isin([0, 1]).all())


def _require_enough(used: pd.DataFrame, groups: Sequence[str]) -> None:
    """Raise `ModelError` where a model could be fitted to too little to mean anything."""
    sizes = used.groupby("condition")[["participant", "item"]].nunique().reindex(groups, fill_value=0)
    if absent := [str(name) for name in sizes.index[sizes["participant"] == 0]]:
        raise ModelError(f"no trial with an outcome in {', '.join(absent)}")
    if few := [str(name) for name in sizes.index[(sizes < 2).any(axis=1)]]:
        raise ModelError(f"fewer than two people or two items in {', '.join(few)}")
    if used["value"].nunique() < 2:
        raise ModelError("every answer is the same")


def _fit(used: pd.DataFrame, plan: Plan, formula: str) -> MixedFit:
    return _engine(used["value"])(
        formula,
        used.assign(model_correct=used["model_correct"].astype("str")) if plan.items == "natural" else used,
        random=dict(plan.random_effects),
        correlated=plan.correlated,
        baselines={"condition": plan.reference} | ({"period": "baseline"} if plan.baseline_phase else {}),
        singular=plan.singular_fit,
    )


def _engine(values: pd.Series) -> Callable[..., MixedFit]:
    return fit_glmm if is_binary(values) else fit_lmm


def _grid(fit: MixedFit, plan: Plan) -> ReferenceGrid:
    if plan.baseline_phase is not None:
        return reference_grid(fit, ["condition", "period"])
    if plan.items == "natural":
        shares = natural_shares(plan.natural_error_rate or 0.0)
        return reference_grid(
            fit, "condition", weights={"model_correct": {str(right): w for right, w in shares.items()}}
        )
    return reference_grid(fit, "condition")


def _means(fit: MixedFit, plan: Plan, grid: ReferenceGrid, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the groups' means in the outcome's phase, with the observed ones beside."""
    table = marginal_means(fit, grid=grid, alpha=plan.alpha)
    if plan.baseline_phase is not None:
        table = table.xs("outcome", level="period")
    names = MEANS if fit.link == "identity" else PROBABILITIES
    told = pd.DataFrame({ours: table[theirs] for ours, theirs in names.items()}).assign(df=table["df"])
    rest = observed.rename(columns={"mean": "observed"}).drop(columns=["low", "high", "se", "df", "rule"])
    return told.reindex(observed.index).join(rest.assign(note=""))


def _contrasts(
    fit: MixedFit, plan: Plan, contrasts: Sequence[Contrast], grid: ReferenceGrid, used: pd.DataFrame
) -> pd.DataFrame:
    weights = {one.name: _cells(one.weights, plan) for one in contrasts}
    table = planned(fit, weights, grid=grid, alpha=plan.alpha, family=plan.family, alternative=plan.sides)
    if fit.link != "identity":
        table = table.assign(**{ours: table[theirs] for ours, theirs in BINARY.items()})
    reach = special.stdtrit(table["df"], 1 - plan.alpha / 2) * table["se"]
    table = table.assign(low=table["estimate"] - reach, high=table["estimate"] + reach)
    return with_verdicts(table.join(_counts(contrasts, plan, used)), plan)


def _cells(weights: dict[str, float], plan: Plan) -> dict[Any, float]:
    """Return a contrast's weights of cells: of the change from baseline where the plan has a baseline phase."""
    if plan.baseline_phase is None:
        return dict(weights)
    signs = {"outcome": 1.0, "baseline": -1.0}
    return {(name, period): w * sign for name, w in weights.items() for period, sign in signs.items()}


def _counts(contrasts: Sequence[Contrast], plan: Plan, used: pd.DataFrame) -> pd.DataFrame:
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
    plan: Plan, contrasts: Sequence[Contrast], observed: pd.DataFrame, formula: str, why: str
) -> dict[str, Any]:
    """Return the observed means without intervals, and contrasts that say why there are none."""
    nan = float("nan")
    means = observed.assign(observed=observed["mean"], low=nan, high=nan, se=nan, df=nan)
    names = [one.name for one in contrasts]
    values = dict.fromkeys(("estimate", "se", "df", "t", "p", "p_adjusted", "low", "high"), np.nan)
    counts = dict.fromkeys(("people", "reference_people", "items", "trials"), 0)
    table = pd.DataFrame({**values, **counts}, index=pd.Index(names, name="contrast", dtype="str"))
    return {
        "means": means,
        "contrasts": with_verdicts(table.assign(note=why), plan),
        "formula": formula,
        "messages": (why,),
    }
