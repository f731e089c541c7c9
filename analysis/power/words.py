"""A power analysis in words: a table, a sentence for the preregistration, the protocol's `power:` field."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pandas as pd

from analysis.power.assumptions import Assumptions
from analysis.power.design import Design
from analysis.power.errors import PowerError
from analysis.power.smallest import headline
from analysis.power.verdicts import DIFFERS, EQUIVALENT, FALSE_ALARM

VERDICTS = {
    DIFFERS: "a significant difference in the planted direction",
    EQUIVALENT: "a difference shown to lie within the plan’s margin",
    FALSE_ALARM: "a significant difference where there is none",
}
RATES = {FALSE_ALARM: "rate of false alarms"}


def table(curve: pd.DataFrame) -> str:
    """Return the curve as text, one line per size and contrast."""
    told = pd.DataFrame(
        {
            "participants": curve["participants"],
            "items": curve["items"],
            "contrast": curve["contrast"],
            "planted": [_points(value) for value in curve["planted"]],
            "verdict": curve["verdict"],
            "power": [_percent(value) for value in curve["power"]],
            "interval": [_interval(low, high) for low, high in zip(curve["low"], curve["high"], strict=True)],
            "estimate": [_points(value) for value in curve["estimate"]],
            "failed": [f"{share:.1%}" for share in curve["failed"]],
            "singular": [f"{share:.1%}" for share in curve["singular"]],
        }
    )
    return told.to_string(index=False)


def smallest_words(smallest: pd.DataFrame) -> str:
    """Return one line per target: the smallest simulated design that reaches it, or that none does."""
    return "\n".join(
        f"{target:.0%} power: none of the simulated designs reaches it."
        if pd.isna(row["participants"])
        else f"{target:.0%} power: {row['participants']} participants × {row['items']} items "
        f"({_percent(row['power'])}, {_interval(row['low'], row['high'])})."
        for target, row in smallest.iterrows()
    )


def items_words(design: Design, items: Iterable[int]) -> list[str]:
    """Return a sentence where sizes were simulated that need more shared items than the bundle has, else none."""
    known = design.in_bundle
    if known is None or not (beyond := sorted({count for count in items if count > known})):
        return []
    needed = "; ".join(f"{count} would need {count - known} more" for count in beyond)
    return [f"The bundle has {known} items for the test; {needed}."]


def sentence(
    curve: pd.DataFrame, design: Design, assumed: Assumptions, participants: int, items: int, seed: int
) -> str:
    """Return the sentences about one size of the study for its preregistration."""
    row = _row(curve, participants, items)
    return (
        f"With {participants} participants ({_groups(design, participants)}) and {items} items for each, the "
        f"planned analysis has a {RATES.get(row['verdict'], 'power')} of {_percent(row['power'])} (95 % "
        f"Clopper–Pearson interval {_interval(row['low'], row['high'])}; {row['studies']:,} simulated studies, "
        f"seed {seed}) {_aim(row, design, assumed)}. Counted is {_counted(row, design)}. {method(design, assumed)} "
        f"{row['failed']:.1%} of the fits failed (counted as not found) and {row['singular']:.1%} were singular."
    )


def method(design: Design, assumed: Assumptions) -> str:
    """Return how studies are analysed and what is assumed of people and items."""
    plan, sd = design.plan, assumed.variances
    if plan.method == "crossed-mixed-model":
        effects = "; ".join(f"{factor}: {term}" for factor, term in plan.random_effects.items())
        model = f"a crossed logistic mixed model (random effects {effects})"
    else:
        model = "a linear model with two-way cluster-robust t tests"
    family = {"holm": "Holm’s correction", "max-t": "max-|t| correction"}.get(plan.family, "no correction")
    slopes = f", of an item’s effect {sd.item_slope:.2g}"
    if design.is_within or design.has_baseline:
        slopes += f", of a person’s effect {sd.participant_slope:.2g}"
    return (
        f"Each study is analysed by {model}, {plan.sides}, alpha {plan.alpha:g}, {family} over the contrasts. "
        f"Standard deviations on the logit scale: participants {sd.participant:.2g}, items {sd.item:.2g}{slopes} "
        f"({sd.source}). {_drop_out(assumed)}"
    )


def protocol_field(
    curve: pd.DataFrame, design: Design, assumed: Assumptions, participants: int, items: int, seed: int
) -> str:
    """Return the protocol's `analysis.power` as JSON, which is YAML too.

    Raises
    ------
    PowerError : the power is zero to three digits, which a protocol does not take.
    """
    row = _row(curve, participants, items)
    if (power := round(float(row["power"]), 3)) == 0:
        raise PowerError(
            f"There is nothing for the protocol’s `analysis.power`, which is above zero: {row['reached']:,} of "
            f"{row['studies']:,} simulated studies came out with {participants} participants × {items} items."
        )
    told = {
        "power": power,
        "effect": f"{_effect(design, assumed)}; as a difference of probabilities",
        "method": (
            f"{row['studies']:,} simulated studies of {participants} participants × {items} items, seed {seed}. "
            f"{method(design, assumed)}"
        ),
    }
    return json.dumps({"power": told}, ensure_ascii=False, indent=2)


def _row(curve: pd.DataFrame, participants: int, items: int) -> pd.Series:
    judged = headline(curve)
    return judged[(judged["participants"] == participants) & (judged["items"] == items)].iloc[0]


def _aim(row: pd.Series, design: Design, assumed: Assumptions) -> str:
    if row["verdict"] == FALSE_ALARM:
        return f"where {_effect(design, assumed)}"
    if row["verdict"] == EQUIVALENT:
        return f"to show a difference within the plan’s margin where {_effect(design, assumed)}"
    return f"to find {_effect(design, assumed)}"


def _effect(design: Design, assumed: Assumptions) -> str:
    """Return the planted effects, each with its groups; then the groups in which nothing is planted."""
    probabilities = assumed.probabilities(design)
    base = probabilities[design.plan.reference]
    groups: dict[float, list[str]] = {}
    for name in design.others:
        groups.setdefault(round(probabilities[name] - base, 10), []).append(name)
    without = groups.pop(0.0, [])
    nothing = f"nothing is planted in {', '.join(without)} ({_percent(base)}, as in {design.plan.reference})"
    if not groups:
        return nothing
    told = [
        f"{_points(effect)} (from {_percent(base)} to {_percent(base + effect)}) in {', '.join(names)}"
        for effect, names in groups.items()
    ]
    after = " more change than" if design.has_baseline else " against"
    found = f"{'; '.join(told)},{after} {design.plan.reference}"
    return f"{found}; {nothing}" if without else found


def _counted(row: pd.Series, design: Design) -> str:
    what = VERDICTS[row["verdict"]]
    if row["contrast"] == "all":
        return f"{what} in every contrast that has an effect"
    several = len(design.groups) > 2
    return f"{what}" + (f" in {row['contrast']}" if several else "")


def _groups(design: Design, participants: int) -> str:
    if design.is_within:
        return "each in all conditions"
    sizes = design.sizes(participants)
    if len(set(sizes.tolist())) == 1:
        return f"{sizes[0]} in each of {len(sizes)} arms"
    return ", ".join(f"{size} in {group}" for group, size in zip(design.groups, sizes, strict=True))


def _drop_out(assumed: Assumptions) -> str:
    shares = {share for share in assumed.drop_out.values() if share}
    if not shares:
        return "Nobody drops out."
    told = ", ".join(f"{share:.0%} in {group}" for group, share in assumed.drop_out.items())
    if len(set(assumed.drop_out.values())) == 1:
        told = f"{shares.pop():.0%}"
    return f"Drop-out: {told}, each after a random number of trials."


def _points(value: float) -> str:
    return "–" if pd.isna(value) else f"{100 * value:+.1f} points"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _interval(low: float, high: float) -> str:
    return f"{100 * low:.1f} % to {100 * high:.1f} %"
