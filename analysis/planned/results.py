"""What came of executing a plan."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analysis.inference.crosscheck import CrossCheck
from analysis.planned.primary import Primary
from analysis.population import AttritionBounds, Excluded, Finding, Population
from analysis.reading.study import Study

MANY = 100_000  # trials; above, what is not the plan's own analysis takes quick methods: seconds, not minutes


@dataclass(frozen=True)
class Sensitivity:
    """The contrasts of another population, beside the primary ones, and what a reader must know of it."""

    population: Population
    contrasts: pd.DataFrame

    @property
    def name(self) -> str:
        return self.population.name

    @property
    def kind(self) -> str:
        return self.population.kind


@dataclass(frozen=True)
class Results:
    """What the plan asked for.

    `trials` are the analysed ones, with the outcome in the column `value`. The groups that are compared stand
    in their column `arm` and are the study's arms: with the exposure `condition`, conditions have taken
    their place. `model_right`, `model_wrong` and `natural` are means by group, and `natural_contrasts` the
    contrasts re-weighted to the model's natural error rate, all by two-way cluster-robust t; None where the
    columns or the rate are missing.
    """

    study: Study
    trials: pd.DataFrame
    primary: Primary
    check: CrossCheck
    exclusions: tuple[Excluded, ...]
    sensitivity: tuple[Sensitivity, ...]
    sensitivity_method: str
    findings: tuple[Finding, ...] = ()
    bounds: AttritionBounds | None = None
    model_right: pd.DataFrame | None = None
    model_wrong: pd.DataFrame | None = None
    natural: pd.DataFrame | None = None
    natural_contrasts: pd.DataFrame | None = None
    draws: int = 0
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def means(self) -> pd.DataFrame:
        return self.primary.means

    @property
    def contrasts(self) -> pd.DataFrame:
        return self.primary.contrasts

    @property
    def bootstrap(self) -> pd.DataFrame:
        return self.check.bootstrap

    @property
    def alpha(self) -> float:
        return self.study.plan.alpha

    @property
    def covariates(self) -> list[str]:
        return self.study.plan.covariates

    @property
    def outcome_trials(self) -> pd.DataFrame:
        """The analysed trials of the plan's phase, without those of a baseline."""
        if "period" not in self.trials.columns:
            return self.trials
        return self.trials[self.trials["period"] == "outcome"]

    @property
    def is_large(self) -> bool:
        """Whether there are so many trials that what is not planned is computed by quick methods alone."""
        return len(self.trials) > MANY

    @property
    def people(self) -> int:
        return int(self.trials["participant"].nunique())

    @property
    def items(self) -> int:
        return int(self.trials["item"].nunique())

    @property
    def is_versus_reference(self) -> bool:
        """Whether each contrast is one group against the reference, and is called like that group."""
        return self.study.plan.contrasts == "versus-reference"

    def label(self, contrast: str) -> str:
        """Return what a contrast is called for a reader."""
        if contrast in self.labels:
            return self.labels[contrast]
        if self.study.plan.contrasts == "all-pairs":
            for one in self.study.arm_names:
                other = contrast.removeprefix(f"{one} - ")
                if other != contrast and other in self.study.arm_names:
                    return f"{self.study.label(one)} − {self.study.label(other)}"
        return self.study.label(contrast) if contrast in self.study.arm_names else contrast
