"""Every metric of the registry that these data allow: those that the plan names, and the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.metrics import Metric, describe_metric
from analysis.metrics.registry import METRICS
from analysis.planned import Results
from analysis.report.metrics import Measured, Measurements, measure, tables_of
from analysis.report.section import NamedTable, Section
from analysis.report.sections.tables import named, reasons, shown
from analysis.report.tables import MetricTables, lacking, make_tables
from analysis.report.words import count, level, listed, number, p_value, percent, points, signed, span

SHARES = ("share", "probability")
ON_REQUEST = (
    "meta-d-prime",
)  # fits a model to each person: seconds per hundred people, so only if it is planned
NO_TABLES = MetricTables()
DIGITS = {"ms": 0, "squared difference of probabilities": 3}


def secondary(results: Results) -> Section:
    """Return the metrics that the plan names beside its outcome; none of them is confirmatory."""
    heading = "Secondary metrics"
    names = results.study.plan.secondary
    if not names:
        return Section("secondary", heading, missing="The plan names no secondary metric.")
    lead = "Named in the plan, and described here: these are not confirmatory."
    single = [name for name in names if describe_metric(name).level != "table"]
    tables = make_tables(results, [name for name in names if name not in single])
    told = measure(results, single)
    left_out = [*_reasons(told.refused), *reasons(tables)]
    return _section("secondary", heading, results, told, lead, tables=tables, refused=left_out)


def metrics(results: Results) -> Section:
    """Return the metrics that the data allow and the plan does not name, and why the others are not here."""
    heading = "Further metrics"
    names, left_out = _allowed(results)
    on_request = [describe_metric(name).label for name in names if name in ON_REQUEST]
    names = [name for name in names if name not in ON_REQUEST]
    lead = "Every metric that these data allow and the plan does not name."
    if on_request:
        lead += f" Computed only where the plan names it: {listed(on_request)}."
    if results.is_large:
        names = [name for name in names if describe_metric(name).level == "trial"]
        lead += " With so many trials only those that have a value for each trial are computed here."
    told = measure(results, names)
    repeated = [one.card for one in told.measured if _repeats_outcome(results, one)]
    kept = tuple(one for one in told.measured if one.card not in repeated)
    if not kept:
        lead = "These data allow no metric but the outcome."
    left_out += [
        *_reasons(told.refused),
        *_reasons((card, "it says what the outcome says") for card in repeated),
    ]
    return _section("metrics", heading, results, Measurements(kept, told.silent), lead, left_out=left_out)


def _allowed(results: Results) -> tuple[list[str], list[str]]:
    """Return the metrics beside those of the plan whose columns hold values, and a line for each other one."""
    plan, trials = results.study.plan, results.outcome_trials
    cards = [describe_metric(name) for name in METRICS if name not in {plan.outcome, *plan.secondary}]
    lacks = [(card, lacking(trials, card)) for card in cards if card.level != "table"]
    return [card.name for card, why in lacks if not why], _reasons((card, why) for card, why in lacks if why)


def _reasons(refused: Iterable[tuple[Metric, str]]) -> list[str]:
    return [f"{card.label}: {why.rstrip('.')}." for card, why in refused]


def _repeats_outcome(results: Results, one: Measured) -> bool:
    """Whether a metric only says again what the means of the outcome say."""
    observed = results.means["observed"].to_numpy(dtype=float)
    values = one.values["estimate"].reindex(results.means.index).to_numpy(dtype=float)
    return bool(np.allclose(values, observed, rtol=0, atol=1e-12, equal_nan=True))


def _section(
    name: str,
    heading: str,
    results: Results,
    told: Measurements,
    lead: str,
    *,
    tables: MetricTables = NO_TABLES,
    refused: Sequence[str] = (),
    left_out: Sequence[str] = (),
) -> Section:
    study = results.study
    values, differences = tables_of(told)
    others = [arm for arm in study.arm_names if arm != study.plan.reference]
    compared = [one for one in told.measured if len(one.differences)]
    content = {
        "lead": lead,
        "arms": [study.label(arm) for arm in study.arm_names],
        "others": [study.label(arm) for arm in others],
        "rows": [_row(one, study.arm_names) for one in told.measured],
        "differences": [_difference_row(one, others) for one in compared],
        "reference": study.label(study.plan.reference),
        "silent": listed([card.label for card in told.silent]),
        "tables": shown(results, tables),
        "elsewhere": listed([card.label for card in tables.elsewhere]),
        "refused": refused,
        "left_out": left_out,
        "level": level(results.alpha),
        "tests": f"{differences['p'].notna().sum():,}" if "p" in differences.columns else "0",
        "prefix": name,
    }
    files = (
        NamedTable(name, heading, _labelled(results, values)),
        NamedTable(f"{name}-differences", f"{heading}: differences", _labelled(results, differences)),
        *named(results, tables),
    )
    return Section(name, heading, content, files, template="sections/metrics.html")


def _labelled(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    at = table.columns.get_loc("arm") + 1
    told = table.copy()
    told.insert(at, "label", [results.study.label(arm) for arm in table["arm"]])
    return told


def _row(one: Measured, arms: list[str]) -> dict[str, Any]:
    tell, _ = _words(one.card)
    what = ("person", "people") if one.card.level == "person" else ("trial", "trials")
    cells = []
    for _, row in one.values.reindex(arms).iterrows():
        ends = span(row["low"], row["high"], _end(one.card, tell))
        people = row["people"]
        cells.append((tell(row["estimate"]), ends, f"n {int(people):,}" if people == people else ""))
    return _head(one.card) | {"cells": cells, "undefined": count(one.values["undefined"].sum(), *what)}


def _difference_row(one: Measured, others: list[str]) -> dict[str, Any]:
    _, tell = _words(one.card)
    cells = []
    for _, row in one.differences.reindex(others).iterrows():
        p = p_value(row["p_adjusted"])
        cells.append((tell(row["estimate"]), span(row["low"], row["high"], tell), f"p {p}"))
    return _head(one.card) | {"cells": cells}


def _head(card: Metric) -> dict[str, str]:
    better = "" if card.better == "neither" else f", {card.better} is better"
    unit = (
        "per cent" if card.unit in SHARES else "points" if card.unit == "difference of shares" else card.unit
    )
    return {"label": card.label, "unit": f"{unit}{better}"}


def _words(card: Metric) -> tuple[Callable[[float], str], Callable[[float], str]]:
    """Return how a value and how a difference of the metric are written."""
    if card.unit in SHARES:
        return percent, points
    if card.unit == "difference of shares":
        return points, points
    digits = DIGITS.get(card.unit, 2)
    return (lambda value: number(value, digits)), (lambda value: signed(value, digits))


def _end(card: Metric, tell: Callable[[float], str]) -> Callable[[float], str]:
    """Return how the end of an interval is written: without the sign for per cent."""
    return (lambda value: number(value * 100)) if card.unit in SHARES else tell
