"""Rating scales by arm."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.columns import has_values
from analysis.metrics.scales import instruments_of, scale_scores, scores_by_arm
from analysis.planned import Results
from analysis.report.charts.chart import nice_axis
from analysis.report.charts.rows import Row, RowChart
from analysis.report.section import NamedTable, Section
from analysis.report.words import NOTHING, count, level, number, span, two_digits
from protocol.schema.instruments import Instrument

HEADING = "Ratings"
MISSING = "This section needs the table of ratings, which holds none of the people analysed."
CONDITIONS = (
    "The plan compares conditions that one person saw several of; ratings are by arm, so they are not shown."
)


def ratings(results: Results) -> Section:
    """Return each scale's mean by arm, with the t interval over people."""
    given = given_ratings(results)
    if given is None:
        return Section("ratings", HEADING, missing=MISSING)
    if results.study.plan.exposure != "arm":
        return Section("ratings", HEADING, missing=CONDITIONS)
    instruments = {one.name: one for one in instruments_of(results.study.protocol)}
    scores = scale_scores(given, instruments.values())
    table = scores_by_arm(scores, results.alpha)
    scales = [
        _scale(results, mine, instruments.get(str(name)), str(name), str(subscale), _ends(given, str(name)))
        for (name, subscale), mine in table.groupby(["instrument", "subscale"], sort=False)
    ]
    tables = (
        NamedTable("ratings", "Rating scales by arm", table),
        NamedTable("rating-scores", "Scores of each person", scores),
    )
    charts = tuple(scale["chart"] for scale in scales)
    return Section("ratings", HEADING, {"scales": scales}, tables, charts)


def given_ratings(results: Results) -> pd.DataFrame | None:
    """Return the answers to scales of the people analysed, or None where there are none."""
    given = results.study.ratings
    if not has_values(given, "answer"):
        return None
    given = given[given["participant"].isin(results.trials["participant"]) & given["arm"].notna()]
    return None if given.empty else given


def _scale(
    results: Results,
    table: pd.DataFrame,
    instrument: Instrument | None,
    name: str,
    subscale: str,
    ends: tuple[float, float],
) -> dict[str, Any]:
    title = instrument.title if instrument else name
    title += f": {subscale}" if subscale else ""
    is_sum = instrument is not None and instrument.score == "sum"
    low, high = (table["mean"].min(), table["mean"].max()) if is_sum else ends
    by_arm = table.set_index("arm").reindex(
        [arm for arm in results.study.arm_names if arm in set(table["arm"])]
    )
    chart = RowChart(
        name=f"ratings-{name}" + (f"-{subscale}" if subscale else ""),
        title=title,
        caption=_caption(results, by_arm, is_sum, ends),
        rows=tuple(_row(results, arm, row) for arm, row in by_arm.iterrows()),
        axis=nice_axis(low, high, number),
    )
    rows = [_told(results, arm, row) for arm, row in by_arm.iterrows()]
    return {"title": title, "chart": chart, "rows": rows, "source": instrument.source if instrument else ""}


def _caption(results: Results, table: pd.DataFrame, is_sum: bool, ends: tuple[float, float]) -> str:
    what = "sum" if is_sum else f"mean, {ends[0]:g} to {ends[1]:g}"
    people, open_ = count(table["people"].sum(), "person", "people"), int(table["incomplete"].sum())
    text = (
        f"Score ({what}) with {level(results.alpha)} t interval over people; {people} with a complete scale"
    )
    return f"{text}, {open_:,} left an item open and have no score." if open_ else f"{text}."


def _row(results: Results, arm: object, row: pd.Series) -> Row:
    label = results.study.label(str(arm))
    small = f"{span(row['low'], row['high'], two_digits)}, n {int(row['people']):,}"
    return Row(label, number(row["mean"], 2), small, row["mean"], row["low"], row["high"])


def _told(results: Results, arm: object, row: pd.Series) -> dict[str, str]:
    return {
        "label": results.study.label(str(arm)),
        "people": f"{int(row['people']):,}",
        "incomplete": f"{int(row['incomplete']):,}",
        "mean": number(row["mean"], 2),
        "interval": span(row["low"], row["high"], two_digits),
        "sd": number(row["sd"], 2) if row["people"] > 1 else NOTHING,
    }


def _ends(ratings: pd.DataFrame, instrument: str) -> tuple[float, float]:
    mine = ratings[ratings["instrument"] == instrument]
    return float(mine["minimum"].min()), float(mine["maximum"].max())
