"""The verdict in two sentences at most: what differs, then the rest, by the plan's own rules."""

from __future__ import annotations

import math

import pandas as pd

from analysis.planned import Results
from analysis.planned.lost import tell_lost
from analysis.report.section import Section
from analysis.report.words import Measure, level, listed, measure_of

MOST_WITH_NUMBERS = 2  # contrasts of the second sentence; the figure right below has the numbers of all
MOST_NAMED = 4  # contrasts of one kind; of more a sentence tells how many


def verdict(results: Results) -> Section:
    """Say of each contrast whether it differs from zero, is equivalent to it, or neither."""
    if results.trials.empty:
        nobody = f"Nobody of the {results.study.source} participants has a trial in the phase"
        return Section(
            "verdict", "Verdict", {"sentences": [f"{nobody} “{results.study.plan.phase}”: no verdict."]}
        )
    if results.contrasts.empty:
        alone = f"The study has one {results.study.plan.exposure}, so nothing is compared: no verdict."
        return Section("verdict", "Verdict", {"sentences": [alone]})
    return Section("verdict", "Verdict", {"sentences": sentences(results)})


def sentences(results: Results) -> list[str]:
    """Return two sentences, what differs and the rest; one where a single contrast leaves nothing to add."""
    groups: dict[str, list[str]] = {kind: [] for kind in ("differs", *REST)}
    for name, row in results.contrasts.iterrows():
        groups[kind_of(row)].append(str(name))
    is_told = len(results.contrasts) - len(groups["differs"]) <= MOST_WITH_NUMBERS
    parts = [REST[kind](results, groups[kind], is_told) for kind in REST if groups[kind]]
    rest = [f"{'; '.join(parts)}."] if parts else []
    if groups["differs"]:
        return [_differing(results, groups["differs"]), *rest]
    compared = len(results.contrasts) - len(groups["none"])
    return [_nothing(results), *rest] if compared > 1 else rest


def kind_of(row: pd.Series) -> str:
    """Return what a contrast's row says: differs, equivalent, not inferior, open, or none (not estimable)."""
    if not math.isfinite(row["se"]):
        return "none"
    if row["differs"]:
        return "differs"
    if _is(row["within_margin"]):
        return "equivalent"
    return "not inferior" if _is(row["not_inferior"]) else "open"


def _is(flag: object) -> bool:
    return False if pd.isna(flag) else bool(flag)


def _nothing(results: Results) -> str:
    """Say that no contrast differs, on the side or sides that the plan tests."""
    plan = results.study.plan
    if not results.is_versus_reference:
        what = {"greater": "lay above zero", "less": "lay below zero"}.get(plan.sides, "differed from zero")
        return f"No contrast {what} by the plan’s rule."
    what = {"greater": "lay above", "less": "lay below"}.get(plan.sides, "differed from")
    change = " in the change from before" if plan.baseline_phase is not None else ""
    return f"No {plan.exposure} {what} “{results.study.label(plan.reference)}”{change} by the plan’s rule."


def _differing(results: Results, names: list[str]) -> str:
    plan = results.study.plan
    if not results.is_versus_reference:
        told = f"{_these(results, names)} differed from zero: {_told_once(results, names)}"
    elif len(names) == 1 and plan.baseline_phase is None:
        told = _against_reference(results, names[0])
    else:
        told = f"{_these(results, names)} differed from {_reference(results)}: {_told_once(results, names)}"
    small = [name for name in names if _is(results.contrasts.loc[name, "within_margin"])]
    if small:
        which = f", which for {_names(results, small)} is" if len(names) > 1 else ", which is"
        told += f"{which} small: within the margin of the plan"
    return f"{told}."


def _these(results: Results, names: list[str]) -> str:
    """Return the name of one contrast; several are named with their numbers, later in the sentence."""
    return _names(results, names) if len(names) == 1 else f"{len(names)} {_kind(results)}s"


def _kind(results: Results) -> str:
    return str(results.study.plan.exposure) if results.is_versus_reference else "contrast"


def _against_reference(results: Results, name: str) -> str:
    """Return the two means and the difference of one arm, without a full stop."""
    measure, study = measure_of(results.study), results.study
    base = measure.value(_mean(results, study.plan.reference))
    return (
        f"{_people(study.label(name), study.plan.exposure)} {measure.verb} {measure.value(_mean(results, name))} "
        f"{measure.of}, against {base} in “{study.label(study.plan.reference)}”: "
        f"{_more(results, measure, results.contrasts.loc[name])}"
    )


def _reference(results: Results) -> str:
    """Return the reference with its mean; with a baseline the reference has changed too, and has no mean."""
    study, measure = results.study, measure_of(results.study)
    label = f"“{study.label(study.plan.reference)}”"
    if study.plan.baseline_phase is not None:
        return f"{label} in the change from before"
    return f"{label} ({measure.value(_mean(results, study.plan.reference))} {measure.of})"


