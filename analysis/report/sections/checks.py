"""The cross-checks: the same contrasts by two other methods, and where they disagree."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.planned import Results
from analysis.report.section import NamedTable, Section
from analysis.report.words import level, listed, measure_of, p_value

HEADING = "Cross-checks"
METHODS = {
    "model": "as planned",
    "cluster": "two-way cluster-robust t",
    "bootstrap": "bootstrap over people and items",
}


def checks(results: Results) -> Section:
    """Return the contrasts by each method, with a warning where they disagree."""
    table = results.check.table
    if table.empty:
        return Section("checks", HEADING, missing="There is no contrast to check.")
    names = list(dict.fromkeys(table.index.get_level_values(0)))
    content = {
        "rows": [_row(results, str(name), table.loc[name]) for name in names],
        "methods": list(METHODS.values()),
        "summary": _summary(results, table.xs("model", level=1)["estimate"].notna()),
        "warnings": _warnings(results),
        "level": level(results.alpha),
    }
    told = table.reset_index()
    tables = (NamedTable("checks", "Contrasts by three methods", told),)
    return Section("checks", HEADING, content, tables)


def _summary(results: Results, is_estimated: pd.Series) -> str:
    """Return how far the methods agree, on the contrasts that have an estimate by the plan's method."""
    n, planned = int(is_estimated.sum()), len(is_estimated)
    told = f"The bootstrap drew people and items {results.draws:,} times (seed {results.study.plan.seed})."
    if not n:
        return f"{told} No contrast has an estimate by the plan’s method, so there is nothing to compare."
    apart = len(results.check.apart)
    if apart:
        return f"{told} The methods disagree on {apart} of {n} contrasts: do not lean on those verdicts."
    same = "the contrast" if planned == 1 else f"all {n} contrasts"
    if n < planned:
        same = f"{n} of {planned} contrasts (the others have no estimate)"
    return f"{told} The methods agree in sign and on which side of the level p lies, for {same}."


def _row(results: Results, name: str, methods: pd.DataFrame) -> dict[str, Any]:
    measure = measure_of(results.study)
    cells = []
    for method in METHODS:
        row = methods.loc[method]
        ends = measure.difference_interval(row["low"], row["high"])
        cells.append((measure.difference(row["estimate"]), ends, f"p {p_value(row['p'])}"))
    return {"label": results.label(name), "cells": cells}


def _warnings(results: Results) -> list[str]:
    """Return the warnings with labels in place of names; one that holds for several is said once."""
    told: dict[str, list[str]] = {}
    for warning in results.check.warnings:
        label, rest = _parted(results, warning)
        told.setdefault(rest, []).append(label)
    return [f"{listed(labels)}{rest}" for rest, labels in told.items()]


def _parted(results: Results, warning: str) -> tuple[str, str]:
    """Return the label of the contrast or arm that a warning begins with, and the rest of the warning."""
    for name in map(str, results.check.table.index.get_level_values(0)):
        if warning.startswith(f"{name}:"):
            return results.label(name), warning.removeprefix(name)
    for arm in results.study.arm_names:
        if warning.startswith(f"{arm} has"):
            return results.study.label(arm), warning.removeprefix(arm).replace(" has ", ": ", 1)
    return "", warning
