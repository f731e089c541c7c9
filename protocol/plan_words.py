"""An analysis plan in words, for the console and the report alike."""

from __future__ import annotations

from collections.abc import Callable

from protocol.schema.plan import Plan

METHODS = {
    "crossed-mixed-model": "crossed mixed model of participants and items, Wald t",
    "two-way-cluster-robust-t": "linear model of the trial’s outcome, two-way cluster-robust t",
}
FAMILIES = {
    "holm": "Holm’s correction over the contrasts",
    "max-t": "the largest of the correlated t statistics (max-t)",
    "none": "no correction",
}
SIDES = {"two-sided": "two-sided", "greater": "one-sided (greater)", "less": "one-sided (less)"}


def contrasts_in_words(plan: Plan, label: Callable[[str], str]) -> str:
    """Return what is compared; `label` gives a group's label from its name."""
    reference = label(plan.reference)
    told = {
        "versus-reference": f"each {plan.exposure} against “{reference}”",
        "all-pairs": f"all pairs of {plan.exposure}s",
        "planned": ", ".join(f"“{one.label or one.name}”" for one in plan.planned),
        "trend": "the linear trend over " + ", ".join(f"{label(n)} = {s:g}" for n, s in plan.scores.items()),
    }[plan.contrasts]
    if plan.baseline_phase is not None:
        told += f", in the change from the phase “{plan.baseline_phase}” to “{plan.phase}”"
    return f"{told}; {SIDES[plan.sides]}"


def model_in_words(plan: Plan) -> str:
    """Return the method with its random effects and its rule for singular fits."""
    if plan.method != "crossed-mixed-model":
        return METHODS[plan.method]
    effects = "; ".join(f"{factor}: {formula}" for factor, formula in plan.random_effects.items())
    kind = "correlated" if plan.correlated else "uncorrelated"
    told = f"{METHODS[plan.method]}. Random effects ({kind}): {effects}. A singular fit drops slopes first, then "
    told += "intercepts"
    if plan.separation == "penalty":
        prior = f"a normal prior with a standard deviation of {plan.penalty:g}"
        told += f"; where a term is separated, fixed effects get {prior}"
    return told