def _told_once(results: Results, names: list[str]) -> str:
    """Return the differences with unit and level told once; of many only the differences."""
    measure = measure_of(results.study)
    if len(names) > MOST_NAMED:
        rows = [(results.label(name), results.contrasts.loc[name, "estimate"]) for name in names]
        return f"{listed([f'{label} {measure.difference(told)}' for label, told in rows])} ({measure.unit})"
    intervals = f"{level(results.alpha)} interval{'s' if len(names) > 1 else ''}"
    return f"{_numbers(results, names)} ({measure.unit}, {intervals})"


def _equivalent(results: Results, names: list[str], is_told: bool) -> str:
    plan, measure = results.study.plan, measure_of(results.study)
    margin = measure.margin(plan.equivalence_margin or 0)
    told = f"{_names(results, names)} made no difference worth having (within ±{margin}"
    if not is_told:
        return f"{told})"
    intervals = f"{level(2 * plan.alpha)} interval{'s' if len(names) > 1 else ''}"
    return f"{told}: {_numbers(results, names, 'margin_low', 'margin_high')}, {intervals})"


def _not_inferior(results: Results, names: list[str], is_told: bool) -> str:
    measure, plan = measure_of(results.study), results.study.plan
    margin = measure.margin(plan.non_inferiority_margin or 0)
    verb = "are" if len(names) > 1 else "is"
    told = f"{_names(results, names)} {verb} not worse by more than {margin}"
    return f"{told} ({_numbers(results, names)})" if is_told else told


def _open(results: Results, names: list[str], is_told: bool) -> str:
    plan = results.study.plan
    verb = "remain" if len(names) > 1 else "remains"
    side = {"greater": "show no difference above zero", "less": "show no difference below zero"}
    why = side.get(plan.sides, "do not tell the difference from zero")
    if plan.equivalence_margin is not None and plan.sides == "two-sided":
        why = "fit no difference as well as one worth having"
    told = f"{_names(results, names)} {verb} undecided, as the data {why}"
    return f"{told} ({_numbers(results, names)})" if is_told else told


def _not_estimable(results: Results, names: list[str], is_told: bool) -> str:
    """Say which contrasts have no estimate and why: their arms are absent or too small, or what the model says."""
    study, small = results.study, results.primary.small
    if results.is_versus_reference and study.plan.reference in small and len(names) > 1:
        quoted = {arm: f"“{study.label(arm)}”" for arm in small}
        reference, told = quoted[study.plan.reference], tell_lost(small, quoted)
        return f"No {study.plan.exposure} could be compared with {reference}: {told}"
    why: dict[str, list[str]] = {}
    for name in names:
        is_small = results.is_versus_reference and name in small
        why.setdefault(small[name].removesuffix(" in {}") if is_small else _note(results, name), []).append(
            name
        )
    return "; ".join(
        f"{_listed(results, alike)} could not be compared: {told}" for told, alike in why.items()
    )


def _note(results: Results, name: str) -> str:
    return str(results.contrasts.loc[name, "note"]).rstrip(".")


REST = {  # kind of verdict → its words, given the contrasts' names and whether numbers are told
    "equivalent": _equivalent,
    "not inferior": _not_inferior,
    "open": _open,
    "none": _not_estimable,
}


def _names(results: Results, names: list[str]) -> str:
    """Return the arms, or in quotes the contrasts, in one list; of many only how many."""
    return f"{len(names)} {_kind(results)}s" if len(names) > MOST_NAMED else _listed(results, names)


def _listed(results: Results, names: list[str]) -> str:
    told = [results.label(name) for name in names]
    if results.study.plan.contrasts == "trend":
        return f"The {listed(told)}"
    return listed(told if results.is_versus_reference else [f"“{one}”" for one in told])


def _numbers(results: Results, names: list[str], low: str = "low", high: str = "high") -> str:
    """Return the difference of each contrast with its interval; its name only where there are several."""
    measure, told = measure_of(results.study), []
    for name in names:
        row = results.contrasts.loc[name]
        numbers = f"{measure.difference(row['estimate'])}, {measure.difference_interval(row[low], row[high])}"
        told.append(f"{results.label(name)} {numbers}" if len(names) > 1 else numbers)
    return "; ".join(told)


def _mean(results: Results, arm: str) -> float:
    return float(results.means.loc[arm, "mean"])


def _more(results: Results, measure: Measure, row: pd.Series) -> str:
    low, high = (row["low"], row["high"]) if row["estimate"] >= 0 else (-row["high"], -row["low"])
    interval = measure.difference_interval(low, high).replace("+", "")
    word = "more" if row["estimate"] >= 0 else "less"
    return f"{measure.size(row['estimate'])} {word} ({level(results.alpha)} interval {interval})"


def _people(label: str, exposure: str) -> str:
    return f"People in the {exposure} “{label}”"
