"""The item view: which items trip people up."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.metrics.items import item_view
from analysis.planned import Results
from analysis.report.section import NamedTable, Section
from analysis.report.words import level, number, percent, span

HEADING = "Item view"
SHOWN = 60


def items(results: Results) -> Section:
    """Return each item's truth, output and accuracy by arm, hardest first; the CSV holds all."""
    if results.trials.empty:
        return Section("items", HEADING, missing="No item was answered.")
    view = item_view(results.trials, results.alpha)
    hardest = view.sort_values("accuracy", kind="stable").head(SHOWN)
    arms = [arm for arm in results.study.arm_names if f"accuracy {arm}" in view.columns]
    content = {
        "rows": [_row(str(item), row, arms) for item, row in hardest.iterrows()],
        "labels": [results.study.label(arm) for arm in arms],
        "shown": len(hardest),
        "all": len(view),
        "level": level(results.alpha),
        "has_truth": "truth" in view.columns,
        "has_output": "output" in view.columns,
    }
    return Section("items", HEADING, content, (NamedTable("items", HEADING, view.reset_index()),))


def _row(item: str, row: pd.Series, arms: list[str]) -> dict[str, Any]:
    return {
        "item": item,
        "truth": _text(row.get("truth")),
        "output": _text(row.get("output")),
        "accuracy": percent(row["accuracy"], 0),
        "interval": span(row["low"], row["high"], lambda end: number(end * 100, 0)),
        "n": f"n {int(row['n']):,}",
        "arms": [(percent(row[f"accuracy {arm}"], 0), f"n {int(row[f'n {arm}']):,}") for arm in arms],
    }


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
