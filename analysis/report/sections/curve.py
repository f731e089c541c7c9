"""The learning curve: accuracy over the session."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.columns import has_values
from analysis.metrics.breakdown import learning_curve
from analysis.planned import Results
from analysis.report.charts.chart import Axis, nice_axis
from analysis.report.charts.lines import Curve, LineChart
from analysis.report.section import NamedTable, Section
from analysis.report.words import level, number, percent, span

HEADING = "Learning curve"
BLOCKS = 4


def curve(results: Results) -> Section:
    """Return each arm's accuracy in the quarters of each person's trials."""
    trials = results.outcome_trials
    if not has_values(trials, "correct", "position"):
        return Section("curve", HEADING, missing="This section needs the columns correct and position.")
    table = learning_curve(trials, arms=results.study.arm_names, alpha=results.alpha, blocks=BLOCKS)
    if table["estimate"].notna().sum() < 2:
        return Section("curve", HEADING, missing="Too few trials have a place in the session for a curve.")
    arms = [arm for arm in results.study.arm_names if (table["arm"] == arm).any()]
    chart = _chart(results, table, arms)
    rows = [{"label": results.study.label(arm), "cells": _cells(table[table["arm"] == arm])} for arm in arms]
    told = table.copy()
    told.insert(1, "label", [results.study.label(arm) for arm in table["arm"]])
    content = {"chart": chart, "rows": rows, "blocks": range(1, BLOCKS + 1), "level": level(results.alpha)}
    return Section("curve", HEADING, content, (NamedTable("learning-curve", HEADING, told),), (chart,))


def _chart(results: Results, table: pd.DataFrame, arms: list[str]) -> LineChart:
    ends = table[["low", "high", "estimate"]].to_numpy(dtype=float) * 100
    ticks = tuple(range(1, BLOCKS + 1))
    return LineChart(
        name="learning-curve",
        title="Accuracy over the session",
        caption=f"Right answers in each quarter of a person’s trials, with {level(results.alpha)} intervals "
        "over people and items. Items differ between quarters unless their order was drawn for each person.",
        across="quarter of the trials",
        up="right answers, %",
        curves=tuple(_curve(results, arm, table[table["arm"] == arm]) for arm in arms),
        x_axis=Axis(0.7, BLOCKS + 0.3, ticks, tuple(map(str, ticks))),
        y_axis=nice_axis(np.nanmin(ends), np.nanmax(ends), number),
    )


def _curve(results: Results, arm: str, rows: pd.DataFrame) -> Curve:
    x, y, low, high = (rows[name].astype("float64") for name in ("block", "estimate", "low", "high"))
    percents = (tuple(values * 100) for values in (y, low, high))
    return Curve(results.study.label(arm), tuple(x), *percents)


def _cells(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    told = rows.set_index(rows["block"].astype(int)).reindex(range(1, BLOCKS + 1))
    return [
        (
            percent(row["estimate"]),
            span(row["low"], row["high"], lambda end: number(end * 100)),
            f"n {int(row['trials']):,}" if row["trials"] == row["trials"] else "",
        )
        for _, row in told.iterrows()
    ]
