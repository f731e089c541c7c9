"""The analysis plan: what the report executes, and the only thing that it calls confirmatory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from protocol.schema.base import Broken, Name, Part, Text


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


class Plan(Part):
    """Estimand, contrasts and error control, fixed before the data."""

    outcome: Name = "simulation-accuracy"
    phase: Name = "test"
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
    reference: Name = Field(description="The arm that the others are compared to.")
    contrasts: Literal["versus-reference"] = "versus-reference"
    sides: Literal["two-sided"] = "two-sided"
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    family: Literal["holm", "none"] = Field(default="holm", description="Correction over the contrasts.")
    equivalence_margin: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="On the outcome's scale; an interval within ± the margin is no difference worth having.",
    )
    covariates: list[Name] = Field(default_factory=list)
    method: Literal["two-way-cluster-robust-t"] = "two-way-cluster-robust-t"
    random_effects: dict[Literal["participant", "item"], str] = Field(
        default={"participant": "1", "item": "1 + condition"}, description="For the crossed mixed model."
    )
    singular_fit: Literal["drop-slopes-then-intercepts"] = "drop-slopes-then-intercepts"
    exclusions: list[Exclusion] = Field(default_factory=list)
    missing: Literal["available-trials"] = Field(
        "available-trials", description="Each answered trial counts; none is imputed."
    )
    target_n_per_arm: int | None = Field(default=None, ge=2)
    power: Power | None = None
    power_reason: str = Field(default="", description="Why the target n, where there is no power analysis.")
    stopping: Literal["target-n"] = Field(
        "target-n", description="Recruitment stops at the target n, never by looking."
    )
    seed: int = Field(default=1, description="Seed of resampling in the report.")
