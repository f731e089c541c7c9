"""Whether confidence fits accuracy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.columns import has_values
from analysis.metrics.calibration import BINS, calibration_by_arm, calibration_curve
from analysis.planned import Results
from analysis.report.charts.panels import Panel, PanelChart, Point
from analysis.report.section import NamedTable, Section
from analysis.report.sections.forest import with_labels
from analysis.report.words import NOTHING, level, number, percent, points, span

HEADING = "Calibration of confidence"


def calibration(results: Results) -> Section:
    """Return over-confidence, Brier score, calibration error and the curve of each arm."""
    trials = results.outcome_trials
    if not has_values(trials, "confidence", "confidence_scale"):
        needs = "This section needs the column confidence, declared a probability of being right."
        return Section("calibration", HEADING, missing=needs)
    if not (trials["confidence_scale"] == "probability").any():
        why = "Confidence was not declared a probability of being right, so it cannot be calibrated."
        return Section("calibration", HEADING, missing=why)
    table = calibration_by_arm(trials, alpha=results.alpha)
    table = table.reindex([arm for arm in results.study.arm_names if arm in table.index])
    curve = calibration_curve(trials)
    chart = PanelChart(
        name="calibration",
        title="Accuracy by stated confidence",
        caption=f"Upwards: share of right answers in per cent. Up to {BINS} bins of equal width; small "
        "dots: fewer than 30 trials. Dashed: perfect calibration; below it people are over-confident. "
        "A description; the table has intervals.",
        across="stated confidence, %",
        up="right answers, %",
        panels=tuple(_panel(results, arm, table.loc[arm], curve[curve["arm"] == arm]) for arm in table.index),
    )
    rows = [_row(results, str(arm), row) for arm, row in table.iterrows()]
    tables = (
        NamedTable("calibration", HEADING, with_labels(results, table)),
        NamedTable("calibration-curve", "Accuracy by stated confidence", curve),
    )
    content = {
        "chart": chart,
        "rows": rows,
        "bins": BINS,
        "level": level(results.alpha),
        "has_below": bool((table["below_floor"].fillna(0) > 0).any()),
    }
    return Section("calibration", HEADING, content, tables, (chart,))


def _panel(results: Results, arm: str, row: pd.Series, curve: pd.DataFrame) -> Panel:
    dots = tuple(Point(bin_.confidence, bin_.accuracy, int(bin_.trials)) for bin_ in curve.itertuples())
    return Panel(
        results.study.label(arm), f"{int(row['people']):,} people, {int(row['trials']):,} trials", dots
    )


def _row(results: Results, arm: str, row: pd.Series) -> dict[str, Any]:
    def told(name: str, tell: Callable[[float], str], end: Callable[[float], str]) -> tuple[str, str]:
        return tell(row[name]), span(row[f"{name}_low"], row[f"{name}_high"], end)

    return {
        "label": results.study.label(arm),
        "people": f"{int(row['people']):,}",
        "trials": f"{int(row['trials']):,}",
        "confidence": told("confidence", percent, lambda end: number(end * 100)),
        "accuracy": told("accuracy", percent, lambda end: number(end * 100)),
        "over": told("overconfidence", points, points),
        "brier": told("brier", lambda x: number(x, 3), lambda x: number(x, 3)),
        "ece": points(row["ece"]).removeprefix("+"),
        "undefined": f"{int(row['undefined']):,}",
        "below": NOTHING if pd.isna(row["below_floor"]) else f"{int(row['below_floor']):,}",
    }
