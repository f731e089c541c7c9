"""The verdict in two sentences at most: what differs, then the rest; numbers first, by the plan's own rules."""

from __future__ import annotations

import math

import pandas as pd

from analysis.planned import Results
from analysis.report.section import Section
from analysis.report.words import Measure, level, listed, measure_of


def verdict(results: Results) -> Section:
    """Say of each contrast whether it differs from zero, is equivalent to it, or neither."""
    if results.trials.empty:
        nobody = f"Nobody of the {results.study.source} participants has a trial in the phase"
        return Section(
            "verdict", "Verdict", {"sentences": [f"{nobody} “{results.study.plan.phase}”: no verdict."]}
        )
    return Section("verdict", "Verdict", {"sentences": sentences(results)})


def sentences(results: Results) -> list[str]:
    """Return one or two sentences: the differences, and what else there is."""
    groups: dict[str, list[str]] = {
        "differs": [],
        "equivalent": [],
        "not inferior": [],
        "open": [],
        "none": [],
    }
    for name, row in results.contrasts.iterrows():
        groups[kind_of(row)].append(str(name))
    told = [_differing(results, groups["differs"])] if groups["differs"] else []
    rest = {"equivalent": _equivalent, "not inferior": _not_inferior, "open": _open, "none": _not_estimable}
    parts = [words(results, groups[kind]) for kind, words in rest.items() if groups[kind]]
    return told + ([f"{'; '.join(parts)}."] if parts else [])


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


def _differing(results: Results, names: list[str]) -> str:
    if not results.is_versus_reference or results.study.plan.baseline_phase is not None:
        return f"{listed([_numbers(results, name) for name in names])}."
    measure, study = measure_of(results.study), results.study
    each = [
        f"{_people(study.label(name))} {measure.verb} {measure.value(_mean(results, name))}" for name in names
    ]
    base = measure.value(_mean(results, study.plan.reference))
    more = [_more(results, measure, results.contrasts.loc[name]) for name in names]
    text = f"{listed(each)} {measure.of}, against {base} in “{study.label(study.plan.reference)}”: {listed(more)}."
    small = [study.label(name) for name in names if _is(results.contrasts.loc[name, "within_margin"])]
    if small:
        text = f"{text[:-1]}, which for {listed(small)} is small: within the margin of the plan."
    return text


def _equivalent(results: Results, names: list[str]) -> str:
    measure, plan = measure_of(results.study), results.study.plan
    margin = measure.margin(plan.equivalence_margin or 0)
    numbers = "; ".join(_margin_numbers(results, measure, name, len(names) > 1) for name in names)
    each = "each" if len(names) > 1 else "its"
    told = (
        f"{_names(results, names)} made no difference worth having: {each} {level(2 * plan.alpha)} interval"
    )
    return f"{told} lies within the ±{margin} that the plan fixed ({numbers})"


def _not_inferior(results: Results, names: list[str]) -> str:
    measure, plan = measure_of(results.study), results.study.plan
    margin = measure.margin(plan.non_inferiority_margin or 0)
    numbers = "; ".join(_numbers(results, name) for name in names)
    verb = "are" if len(names) > 1 else "is"
    return (
        f"{_names(results, names)} {verb} not worse by more than the {margin} that the plan fixed ({numbers})"
    )


def _open(results: Results, names: list[str]) -> str:
    numbers = "; ".join(_numbers(results, name, len(names) > 1) for name in names)
    verb = "remain" if len(names) > 1 else "remains"
    why = "the data fit no difference as well as one worth having"
    if results.study.plan.equivalence_margin is None:
        why = "the data do not tell the difference from zero"
    told = f"{_names(results, names)} {verb} undecided: {why} ({numbers})"
    if any(_leaves_out_zero(results.contrasts.loc[name]) for name in names):
        told += ", as an interval that leaves out zero is not adjusted for the number of contrasts and the verdict is"
    return told


def _not_estimable(results: Results, names: list[str]) -> str:
    notes = {name: str(results.contrasts.loc[name, "note"]) for name in names}
    if len(set(notes.values())) == 1:
        return f"{_names(results, names)} could not be compared: {notes[names[0]].rstrip('.')}"
    return "; ".join(
        f"{results.label(n)} could not be compared: {why.rstrip('.')}" for n, why in notes.items()
    )


def _names(results: Results, names: list[str]) -> str:
    return listed([results.label(name) for name in names])


def _mean(results: Results, arm: str) -> float:
    return float(results.means.loc[arm, "mean"])


def _leaves_out_zero(row: pd.Series) -> bool:
    return bool(row["low"] > 0 or row["high"] < 0)


def _numbers(results: Results, name: str, named: bool = True) -> str:
    row, measure = results.contrasts.loc[name], measure_of(results.study)
    told = f"{measure.difference(row['estimate'])}, {measure.difference_interval(row['low'], row['high'])}"
    return f"{results.label(name)} {told}" if named else told


def _margin_numbers(results: Results, measure: Measure, name: str, named: bool) -> str:
    row = results.contrasts.loc[name]
    ends = measure.difference_interval(row["margin_low"], row["margin_high"])
    told = f"{measure.difference(row['estimate'])}, {ends}"
    return f"{results.label(name)} {told}" if named else told


def _more(results: Results, measure: Measure, row: pd.Series) -> str:
    low, high = (row["low"], row["high"]) if row["estimate"] >= 0 else (-row["high"], -row["low"])
    interval = measure.difference_interval(low, high).replace("+", "")
    word = "more" if row["estimate"] >= 0 else "less"
    return f"{measure.size(row['estimate'])} {word} ({level(results.alpha)} interval {interval})"


def _people(label: str) -> str:
    return f"People in the arm “{label}”"
