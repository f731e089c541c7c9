"""The primary analysis: means, contrasts, and the same where the model is right, wrong, and in natural use."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.planned import Results
from analysis.report.section import NamedTable, Section
from analysis.report.sections.forest import with_labels
from analysis.report.words import Measure, count, level, listed, measure_of, number, p_value, span
from protocol.plan_words import FAMILIES

SHORT_FAMILIES = {"holm": "Holm", "max-t": "max-t", "none": "not adjusted"}


def primary(results: Results) -> Section:
    """Return means, contrasts and splits."""
    contrasts = results.contrasts
    content = {
        "measure": measure_of(results.study),
        "note": _note(results),
        "rows": [_row(results, arm) for arm in results.study.arm_names],
        "contrasts": [_contrast(results, str(name), row) for name, row in contrasts.iterrows()],
        "has_odds": bool(contrasts["odds_ratio"].notna().any()),
        "has_margin": bool(contrasts["p_equivalence"].notna().any()),
        "has_limit": bool(contrasts["p_non_inferiority"].notna().any()),
        "margin_level": level(2 * results.alpha),
        "has_split": results.model_right is not None,
        "has_natural": results.natural is not None,
        "absent": _absent(results),
        "cautions": cautions(results),
        "family": SHORT_FAMILIES[results.study.plan.family],
        "margin_family": SHORT_FAMILIES["none" if results.study.plan.family == "none" else "holm"],
    }
    return Section("primary", "Primary analysis", content, tuple(_tables(results)))


def cautions(results: Results) -> list[str]:
    """Return what a reader must be warned of before leaning on the numbers."""
    told = [*results.study.notes, *(finding.sentence for finding in results.findings)]
    told += [f"The model: {message}" for message in results.primary.messages]
    if missing := int(results.means["missing"].sum()):
        told.append(
            f"{count(missing, 'trial')} without an outcome stand in the tables and not in the analysis."
        )
    return list(dict.fromkeys([*told, *_notes(results)]))


def _notes(results: Results) -> list[str]:
    """Return what the means say of themselves, once for all arms of which it is said."""
    told: dict[str, list[str]] = {}
    for arm, note in results.means["note"].items():
        told.setdefault(str(note), []).append(results.study.label(str(arm)))
    return [f"{listed(labels)}: {note}." for note, labels in told.items() if note]


def _note(results: Results) -> str:
    study, plan = results.study, results.study.plan
    dfs = sorted({round(float(df), 1) for df in results.contrasts["df"].dropna()})
    with_df = f" with {listed([f'{df:g}' for df in dfs])} df" if dfs else ""
    phase = f"Everyone allocated with at least one trial in the phase “{plan.phase}”, "
    if study.source == "mapped":
        phase = "Everyone with at least one trial in the table, "
    phase += f"{count(results.items, 'item')}."
    planned = " Items are weighted to the model’s natural error rate." if plan.items == "natural" else ""
    adjusted = (
        f" Differences are adjusted for {listed(list(results.covariates))}." if results.covariates else ""
    )
    method = "crossed mixed model" if results.primary.is_modelled else "two-way cluster-robust t"
    if plan.method == "crossed-mixed-model" and not results.primary.is_modelled:
        method = "crossed mixed model, which could not be fitted"
    intervals = (
        f" Small figures: {level(results.alpha)} intervals over people and items ({method}{with_df}), not adjusted for "
        f"several contrasts; p-values: {FAMILIES[plan.family]}."
    )
    return f"{phase}{planned}{intervals}{adjusted}{_split_note(results)}"


def _split_note(results: Results) -> str:
    """Return by what method the columns beside the plan's own were computed, where it is another one."""
    heads = ["“Model right”", "“Model wrong”"] if results.model_right is not None else []
    heads += ["“At natural error rate”"] if results.natural is not None else []
    if not heads or not results.primary.is_modelled:
        return ""
    return f" {listed(heads)}: two-way cluster-robust t, not the mixed model."


def _row(results: Results, arm: str) -> dict[str, Any]:
    measure, mean = measure_of(results.study), results.means.loc[arm]
    return {
        "label": results.study.label(arm),
        "people": f"{int(mean['people']):,}",
        "trials": count(mean["trials"], "trial"),
        "mean": _told(measure, mean),
        "observed": measure.value(mean["observed"]),
        "right": _split(measure, results.model_right, arm),
        "wrong": _split(measure, results.model_wrong, arm),
        "natural": _split(measure, results.natural, arm),
        "is_reference": arm == results.study.plan.reference,
    }


def _contrast(results: Results, name: str, row: pd.Series) -> dict[str, Any]:
    measure = measure_of(results.study)
    natural = ("", "")
    if results.natural_contrasts is not None and name in results.natural_contrasts.index:
        there = results.natural_contrasts.loc[name]
        ends = measure.difference_interval(there["low"], there["high"])
        natural = (measure.difference(there["estimate"]), ends)
    return {
        "label": results.label(name),
        "difference": (
            measure.difference(row["estimate"]),
            measure.difference_interval(row["low"], row["high"]),
        ),
        "odds": (
            number(row["odds_ratio"], 2),
            span(row["odds_ratio_low"], row["odds_ratio_high"], lambda end: number(end, 2)),
        ),
        "t": (number(row["t"], 2), f"df {row['df']:.0f}" if pd.notna(row["df"]) else ""),
        "p": p_value(row["p_adjusted"]),
        "p_alone": f"{p_value(row['p'])} alone",
        "margin": (
            p_value(row["p_equivalence"]),
            measure.difference_interval(row["margin_low"], row["margin_high"]),
        ),
        "limit": p_value(row["p_non_inferiority"]),
        "natural": natural,
        "sizes": f"{int(row['people']):,} and {int(row['reference_people']):,} people",
    }


def _told(measure: Measure, mean: pd.Series) -> tuple[str, str]:
    return measure.value(mean["mean"]), measure.interval(mean["low"], mean["high"])


def _split(measure: Measure, table: pd.DataFrame | None, arm: str) -> tuple[str, str, str]:
    if table is None:
        return "", "", ""
    mean = table.loc[arm]
    return (*_told(measure, mean), count(mean["trials"], "trial"))


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
        "natural-contrasts": ("Contrasts at the model’s natural error rate", results.natural_contrasts),
    }
    return [
        NamedTable(name, title, with_labels(results, table))
        for name, (title, table) in named.items()
        if table is not None
    ]
