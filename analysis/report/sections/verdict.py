"""The verdict in words: numbers first, then what they mean by the plan's own rules."""

from __future__ import annotations

import math

import pandas as pd

from analysis.planned import Results
from analysis.report.section import Section
from analysis.report.words import Measure, level, listed, measure_of


def verdict(results: Results) -> Section:
    """Say of each arm whether it differs from the reference, is equivalent to it, or neither."""
    if results.trials.empty:
        nobody = f"Nobody of the {results.study.source} participants has a trial in the phase"
        return Section(
            "verdict", "Verdict", {"sentences": [f"{nobody} “{results.study.plan.phase}”: no verdict."]}
        )
    return Section("verdict", "Verdict", {"sentences": sentences(results)})


def sentences(results: Results) -> list[str]:
    """Return the sentences of the verdict: differences, then equivalence, then what stays open."""
    told = {arm: _kind(results, row) for arm, row in results.contrasts.iterrows()}
    groups = {kind: [str(arm) for arm in told if told[arm] == kind] for kind in _WORDS}
    return [text for kind, words in _WORDS.items() if groups[kind] for text in words(results, groups[kind])]


def _kind(results: Results, row: pd.Series) -> str:
    if not math.isfinite(row["low"]):
        return "none"
    if row["differs"]:
        return "differs"
    return "equivalent" if _is_within(row) else "open"


def _is_within(row: pd.Series) -> bool:
    return False if pd.isna(row["within_margin"]) else bool(row["within_margin"])


def _has_margin(results: Results) -> bool:
    return results.study.plan.equivalence_margin is not None


def _differing(results: Results, arms: list[str]) -> list[str]:
    measure, study = measure_of(results.study), results.study
    base = results.means.loc[study.plan.reference, "mean"]
    told = []
    for arm in arms:
        row = results.contrasts.loc[arm]
        text = (
            f"{_people(study.label(arm))} {measure.verb} {measure.value(_mean(results, arm))} {measure.of}, "
            f"against {measure.value(base)} in {_arm(study.label(study.plan.reference))}: "
            f"{_more(measure, row['estimate'])} ({_interval(results, measure, row)})."
        )
        told.append(text + _small(row))
    return told


def _mean(results: Results, arm: str) -> float:
    return float(results.means.loc[arm, "mean"])


def _small(row: pd.Series) -> str:
    if _is_within(row):
        return " The whole interval lies within the margin of the plan: the difference is there, but small."
    return ""


def _equivalent(results: Results, arms: list[str]) -> list[str]:
    measure = measure_of(results.study)
    names = listed([results.study.label(arm) for arm in arms])
    margin = measure.margin(results.study.plan.equivalence_margin or 0)
    each = "each interval lies" if len(arms) > 1 else f"the {level(results.alpha)} interval lies"
    numbers = "; ".join(_numbers(results, measure, arm, len(arms) > 1) for arm in arms)
    within = f"{each} within the ±{margin} that the plan fixed ({numbers})"
    return [f"{names} made no difference worth having: {within}."]


def _open(results: Results, arms: list[str]) -> list[str]:
    measure = measure_of(results.study)
    names = listed([results.study.label(arm) for arm in arms])
    numbers = "; ".join(_numbers(results, measure, arm, len(arms) > 1) for arm in arms)
    verb = "remain" if len(arms) > 1 else "remains"
    told = f"{names} {verb} undecided: the data fit no difference as well as one worth having ({numbers})."
    if not _has_margin(results):
        told = f"{names} {verb} undecided: the data do not tell the difference from zero ({numbers})."
    if any(_leaves_out_zero(results.contrasts.loc[arm]) for arm in arms):
        told += (
            " An interval that leaves out zero is not adjusted for the number of contrasts; the verdict is."
        )
    return [told]


def _not_estimable(results: Results, arms: list[str]) -> list[str]:
    return [
        f"{results.study.label(arm)} could not be compared: {results.contrasts.loc[arm, 'note']}."
        for arm in arms
    ]


_WORDS = {"differs": _differing, "equivalent": _equivalent, "open": _open, "none": _not_estimable}


def _leaves_out_zero(row: pd.Series) -> bool:
    return bool(row["low"] > 0 or row["high"] < 0)


def _numbers(results: Results, measure: Measure, arm: str, several: bool) -> str:
    row = results.contrasts.loc[arm]
    told = f"{measure.difference(row['estimate'])}, {measure.difference_interval(row['low'], row['high'])}"
    return f"{results.study.label(arm)} {told}" if several else told


def _interval(results: Results, measure: Measure, row: pd.Series) -> str:
    low, high = (row["low"], row["high"]) if row["estimate"] >= 0 else (-row["high"], -row["low"])
    return f"{level(results.alpha)} interval {measure.difference_interval(low, high).replace('+', '')}"


def _more(measure: Measure, difference: float) -> str:
    return f"{measure.size(difference)} {'more' if difference >= 0 else 'less'}"


def _people(label: str) -> str:
    return f"People in the arm “{label}”"


def _arm(label: str) -> str:
    return f"“{label}”"
