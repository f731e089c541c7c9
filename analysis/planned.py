"""The analysis plan, executed: everything that is confirmatory, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.columns import has_values
from analysis.errors import UnknownName
from analysis.inference.arms import compare_arms, mean_by_arm
from analysis.inference.bootstrap import Progress
from analysis.inference.crosscheck import bootstrap_contrasts
from analysis.metrics.natural import natural_shares
from analysis.metrics.registry import trial_values
from analysis.population.exclusions import Excluded, apply_exclusion
from analysis.population.primary import primary_trials
from analysis.reading.study import Study

DRAWS = 2000
LEFT_OFF = "primary left off"  # the kind of a variant that leaves nobody out


@dataclass(frozen=True)
class Sensitivity:
    """The contrasts of another population, beside the primary ones."""

    name: str
    kind: str
    people: int
    trials: int
    contrasts: pd.DataFrame


@dataclass(frozen=True)
class Results:
    """What the plan asked for.

    `trials` are the analysed ones, with the outcome in the column `value`. `means` and `contrasts` weight
    the items as the plan says; `natural` and its differences to the reference, `natural_contrasts`, are
    None without an error rate.
    """

    study: Study
    trials: pd.DataFrame
    means: pd.DataFrame
    contrasts: pd.DataFrame
    bootstrap: pd.DataFrame
    exclusions: tuple[Excluded, ...]
    sensitivity: tuple[Sensitivity, ...]
    model_right: pd.DataFrame | None = None
    model_wrong: pd.DataFrame | None = None
    natural: pd.DataFrame | None = None
    natural_contrasts: pd.DataFrame | None = None
    draws: int = DRAWS
    covariates: Sequence[str] = field(default_factory=tuple)

    @property
    def alpha(self) -> float:
        return self.study.plan.alpha

    @property
    def people(self) -> int:
        return int(self.trials["participant"].nunique())

    @property
    def items(self) -> int:
        return int(self.trials["item"].nunique())


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
    UnknownName, MissingColumns : the plan names a metric, filter, option or covariate that is not there.
    """
    plan = study.plan
    everyone = _with_covariates(_with_value(study, primary_trials(study)), study)
    exclusions = tuple(apply_exclusion(study, everyone, rule) for rule in plan.exclusions)
    trials = everyone
    for excluded in exclusions:
        if excluded.rule.use == "primary":
            trials = excluded.remaining(trials)
    weighting = _weighting(study)
    told: dict[str, Any] = {"arms": study.arm_names, "alpha": plan.alpha, **weighting}
    resampling: dict[str, Any] = {"draws": draws, "seed": plan.seed, "progress": progress}
    return Results(
        study=study,
        trials=trials,
        means=mean_by_arm(trials, "value", **told),
        contrasts=_contrasts(study, trials, weighting),
        bootstrap=bootstrap_contrasts(trials, "value", reference=plan.reference, **told, **resampling),
        exclusions=exclusions,
        sensitivity=tuple(_sensitivity(study, everyone, trials, exclusions, weighting)),
        draws=draws,
        covariates=tuple(plan.covariates),
        **_splits(study, trials),
    )


def _with_value(study: Study, trials: pd.DataFrame) -> pd.DataFrame:
    return trials.assign(value=trial_values(study.plan.outcome, trials))


def _with_covariates(trials: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add the plan's covariates, which may be columns of the trials, the participants or the items."""
    for name in study.plan.covariates:
        if name in trials.columns:
            continue
        for table, key in ((study.participants, "participant"), (study.items, "item")):
            if name in table.columns:
                trials = trials.assign(**{name: trials[key].map(table.set_index(key)[name])})
                break
        else:
            known = sorted({*study.trials.columns, *study.participants.columns, *study.items.columns})
            raise UnknownName(f"The plan's covariate {name!r} is no column. Columns: {', '.join(known)}.")
    return trials


def _weighting(study: Study) -> dict[str, Any]:
    """Return how items are weighted: as tested, or at the model's natural error rate."""
    if study.plan.items == "as-tested":
        return {}
    if study.plan.natural_error_rate is None:
        raise UnknownName("The plan weights items as in natural use and gives no natural_error_rate.")
    return {"shares": natural_shares(study.plan.natural_error_rate)}


def _contrasts(study: Study, trials: pd.DataFrame, weighting: dict[str, Any]) -> pd.DataFrame:
    plan = study.plan
    return compare_arms(
        trials,
        "value",
        reference=plan.reference,
        arms=study.arm_names,
        alpha=plan.alpha,
        family=plan.family,
        margin=plan.equivalence_margin,
        covariates=plan.covariates,
        **weighting,
    )


def _sensitivity(
    study: Study,
    everyone: pd.DataFrame,
    trials: pd.DataFrame,
    exclusions: tuple[Excluded, ...],
    weighting: dict[str, Any],
) -> list[Sensitivity]:
    """Repeat the contrasts with each sensitivity exclusion, and without the primary ones if there are any."""
    variants: list[tuple[str, str, pd.DataFrame]] = [
        (e.rule.name, e.rule.kind, e.remaining(trials)) for e in exclusions if e.rule.use == "sensitivity"
    ]
    if any(excluded.rule.use == "primary" for excluded in exclusions):
        variants.insert(0, ("nobody excluded", LEFT_OFF, everyone))
    return [
        Sensitivity(
            name, kind, int(kept["participant"].nunique()), len(kept), _contrasts(study, kept, weighting)
        )
        for name, kind, kept in variants
    ]


def _splits(study: Study, trials: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the outcome where the model is right, where it is wrong, and at its natural error rate."""
    if not has_values(trials, "model_correct"):
        return {}
    right = trials["model_correct"].fillna(False).astype(bool)
    wrong = ~trials["model_correct"].fillna(True).astype(bool)
    told: dict[str, Any] = {"arms": study.arm_names, "alpha": study.plan.alpha}
    splits = {
        "model_right": mean_by_arm(trials[right], "value", **told),
        "model_wrong": mean_by_arm(trials[wrong], "value", **told),
    }
    if study.plan.natural_error_rate is not None:
        shares = natural_shares(study.plan.natural_error_rate)
        splits["natural"] = mean_by_arm(trials, "value", shares=shares, **told)
        splits["natural_contrasts"] = _contrasts(study, trials, {"shares": shares})
    return splits
