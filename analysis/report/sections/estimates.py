"""Estimated against achieved number of right answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.metrics.estimates import estimated_and_achieved, estimates_by_arm
from analysis.planned import Results
from analysis.report.charts.chart import nice_axis
from analysis.report.charts.rows import Row, RowChart
from analysis.report.section import NamedTable, Section
from analysis.report.sections.forest import with_labels
from analysis.report.words import count, level, number, signed, span

HEADING = "Estimated against achieved"
MISSING = "This section needs responses with the role estimate, which no one analysed has given."
CONDITIONS = "An estimate is of all of a person’s trials, and the plan compares conditions within people."


def estimates(results: Results) -> Section:
    """Return by arm how many right answers people believed to have, and how many they had."""
    responses = results.study.responses
    if "role" not in responses.columns or results.trials.empty:
        return Section("estimates", HEADING, missing=MISSING)
    if results.study.plan.exposure != "arm":
        return Section("estimates", HEADING, missing=CONDITIONS)
    people = estimated_and_achieved(results.outcome_trials, responses)
    table = estimates_by_arm(people, results.alpha)
    table = table.reindex([arm for arm in results.study.arm_names if arm in table.index])
    if not table["people"].sum():
        return Section("estimates", HEADING, missing=MISSING)
    ends = table[["difference", "difference_low", "difference_high"]].to_numpy(dtype=float)
    ends = ends[pd.notna(ends)]
    chart = RowChart(
        name="estimates",
        title="Estimated minus achieved number of right answers",
        caption=f"Mean with {level(results.alpha)} t interval over people; "
        f"{count(table['people'].sum(), 'person', 'people')} gave an estimate.",
        rows=tuple(_point(results, str(arm), row) for arm, row in table.iterrows()),
        axis=nice_axis(min(0, *ends), max(0, *ends), signed),
        zero=0.0,
        below=("← too few", "too many →"),
    )
    rows = [_row(results, str(arm), row) for arm, row in table.iterrows()]
    tables = (
        NamedTable("estimates", HEADING, with_labels(results, table)),
        NamedTable("estimates-by-person", "Estimated and achieved of each person", people),
    )
    content = {"chart": chart, "rows": rows, "unreadable": _unreadable(int(table["unreadable"].sum()))}
    return Section("estimates", HEADING, content, tables, (chart,))


def _unreadable(people: int) -> str:
    if not people:
        return ""
    gave = "gave something that is" if people == 1 else "gave things that are"
    return (
        f"{count(people, 'person', 'people')} {gave} no number in plain digits; nothing was guessed, and "
        "they count as without an estimate."
    )


def _point(results: Results, arm: str, row: pd.Series) -> Row:
    told = _row(results, arm, row)
    strong, small = told["difference"]
    ends = (row["difference"], row["difference_low"], row["difference_high"])
    return Row(told["label"], strong, small, *ends)


def _mean(row: pd.Series, name: str, tell: Callable[[float], str]) -> tuple[str, str]:
    return tell(row[name]), span(row[f"{name}_low"], row[f"{name}_high"], tell)


def _row(results: Results, arm: str, row: pd.Series) -> dict[str, Any]:
    return {
        "label": results.study.label(arm),
        "people": f"{int(row['people']):,}",
        "estimated": _mean(row, "estimated", number),
        "achieved": _mean(row, "achieved", number),
        "difference": _mean(row, "difference", signed),
        "undefined": f"{int(row['undefined']):,}",
    }
