"""How long answers took."""

from __future__ import annotations

import pandas as pd

from analysis.columns import has_values
from analysis.metrics.time import response_time_by_arm
from analysis.planned import Results
from analysis.report.charts.chart import nice_axis
from analysis.report.charts.rows import Row, RowChart
from analysis.report.section import NamedTable, Section
from analysis.report.sections.forest import with_labels
from analysis.report.words import level, number, span, two_digits

HEADING = "Time per trial"


def time(results: Results) -> Section:
    """Return the median and the geometric mean of the response times of each arm."""
    trials = results.outcome_trials
    if not has_values(trials, "response_ms"):
        return Section("time", HEADING, missing="This section needs the column response_ms.")
    table = response_time_by_arm(trials, results.study.arm_names, results.alpha)
    seconds = table[["geometric_mean_ms", "low_ms", "high_ms"]] / 1000
    chart = RowChart(
        name="time",
        title="Seconds per trial",
        caption=f"Geometric mean with {level(results.alpha)} interval over people and items (two-way "
        "cluster-robust on the logarithm).",
        rows=tuple(_point(results, str(arm), row) for arm, row in table.iterrows()),
        axis=nice_axis(
            seconds.min().min(),
            seconds.max().max(),
            number,
        ),
    )
    content = {
        "chart": chart,
        "rows": [_row(results, str(arm), row) for arm, row in table.iterrows()],
        "hidden": f"{int(table['hidden'].sum()):,}",
        "timed": f"{int(table['trials'].sum()):,}",
        "undefined": f"{int(table['undefined'].sum()):,}",
        "knows_hidden": "hidden_ms" in trials.columns,
    }
    named = NamedTable("time", HEADING, with_labels(results, table))
    return Section("time", HEADING, content, (named,), (chart,))


def _point(results: Results, arm: str, row: pd.Series) -> Row:
    told = _row(results, arm, row)
    ends = (row["geometric_mean_ms"] / 1000, row["low_ms"] / 1000, row["high_ms"] / 1000)
    return Row(told["label"], f"{told['mean']} s", told["interval"], *ends)


def _row(results: Results, arm: str, row: pd.Series) -> dict[str, str]:
    return {
        "label": results.study.label(arm),
        "people": f"{int(row['people']):,}",
        "trials": f"{int(row['trials']):,}",
        "median": number(row["median_ms"] / 1000, 2),
        "median_interval": span(row["median_low_ms"] / 1000, row["median_high_ms"] / 1000, two_digits),
        "mean": number(row["geometric_mean_ms"] / 1000, 2),
        "interval": span(row["low_ms"] / 1000, row["high_ms"] / 1000, two_digits),
        "log": number(row["mean_log"], 3),
        "hidden": f"{int(row['hidden']):,}",
    }
