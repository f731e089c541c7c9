"""The trials that a plan is about, with what its analysis needs in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.columns import as_finite, require_columns
from analysis.errors import MissingColumns, UnknownName
from analysis.metrics.registry import trial_values
from analysis.population.primary import primary_trials
from analysis.reading.study import Arm, Study


def exposed(study: Study) -> Study:
    """Return the study with what its plan compares in the column `arm`, and as its arms.

    Raises
    ------
    MissingColumns, UnknownName : the trials have no conditions, or the reference is none of them.
    """
    if study.plan.exposure == "arm":
        return study
    require_columns(study.trials, "condition", name="the table of trials")
    found = sorted(study.trials["condition"].dropna().unique())
    if study.plan.reference not in found:
        raise UnknownName(
            f"plan.reference {study.plan.reference!r} is no condition. Conditions: {', '.join(found)}."
        )
    if len(found) < 2:
        raise UnknownName(f"Every trial has the condition {found[0]!r}; a comparison needs two at least.")
    names = [study.plan.reference, *(name for name in found if name != study.plan.reference)]
    labels = {arm.name: arm.label for arm in study.arms}
    return replace(
        study,
        trials=study.trials.assign(arm=study.trials["condition"]),
        arms=tuple(Arm(name, labels.get(name, name)) for name in names),
    )


def planned_trials_of(study: Study) -> pd.DataFrame:
    """Return the primary population's trials with `value`, the covariates, and `period` where there is a baseline.

    Raises
    ------
    MissingColumns, UnknownName : the plan names a metric, phase or covariate that is not there.
    """
    plan = study.plan
    trials = primary_trials(study)
    if plan.baseline_phase is not None:
        before = primary_trials(replace(study, plan=plan.model_copy(update={"phase": plan.baseline_phase})))
        if before.empty:
            phases = ", ".join(sorted(study.trials["phase"].dropna().unique()))
            raise UnknownName(f"No trial is of the baseline phase {plan.baseline_phase!r}. Phases: {phases}.")
        before = before[before["participant"].isin(trials["participant"])]
        both = [trials.assign(period="outcome"), before.assign(period="baseline")]
        trials = pd.concat(both, ignore_index=True)
    trials = trials.assign(value=trial_values(plan.outcome, trials))
    return _with_covariates(trials, study, plan.covariates)


def _with_covariates(trials: pd.DataFrame, study: Study, names: Sequence[str]) -> pd.DataFrame:
    """Add covariates, which may be columns of the trials, the participants or the items, as numbers."""
    for name in names:
        found = _covariate(trials, study, name)
        try:
            trials = trials.assign(**{name: as_finite(found, name)})
        except MissingColumns as error:
            raise MissingColumns(f"plan.covariates: {error}") from error
    return trials


def _covariate(trials: pd.DataFrame, study: Study, name: str) -> pd.Series:
    if name in trials.columns:
        return trials[name]
    for table, key in ((study.participants, "participant"), (study.items, "item")):
        if name in table.columns:
            return trials[key].map(table.set_index(key)[name])
    known = sorted({*study.trials.columns, *study.participants.columns, *study.items.columns})
    raise UnknownName(f"The plan's covariate {name!r} is no column. Columns: {', '.join(known)}.")
