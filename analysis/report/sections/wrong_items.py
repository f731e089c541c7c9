"""Answers on the items that the model gets wrong."""

from __future__ import annotations

import pandas as pd

from analysis.columns import has_values
from analysis.metrics.wrong_items import KINDS, answers_on_wrong_items
from analysis.planned import Results
from analysis.report.charts.chart import Axis
from analysis.report.charts.rows import Row, RowChart, Segment
from analysis.report.section import NamedTable, Section
from analysis.report.sections.forest import with_labels
from analysis.report.words import count, level, number, percent, span

HEADING = "Answers where the model is wrong"
RANKS = dict(zip(KINDS, ("first", "second", "third"), strict=True))
NAMES = {"output": "the model’s output", "truth": "the truth", "neither": "neither"}


def wrong_items(results: Results) -> Section:
    """Return the share of answers that are the output, the truth, or neither, by arm."""
    trials = results.outcome_trials
    if not has_values(trials, "answer", "output", "truth"):
        return Section(
            "wrong_items", HEADING, missing="This section needs the columns answer, output and truth."
        )
    table = answers_on_wrong_items(trials, results.alpha)
    table = table.reindex([arm for arm in results.study.arm_names if arm in table.index])
    if not table["trials"].sum():
        return Section("wrong_items", HEADING, missing="No trial is about an item that the model gets wrong.")
    chart = RowChart(
        name="wrong-items",
        title="Answers on items that the model gets wrong",
        caption=f"Share of answers in per cent; {count(table['trials'].sum(), 'trial')}. "
        "The table has intervals.",
        rows=tuple(_row(results, arm, table.loc[arm]) for arm in table.index),
        axis=Axis(0, 1, (0, 0.25, 0.5, 0.75, 1), ("0", "25", "50", "75", "100")),
        heads=tuple(NAMES[kind] for kind in KINDS),
    )
    rows = [
        {
            "label": results.study.label(arm),
            "people": f"{int(row['people']):,}",
            "trials": f"{int(row['trials']):,}",
            "shares": [_share(row, kind) for kind in KINDS],
            "undefined": f"{int(row['undefined']):,}",
        }
        for arm, row in table.iterrows()
    ]
    named = NamedTable("answers-on-wrong-items", HEADING, with_labels(results, table))
    content = {"chart": chart, "rows": rows, "level": level(results.alpha)}
    return Section("wrong_items", HEADING, content, (named,), (chart,))


def _share(row: pd.Series, kind: str) -> tuple[str, str, str]:
    interval = span(row[f"{kind}_low"], row[f"{kind}_high"], lambda end: number(end * 100))
    return percent(row[f"{kind}_share"]), interval, f"n {int(row[kind]):,}"


def _row(results: Results, arm: str, row: pd.Series) -> Row:
    start, segments = 0.0, []
    for kind in KINDS:
        share = row[f"{kind}_share"] if row["trials"] else 0.0
        text = percent(share, 0) if share >= 0.1 else ""
        segments.append(Segment(start, start + share, text, RANKS[kind]))
        start += share
    size = f"{count(row['people'], 'person', 'people')}, {count(row['trials'], 'trial')}"
    return Row(
        results.study.label(arm), f"{percent(row['output_share'], 0)} output", size, segments=tuple(segments)
    )
