"""What can be had together: an accurate model, people who foretell it, and little time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import has_values
from analysis.metrics.pareto import pareto_points
from analysis.planned import Results
from analysis.report.charts.chart import Axis, nice_axis
from analysis.report.charts.plane import PlaneChart, PlanePoint
from analysis.report.section import NamedTable, Section
from analysis.report.words import level, number, percent, span

HEADING = "Accuracy, simulatability and time"


def pareto(results: Results) -> Section:
    """Return each arm's point, and which points another one beats in all three."""
    trials = results.outcome_trials
    if not has_values(trials, "correct", "model_correct", "response_ms"):
        return Section(
            "pareto",
            HEADING,
            missing="This section needs the columns correct, model_correct and response_ms.",
        )
    table = pareto_points(trials, arms=results.study.arm_names, alpha=results.alpha)
    labels = [_label(results, key) for key in table.index]
    charts = (_chart(results, table, labels),) if table["is_dominated"].notna().any() else ()
    rows = [_row(label, row) for label, (_, row) in zip(labels, table.iterrows(), strict=True)]
    told = table.reset_index()
    told.insert(1, "label", labels)
    content = {"charts": charts, "rows": rows, "level": level(results.alpha)}
    return Section("pareto", HEADING, content, (NamedTable("pareto", HEADING, told),), charts)


def _label(results: Results, key: Any) -> str:
    """Return what a point is called: its arm, and its model where there are several."""
    if isinstance(key, tuple):
        return f"{results.study.label(key[0])}, {key[1]}"
    return results.study.label(str(key))


def _chart(results: Results, table: pd.DataFrame, labels: list[str]) -> PlaneChart:
    several = table["model_accuracy"].nunique() > 1
    shown = (
        f"{level(results.alpha)} intervals over people and items. Hollow: another point is at least as good "
    )
    shown += "in all three and better in one. Estimates are compared, not their intervals."
    model = percent(float(table["model_accuracy"].iloc[0]), 0)
    fixed = f"The model is right on {model} of the items tested in every arm. "
    return PlaneChart(
        name="pareto",
        title="What is foretold, and what it costs",
        caption=f"Area: seconds per trial. {shown}" if several else f"{fixed}{shown}",
        across="items that the model gets right, %" if several else "seconds per trial (less is better)",
        up="right answers of people, %",
        points=tuple(
            _point(label, row, several) for label, (_, row) in zip(labels, table.iterrows(), strict=True)
        ),
        x_axis=_axis(
            table[["model_accuracy"]] * 100 if several else table[["low_ms", "high_ms", "time_ms"]] / 1000
        ),
        y_axis=_axis(table[["low", "high", "simulatability"]] * 100),
    )


def _axis(table: pd.DataFrame) -> Axis:
    values = table.to_numpy(dtype=float)
    return nice_axis(
        float(np.nanmin(values)),
        float(np.nanmax(values)),
        number,
    )


def _point(label: str, row: pd.Series, several: bool) -> PlanePoint:
    seconds, people = row["time_ms"] / 1000, row["simulatability"] * 100
    y_ends = (row["low"] * 100, row["high"] * 100)
    hollow = bool(row["is_dominated"]) if pd.notna(row["is_dominated"]) else False
    if not several:
        x_ends = (row["low_ms"] / 1000, row["high_ms"] / 1000)
        return PlanePoint(label, seconds, people, x_ends, y_ends, is_hollow=hollow)
    area = float(np.clip(seconds / 5, 0.4, 6))
    at = (label, row["model_accuracy"] * 100, people)
    return PlanePoint(*at, y_ends=y_ends, area=area, note=f"{number(seconds)} s", is_hollow=hollow)


def _row(label: str, row: pd.Series) -> dict[str, Any]:
    beaten = "" if pd.isna(row["is_dominated"]) else "yes" if row["is_dominated"] else "no"
    return {
        "label": label,
        "model": percent(row["model_accuracy"]),
        "people": (percent(row["simulatability"]), span(row["low"], row["high"], lambda x: number(x * 100))),
        "seconds": (
            number(row["time_ms"] / 1000, 2),
            span(row["low_ms"] / 1000, row["high_ms"] / 1000, lambda x: number(x, 2)),
        ),
        "n": (f"{int(row['people']):,}", f"{int(row['trials']):,} trials"),
        "beaten": beaten,
        "undefined": f"{int(row['undefined']):,}",
    }
