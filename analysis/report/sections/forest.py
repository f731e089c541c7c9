"""The forest plot: the difference of each arm to the reference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.metrics.registry import describe_metric
from analysis.planned import Results
from analysis.report.charts.chart import nice_axis
from analysis.report.charts.rows import Row, RowChart
from analysis.report.section import NamedTable, Section
from analysis.report.words import Measure, count, level, measure_of, signed

SIDES_OF_ZERO = {
    "higher": ("← worse", "better →"),
    "lower": ("← better", "worse →"),
    "neither": ("← less", "more →"),
}


def forest(results: Results) -> Section:
    """Draw each contrast with its interval, the zero line and the equivalence margin."""
    heading = heading_of(results)
    if not np.isfinite(results.contrasts["estimate"].to_numpy(dtype=float)).any():
        return Section(
            "forest",
            heading,
            missing="No difference can be drawn: no two arms could be compared. The verdict says why.",
        )
    chart = forest_chart(results)
    table = NamedTable("contrasts", "The plan’s contrasts", with_labels(results, results.contrasts))
    return Section("forest", heading, {"chart": chart}, (table,), (chart,))


def heading_of(results: Results) -> str:
    """Return what the contrasts are, for a heading."""
    study = results.study
    if not results.is_versus_reference:
        return "The plan’s contrasts"
    changed = ", in the change from before" if study.plan.baseline_phase is not None else ""
    return f"Difference to the reference {study.plan.exposure}: {study.label(study.plan.reference)}{changed}"


def forest_chart(results: Results) -> RowChart:
    """Return the forest plot, largest difference first."""
    measure, margin = measure_of(results.study), results.study.plan.equivalence_margin
    scale = 100 if measure.is_share else 1
    ordered = results.contrasts.sort_values("estimate", ascending=False, kind="stable")
    rows = tuple(_row(results, measure, arm, scale) for arm in ordered.index)
    ends = [value for row in rows for value in (row.low, row.high, row.value) if np.isfinite(value)]
    ends += [0.0] + ([margin * scale, -margin * scale] if margin else [])
    return RowChart(
        name="forest",
        title=heading_of(results),
        caption=_caption(results, measure, margin),
        rows=rows,
        axis=nice_axis(min(ends), max(ends), signed),
        zero=0.0,
        zone=(-margin * scale, margin * scale) if margin else None,
        below=SIDES_OF_ZERO[describe_metric(results.study.plan.outcome).better],
    )


def with_labels(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table by arm or contrast with their labels as its second column."""
    labels = [results.label(str(name)) for name in table.index]
    told = table.reset_index()
    told.insert(1, "label", labels)
    return told


def _row(results: Results, measure: Measure, arm: str, scale: int) -> Row:
    told = results.contrasts.loc[arm]
    return Row(
        label=results.label(arm),
        strong=measure.difference(told["estimate"]),
        small=measure.difference_interval(told["low"], told["high"]),
        value=told["estimate"] * scale,
        low=told["low"] * scale,
        high=told["high"] * scale,
        is_accent=bool(told["differs"]),
    )


def _caption(results: Results, measure: Measure, margin: float | None) -> str:
    told = "Percentage points" if measure.is_share else f"Difference in {results.study.plan.outcome}"
    text = (
        f"{told}, with {level(results.alpha)} interval over people and items, not adjusted for the number of "
        f"contrasts; {count(results.people, 'person', 'people')}, {count(results.items, 'item')}."
    )
    if any(_is_undecided_beside_zero(row) for _, row in results.contrasts.iterrows()):
        text += (
            " An interval may leave out zero and the verdict be undecided: that is adjusted, or one-sided."
        )
    if margin:
        text += f" Shaded: the equivalence margin of ±{measure.margin(margin)}."
    return text


def _is_undecided_beside_zero(row: pd.Series) -> bool:
    return not row["differs"] and bool(row["low"] > 0 or row["high"] < 0)
