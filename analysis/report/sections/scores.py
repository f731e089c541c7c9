"""Whether automatic scores of the explanations foretell what these do for people, item by item."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.columns import has_values
from analysis.metrics.benefit import benefit_by_stimulus
from analysis.metrics.score_association import checks_of, score_association, stimulus_scores
from analysis.planned import Results
from analysis.report.charts.chart import Axis
from analysis.report.charts.rows import Row, RowChart
from analysis.report.section import NamedTable, Section
from analysis.report.words import level, p_value, signed, span

HEADING = "Do automatic scores foretell the benefit?"
MOST_DRAWN = 4_000_000  # draws × items of one bootstrap
MOST_ROWS = 24  # of the figure


def scores(results: Results) -> Section:
    """Return for each check of the bundle and each arm how it goes with the benefit of the explanation."""
    if why := _missing(results):
        return Section("scores", HEADING, missing=why)
    benefit = benefit_by_stimulus(
        results.outcome_trials,
        results.study.plan.reference,
        arms=results.study.arm_names,
        alpha=results.alpha,
    )
    table = _associations(results, benefit)
    if table.empty or table["spearman"].isna().all():
        return Section(
            "scores", HEADING, missing="No check of the stimuli varies over at least four items of an arm."
        )
    told = table[table["spearman"].notna()]
    chart = _chart(results, told.head(MOST_ROWS))
    content = {
        "chart": chart,
        "rows": [_row(results, row) for _, row in told.iterrows()],
        "level": level(results.alpha),
        "undefined": f"{int(table['undefined'].sum()):,}",
    }
    tables = (NamedTable("score-associations", "Scores and benefit by arm", table),)
    return Section("scores", HEADING, content, tables, (chart,))


def _missing(results: Results) -> str:
    study = results.study
    if not has_values(study.stimuli, "checks", "explainer"):
        return "This section needs checks of the stimuli, such as a deletion AUC, in the bundle."
    if study.protocol is None or study.plan.exposure != "arm":
        return "This section needs a protocol that says which explainer each arm shows."
    if not has_values(results.outcome_trials, "correct"):
        return "This section needs the column correct."
    return "" if study.plan.reference in study.arm_names else "The reference is no arm."


def _associations(results: Results, benefit: pd.DataFrame) -> pd.DataFrame:
    study = results.study
    assert study.protocol is not None
    explainers = {
        arm.name: arm.explainer
        for arm in study.protocol.arms
        if arm.name != study.plan.reference and arm.explainer != "none"
    }
    items = max(int(benefit["item"].nunique()), 1)
    rules: dict[str, Any] = {"alpha": results.alpha, "seed": study.plan.seed}
    draws = max(min(results.draws, MOST_DRAWN // items), 100)
    benefit = benefit[benefit["arm"].isin(explainers)]
    tables = {
        check: score_association(
            benefit, stimulus_scores(study.stimuli, check, explainers), draws=draws, **rules
        )
        for check in _checks(study.stimuli)
    }
    if not tables:
        return pd.DataFrame()
    return pd.concat(tables, names=["check"]).reset_index()


def _checks(stimuli: pd.DataFrame) -> list[str]:
    cells = stimuli.dropna(subset=["explainer", "checks"])["checks"]
    return sorted({name for row, cell in cells.items() for name in checks_of(cell, row)})


def _chart(results: Results, table: pd.DataFrame) -> RowChart:
    ticks = (-1, -0.5, 0, 0.5, 1)
    return RowChart(
        name="scores",
        title="Rank correlation of score and benefit over items",
        caption=f"Spearman’s correlation with {level(results.alpha)} bootstrap interval over items. Few answers "
        "an item draw it to zero.",
        rows=tuple(_point(results, row) for _, row in table.iterrows()),
        axis=Axis(-1.05, 1.05, ticks, tuple(signed(tick, 1) for tick in ticks)),
        zero=0.0,
        below=("← less benefit", "more benefit →"),
    )


def _point(results: Results, row: pd.Series) -> Row:
    ends = span(row["spearman_low"], row["spearman_high"], _two)
    label = f"{_check(row)}: {results.study.label(row['arm'])}"
    at = (row["spearman"], row["spearman_low"], row["spearman_high"])
    return Row(label, _two(row["spearman"]), f"{ends}, {int(row['items']):,} items", *at)


def _row(results: Results, row: pd.Series) -> dict[str, Any]:
    return {
        "check": _check(row),
        "arm": results.study.label(row["arm"]),
        "spearman": (_two(row["spearman"]), span(row["spearman_low"], row["spearman_high"], _two)),
        "p": p_value(row["spearman_p"]),
        "slope": (_three(row["slope"]), span(row["slope_low"], row["slope_high"], _three)),
        "of_items": f"{int(row['items']):,}",
    }


def _check(row: pd.Series) -> str:
    return str(row["check"]).replace("_", " ")


def _two(value: float) -> str:
    return signed(value, 2)


def _three(value: float) -> str:
    return signed(value, 3)
