"""The item view: which items trip up the model, the people, both."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.columns import has_values
from analysis.metrics.item_effects import item_effects
from analysis.metrics.items import item_view
from analysis.metrics.tripping_items import tripping_items
from analysis.planned import Results
from analysis.report.charts.chart import Axis
from analysis.report.charts.items import ItemChart, ItemPoint
from analysis.report.section import NamedTable, Section
from analysis.report.words import count, level, listed, number, percent, span

HEADING = "Item view"
SHOWN = 40
TRIPPED = {
    "both": "both the model and the people",
    "model": "the model alone",
    "people": "the people alone",
    "neither": "neither",
}


def items(results: Results) -> Section:
    """Return each item's truth, output and accuracy by arm, hardest first; the CSV holds all."""
    trials = _one_model_each(results.outcome_trials)
    if not has_values(trials, "correct"):
        return Section("items", HEADING, missing="No item was answered, or the column correct is missing.")
    view = item_view(trials, results.alpha)
    effects = _effects(trials, results.alpha)
    view = view.join(effects[["estimate", "estimate_low", "estimate_high"]])
    trips = _trips(trials, results.alpha)
    if trips is not None:
        view = view.join(trips.rename("trips"))
    hardest = view[view["n"] > 0].sort_values("accuracy", kind="stable").head(SHOWN)
    arms = [arm for arm in results.study.arm_names if f"accuracy {arm}" in view.columns]
    charts = (_chart(results, hardest, effects),) if hardest["estimate"].notna().any() else ()
    content = {
        "charts": charts,
        "trips": _told_trips(trips),
        "rows": [_row(str(item), row, arms) for item, row in hardest.iterrows()],
        "labels": [results.study.label(arm) for arm in arms],
        "shown": len(hardest),
        "all": len(view),
        "level": level(results.alpha),
        "has_truth": "truth" in view.columns,
        "has_output": "output" in view.columns,
    }
    return Section("items", HEADING, content, (NamedTable("items", HEADING, view.reset_index()),), charts)


def _one_model_each(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials with items called after their model too, where there are several models."""
    if "model" not in trials.columns or trials["model"].nunique() < 2:
        return trials
    told = trials["item"].astype("str") + ", " + trials["model"].astype("str").fillna("no model")
    return trials.assign(item=told)


def _effects(trials: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Return the empirical-Bayes accuracy of each item over all arms."""
    table = item_effects(trials.assign(arm="all"), arms=["all"], alpha=alpha).set_index("item")
    return table.rename(columns={"low": "estimate_low", "high": "estimate_high"})


def _trips(trials: pd.DataFrame, alpha: float) -> pd.Series | None:
    if not has_values(trials, "model_correct"):
        return None
    trips = tripping_items(trials.drop(columns="model", errors="ignore"), alpha=alpha)["trips"]
    return trips if trips.notna().any() else None


def _told_trips(trips: pd.Series | None) -> str:
    if trips is None:
        return ""
    counts = trips.value_counts()
    parts = [f"{int(counts.get(kind, 0)):,} {words}" for kind, words in TRIPPED.items()]
    known = count(trips.notna().sum(), "item")
    told = f"Of {known} {listed(parts)}".replace(" both the", " trip up both the", 1)
    return f"{told}. An item trips up the people if most of them get it wrong."


def _chart(results: Results, hardest: pd.DataFrame, effects: pd.DataFrame) -> ItemChart:
    mean, spread = float(effects["mean"].iloc[0]), float(effects["between_sd"].iloc[0])
    which = (
        f"The {len(hardest)} hardest of {len(effects)} items" if len(hardest) < len(effects) else "All items"
    )
    ticks = (0, 25, 50, 75, 100)
    return ItemChart(
        name="items",
        title="How hard each item is",
        caption=f"{which}, over all arms. Each is drawn towards the mean of all ({percent(mean)}, dashed; SD "
        f"between items {number(spread * 100)} points) as far as its answers are few: empirical Bayes, with "
        f"{level(results.alpha)} intervals.",
        across="right answers, %",
        points=tuple(_point(str(item), row) for item, row in hardest.iterrows()),
        axis=Axis(-2, 102, ticks, tuple(map(str, ticks))),
        line=100 * mean,
    )


def _point(item: str, row: pd.Series) -> ItemPoint:
    told = row.get("model_correct")
    look = "not known" if told is None or pd.isna(told) else "model right" if told else "model wrong"
    low, high = row["estimate_low"], row["estimate_high"]
    return ItemPoint(item, 100 * row["estimate"], 100 * low, 100 * high, 100 * row["accuracy"], look)


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
