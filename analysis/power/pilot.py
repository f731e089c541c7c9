"""Assumptions estimated from a pilot study's export."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pandas as pd

from analysis.errors import ModelError
from analysis.mixed import MixedFit, fit_glmm
from analysis.planned.trials import exposed, planned_trials_of
from analysis.power.assumptions import DEFAULTS, Assumptions, Variances
from analysis.power.design import Design
from analysis.power.errors import PowerError
from analysis.reading.study import Study

INTERCEPT = "1"


def from_pilot(study: Study, design: Design, assumed: Assumptions) -> Assumptions:
    """Replace the baseline and the variances by those of a pilot; effects and drop-out stay as they are.

    Parameters
    ----------
    study : the pilot, whose arms are the design's
    design : of the planned study
    assumed : where effects and drop-out, and whatever the pilot cannot tell, are taken from

    Returns
    -------
    Assumptions
        The baseline is the pilot's mean outcome in the reference group. Standard deviations are those of the
        planned random effects, fitted with the planned groups as fixed effects; one that the fit dropped is
        zero, and the source says so. An effect planned in neither model keeps its default.

    Raises
    ------
    PowerError : the pilot lacks the reference, or its model cannot be fitted.
    """
    trials = planned_trials_of(exposed(study)).dropna(subset=["value"])
    reference = trials.loc[trials["arm"] == design.plan.reference, "value"]
    if reference.empty or not 0 < reference.mean() < 1:
        raise PowerError(
            f"The pilot’s arm {design.plan.reference!r} has {len(reference)} scored trials with mean "
            f"{reference.mean():.2f}; a mean between 0 and 1 is needed."
        )
    fit = _fit(trials, design)
    return replace(assumed, baseline=float(reference.mean()), variances=_variances(fit, study, design))


def _fit(trials: pd.DataFrame, design: Design) -> MixedFit:
    plan = design.plan
    table = trials.assign(condition=trials["arm"])
    try:
        fit = fit_glmm(
            "value ~ condition" + (" * period" if design.has_baseline else ""),
            table,
            random={str(factor): terms for factor, terms in plan.random_effects.items()},
            correlated=plan.correlated,
            baselines={"condition": plan.reference},
        )
    except ModelError as error:
        raise PowerError(f"The pilot’s model cannot be fitted: {error}") from error
    if not fit.converged:
        raise PowerError(f"The pilot’s model did not converge: {' '.join(fit.messages)}")
    return fit


def _variances(fit: MixedFit, study: Study, design: Design) -> Variances:
    """Read the standard deviations; a slope's is turned into that of the difference between two groups."""
    rows = fit.random[fit.random["sd"].notna()]
    own = {row.factor: row.sd for row in rows.itertuples() if row.term in (INTERCEPT, "Intercept")}
    slopes = {row.factor: row.sd for row in rows.itertuples() if row.term not in (INTERCEPT, "Intercept")}
    wide = 1.0 if design.plan.correlated else sqrt(2)  # treatment coding has the difference itself
    dropped = f"; at zero in the pilot: {', '.join(fit.dropped)}" if fit.dropped else ""
    return Variances(
        participant=own.get("participant", 0.0),
        item=own.get("item", 0.0),
        item_slope=wide * slopes["item"] if "item" in slopes else DEFAULTS.item_slope,
        participant_slope=(
            wide * slopes["participant"] if "participant" in slopes else DEFAULTS.participant_slope
        ),
        source=f"estimated from the pilot “{study.title}”, {_size(fit)}{dropped}",
    )


def _size(fit: MixedFit) -> str:
    people, items = fit.n_levels["participant"], fit.n_levels["item"]
    return f"{people:,} participants × {items:,} items, {fit.nobs:,} trials"
