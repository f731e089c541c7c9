"""The plot of the estimated means."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.planned import Results
from analysis.report.charts.chart import nice_axis
from analysis.report.charts.rows import Row, RowChart
from analysis.report.section import Section
from analysis.report.words import count, level, measure_of, number

HEADING = "Means by arm"


def means(results: Results) -> Section:
    """Draw each arm's mean with its interval."""
    if not np.isfinite(results.means["mean"].to_numpy(dtype=float)).any():
        return Section("means", HEADING, missing="No arm has a trial with an outcome.")
    measure = measure_of(results.study)
    scale = 100 if measure.is_share else 1
    rows = tuple(_row(results, str(arm), row, scale) for arm, row in results.means.iterrows())
    ends = [value for row in rows for value in (row.low, row.high, row.value) if np.isfinite(value)]
    how = (
        "estimated by the model, for new people and new items" if results.primary.is_modelled else "observed"
    )
    chart = RowChart(
        name="means",
        title=f"{measure.column}{', per cent' if measure.is_share else ''}",
        caption=f"Mean of each arm, {how}, with its {level(results.alpha)} interval over people and items.",
        rows=rows,
        axis=nice_axis(min(ends), max(ends), number),
    )
    return Section("means", HEADING, {"chart": chart}, (), (chart,))


def _row(results: Results, arm: str, row: pd.Series, scale: int) -> Row:
    measure = measure_of(results.study)
    return Row(
        results.study.label(arm),
        measure.value(row["mean"]),
        f"{measure.interval(row['low'], row['high'])}, {count(row['people'], 'person', 'people')}",
        *(row[name] * scale for name in ("mean", "low", "high")),
    )
