"""The analysis plan: what the report executes, and the only thing that it calls confirmatory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from protocol.schema.base import Broken, Name, Part, Text, twice

Factor = Literal["participant", "item", "model", "wave"]


class Exclusion(Part):
    """A rule for leaving participants out, counted in the flow of participants."""

    name: Text
    kind: Literal["pre-allocation", "process", "outcome"]
    filter: Name = Field(
        description="A filter that `analysis` knows, e.g. `failed-attention`, `too-fast`, `at-chance`."
    )
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)
    use: Literal["primary", "sensitivity"] = "sensitivity"

    def broken_rules(self) -> Iterator[Broken]:
        if self.kind == "outcome" and self.use == "primary":
            yield Broken(
                'it selects by outcome, which biases the comparison; "use: sensitivity" is allowed', ("use",)
            )


class Power(Part):
    """The result of a power analysis made before launch."""

    power: float = Field(gt=0, le=1)
    effect: Text = Field(description="The effect it was computed for, with its unit.")
    method: Text = Field(description="How it was computed.")


class PlannedContrast(Part):
    """A weighted sum of the groups' means; the weights add up to zero."""

    name: Name
    label: str = ""
    weights: dict[Name, float] = Field(description="Group → weight; who is not named has weight 0.")

    def broken_rules(self) -> Iterator[Broken]:
        if abs(sum(self.weights.values())) > 1e-9 or not any(self.weights.values()):
            yield Broken("the weights must add up to zero and not all be zero", ("weights",))


class Plan(Part):
    """Estimand, contrasts and error control, fixed before the data."""

    outcome: Name = "simulation-accuracy"
    phase: Name = "test"
    baseline_phase: Name | None = Field(
        None,
        description="The phase before the intervention: the contrasts are then of the change from it to `phase`.",
    )
    exposure: Literal["arm", "condition"] = Field(
        "arm", description="What is compared: the arm between subjects, or the trial's condition within."
    )
    population: Literal["allocated-with-trial"] = "allocated-with-trial"
    items: Literal["as-tested", "natural"] = Field(
        "as-tested", description="Weighting of items in the primary estimate."
    )
    natural_error_rate: float | None = Field(
        None,
        ge=0,
        le=1,
        description="The model's error rate in natural use; from the bundle's model card unless given.",
    )
    reference: Name = Field(description="The arm (or condition) that the others are compared to.")
    contrasts: Literal["versus-reference", "all-pairs", "planned", "trend"] = "versus-reference"
    planned: list[PlannedContrast] = Field(
        default_factory=list, description="For `contrasts: planned`: the contrasts by their weights."
    )
    scores: dict[Name, float] = Field(
        default_factory=dict, description="For `contrasts: trend`: the score of each group."
    )
    sides: Literal["two-sided", "greater", "less"] = "two-sided"
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    family: Literal["holm", "max-t", "none"] = Field(
        default="holm", description="Correction over the contrasts."
    )
    equivalence_margin: float | None = Field(
        None,
        gt=0,
        description="On the outcome's scale; an interval within ± the margin is no difference worth having.",
    )
    non_inferiority_margin: float | None = Field(
        None,
        gt=0,
        description=(
            "On the outcome's scale; not worse by more than the margin: an interval above − the margin where "
            "higher values are better, below + the margin where lower ones are."
        ),
    )
    covariates: list[Name] = Field(default_factory=list)
    method: Literal["crossed-mixed-model", "two-way-cluster-robust-t"] = "crossed-mixed-model"
    random_effects: dict[Factor, str] = Field(
        default={"participant": "1", "item": "1 + condition"},
        description="Random effects of the crossed mixed model; `condition` stands for what is compared.",
    )
    correlated: bool = Field(
        default=False, description="Whether a factor's random intercept and slopes may be correlated."
    )
    singular_fit: Literal["drop-slopes-then-intercepts"] = "drop-slopes-then-intercepts"
    separation: Literal["none", "penalty"] = Field(
        "none",
        description=(
            "What is done where a term tells an outcome of zeros and ones without a miss, so that it has no "
            "finite estimate: nothing, which leaves its contrasts without one, or a penalty."
        ),
    )
    penalty: float = Field(
        2.5,
        gt=0,
        description="SD of the normal prior on scaled columns, used only where a term is separated.",
    )
    exclusions: list[Exclusion] = Field(default_factory=list)
    missing: Literal["available-trials"] = Field(
        "available-trials", description="Each answered trial counts; none is imputed."
    )
    secondary: list[Name] = Field(
        default_factory=list,
        description="Metrics that the report gives beside the outcome, not confirmatory.",
    )
    target_n_per_arm: int | None = Field(default=None, ge=2)
    power: Power | None = None
    power_reason: str = Field(default="", description="Why the target n, where there is no power analysis.")
    stopping: Literal["target-n"] = Field(
        "target-n", description="Recruitment stops at the target n, never by looking."
    )
    seed: int = Field(default=1, description="Seed of resampling in the report.")

    def broken_rules(self) -> Iterator[Broken]:
        yield from twice("planned", [contrast.name for contrast in self.planned], "planned", "name")
        if (self.contrasts == "planned") != bool(self.planned):
            yield Broken('"contrasts: planned" and a list "planned" belong together', ("planned",))
        if (self.contrasts == "trend") != bool(self.scores):
            yield Broken('"contrasts: trend" and "scores" belong together', ("scores",))
        if self.baseline_phase is not None and self.baseline_phase == self.phase:
            yield Broken("it must be another phase than `phase`", ("baseline_phase",))
        if self.method == "two-way-cluster-robust-t":
            yield from self._beyond_cluster_robust()
        if self.items == "natural" and self.baseline_phase is not None:
            yield Broken('a change from a baseline phase is weighted "as-tested"', ("items",))
        if "participant" not in self.random_effects or "item" not in self.random_effects:
            yield Broken("participant and item are both random; both are needed", ("random_effects",))

    def _beyond_cluster_robust(self) -> Iterator[Broken]:
        """Yield what only the mixed model can do."""
        only = {
            "contrasts": "versus-reference",
            "sides": "two-sided",
            "baseline_phase": None,
            "separation": "none",
        }
        for name, allowed in only.items():
            if getattr(self, name) != allowed:
                yield Broken('it needs "method: crossed-mixed-model"', (name,))
        if self.family == "max-t":
            yield Broken(
                '"max-t" needs "method: crossed-mixed-model"; holm and none are allowed', ("family",)
            )
