"""The primary analysis: the table, and the second opinion on it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.inference.crosscheck import FEW_ITEMS, FEW_PEOPLE, disagreements, is_small, largest_gap
from analysis.planned import Results
from analysis.report.section import NamedTable, Section
from analysis.report.sections.forest import with_labels
from analysis.report.words import Measure, count, level, listed, measure_of, p_value


def primary(results: Results) -> Section:
    """Return means, differences, splits and the cross-check."""
    content = {
        "measure": measure_of(results.study),
        "note": _note(results),
        "rows": [_row(results, arm) for arm in results.study.arm_names],
        "has_split": results.model_right is not None,
        "has_natural": results.natural is not None,
        "absent": _absent(results),
        "check": check(results),
        "cautions": cautions(results),
        "family": "Holm" if results.study.plan.family == "holm" else "not adjusted",
    }
    return Section("primary", "Primary analysis", content, tuple(_tables(results)))


def check(results: Results) -> str:
    """Say in one or two sentences whether the bootstrap agrees."""
    measure = measure_of(results.study)
    ours = results.contrasts[results.contrasts["low"].notna()]
    told = f"A bootstrap over people and items ({results.draws:,} draws, seed {results.study.plan.seed})"
    if ours.empty:
        return f"{told} has nothing to check."
    apart = disagreements(results.contrasts, results.bootstrap)
    gap = measure.size(largest_gap(results.contrasts, results.bootstrap))
    agree = len(ours) - len(apart)
    same = f"all {len(ours)} contrasts" if not apart else f"{agree} of {len(ours)} contrasts"
    text = f"{told} {'agrees' if not apart else 'does not quite agree'}: same sign and same side of zero for "
    text += f"{same}, interval ends within {gap} of those above. It errs on the wide side."
    if results.covariates:
        text += f" It does not adjust for {listed(list(results.covariates))}."
    return text


def cautions(results: Results) -> list[str]:
    """Return what a reader must be warned of."""
    told = list(results.study.notes)
    if apart := disagreements(results.contrasts, results.bootstrap):
        names = listed([results.study.label(arm) for arm in apart])
        told.append(f"The two methods disagree on {names}; do not lean on that verdict.")
    if is_small(results.means):
        told.append(
            f"An arm has fewer than {FEW_PEOPLE} people or {FEW_ITEMS} items; intervals are then rough."
        )
    if missing := int(results.means["missing"].sum()):
        told.append(
            f"{count(missing, 'trial')} without an outcome stand in the tables and not in the analysis."
        )
    told += [f"{results.study.label(arm)}: {note}." for arm, note in results.means["note"].items() if note]
    return told


def _note(results: Results) -> str:
    study, planned = results.study, ""
    if results.study.plan.items == "natural":
        planned = " Items are weighted to the model’s natural error rate."
    dfs = sorted({int(df) for df in results.contrasts["df"].dropna()})
    method = (
        f"two-way cluster-robust t with {listed([str(df) for df in dfs])} df"
        if dfs
        else "two-way cluster-robust t"
    )
    phase = f"Everyone allocated with at least one trial in the phase “{study.plan.phase}”, "
    if study.source == "mapped":
        phase = "Everyone with at least one trial in the table, "
    phase += f"{count(results.items, 'item')}.{planned}"
    adjusted = (
        f" Differences are adjusted for {listed(list(results.covariates))}." if results.covariates else ""
    )
    intervals = f"Small figures: {level(results.alpha)} intervals, {method}, not adjusted for several arms."
    return f"{phase} {intervals}{adjusted}"


def _row(results: Results, arm: str) -> dict[str, Any]:
    measure, mean = measure_of(results.study), results.means.loc[arm]
    is_reference = arm == results.study.plan.reference
    row: dict[str, Any] = {
        "label": results.study.label(arm),
        "people": f"{int(mean['people']):,}",
        "trials": count(mean["trials"], "trial"),
        "mean": _told(measure, mean),
        "right": _split(measure, results.model_right, arm),
        "wrong": _split(measure, results.model_wrong, arm),
        "natural": _split(measure, results.natural, arm),
        "natural_difference": _natural_difference(measure, results, arm),
        "is_reference": is_reference,
    }
    if not is_reference:
        contrast = results.contrasts.loc[arm]
        row["difference"] = measure.difference(contrast["estimate"])
        row["interval"] = measure.difference_interval(contrast["low"], contrast["high"])
        row["p"] = p_value(contrast["p_adjusted"])
    return row


def _told(measure: Measure, mean: pd.Series) -> tuple[str, str]:
    return measure.value(mean["mean"]), measure.interval(mean["low"], mean["high"])


def _split(measure: Measure, table: pd.DataFrame | None, arm: str) -> tuple[str, str, str]:
    if table is None:
        return "", "", ""
    mean = table.loc[arm]
    return (*_told(measure, mean), count(mean["trials"], "trial"))


def _natural_difference(measure: Measure, results: Results, arm: str) -> tuple[str, ...]:
    """Return the arm's difference to the reference at the natural error rate, with its interval."""
    if results.natural_contrasts is None or arm == results.study.plan.reference:
        return ("reference",)
    row = results.natural_contrasts.loc[arm]
    return measure.difference(row["estimate"]), measure.difference_interval(row["low"], row["high"])


def _absent(results: Results) -> str:
    if results.model_right is None:
        return "The split by whether the model is right needs the column model_correct, or output and truth."
    if results.natural is None:
        return "The estimate at the model’s natural error rate needs natural_error_rate in the plan."
    return ""


def _tables(results: Results) -> list[NamedTable]:
    named = {
        "means": ("Means by arm", results.means),
        "model-right": ("Means on items that the model gets right", results.model_right),
        "model-wrong": ("Means on items that the model gets wrong", results.model_wrong),
        "natural": ("Means at the model’s natural error rate", results.natural),
        "natural-contrasts": (
            "Differences to the reference arm at the model’s natural error rate",
            results.natural_contrasts,
        ),
        "bootstrap": ("Differences by the bootstrap", results.bootstrap),
    }
    return [
        NamedTable(name, title, with_labels(results, table))
        for name, (title, table) in named.items()
        if table is not None
    ]
