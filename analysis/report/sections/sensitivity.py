"""Sensitivity analyses: the contrasts again, with each exclusion of the plan."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.planned import Results, Sensitivity
from analysis.population.populations import EVERYONE
from analysis.report.section import NamedTable, Section
from analysis.report.words import measure_of, p_value
from protocol.plan_words import METHODS

HEADING = "Sensitivity analyses"


def sensitivity(results: Results) -> Section:
    """Return the primary contrasts and each variant side by side."""
    if not results.sensitivity:
        return Section(
            "sensitivity", HEADING, missing="The plan names no exclusion, so there is nothing to compare."
        )
    populations = [
        _told(results, "Primary analysis", "", results.people, len(results.trials), results.contrasts)
    ]
    populations += [
        _told(
            results, _named(one), one.kind, one.population.people, len(one.population.trials), one.contrasts
        )
        for one in results.sensitivity
    ]
    content = {
        "head": "Arm" if results.is_versus_reference else "Contrast",
        "populations": populations,
        "labels": [results.label(str(name)) for name in results.contrasts.index],
        "warnings": [
            (one.name, one.population.warning) for one in results.sensitivity if one.population.warning
        ],
        "method": METHODS[results.sensitivity_method] if _is_other_method(results) else "",
    }
    table = NamedTable("sensitivity", "Differences to the reference arm by population", _table(results))
    return Section("sensitivity", HEADING, content, (table,))


def _is_other_method(results: Results) -> bool:
    return results.sensitivity_method != results.study.plan.method


def _told(
    results: Results, name: str, kind: str, people: int, trials: int, contrasts: pd.DataFrame
) -> dict[str, Any]:
    measure = measure_of(results.study)
    cells = [
        (
            measure.difference(row["estimate"]),
            measure.difference_interval(row["low"], row["high"]),
            f"p {p_value(row['p_adjusted'])}",
        )
        for _, row in contrasts.iterrows()
    ]
    return {"name": name, "kind": kind, "people": f"{people:,}", "trials": f"{trials:,}", "cells": cells}


def _named(variant: Sensitivity) -> str:
    return f"Without: {variant.name}" if variant.kind != EVERYONE else "With everyone: no exclusion"


def _table(results: Results) -> pd.DataFrame:
    primary = results.contrasts.assign(population="primary", kind="")
    others = [s.contrasts.assign(population=s.name, kind=s.kind) for s in results.sensitivity]
    told = pd.concat([table.reset_index() for table in (primary, *others)], ignore_index=True)
    first = ["population", "kind", str(results.contrasts.index.name)]
    return told[first + [column for column in told.columns if column not in first]]
