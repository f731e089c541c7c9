"""The flow of participants, and whether some arms lost more of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from analysis.errors import MissingColumns
from analysis.planned import Results
from analysis.population import exclusion_flow
from analysis.population.attrition import attrition_by_arm, attrition_test, is_differential
from analysis.population.flow import Flow, flow_of_participants
from analysis.population.primary import people_by_arm
from analysis.population.unequal import Independence
from analysis.report.section import NamedTable, Section
from analysis.report.sections.forest import with_labels
from analysis.report.words import Measure, count, level, measure_of, number, p_value, percent, points, span

HEADING = "Who took part"


def flow(results: Results) -> Section:
    """Return the flow diagram with its reasons, the exclusions by arm, and attrition."""
    study = results.study
    if study.plan.exposure != "arm":
        return _without_participants(results, CONDITIONS)
    exclusions = [_exclusion(results, number) for number in range(len(results.exclusions))]
    try:
        told = flow_of_participants(study, results.trials)
    except MissingColumns:
        return _without_participants(results, UNKNOWN)
    attrition = attrition_by_arm(study)
    content = {
        "before": _before(told),
        "arms": [_arm(results, told, arm) for arm in study.arm_names],
        "exclusions": exclusions,
        "attrition": [_attrition(results, attrition, arm) for arm in study.arm_names],
        "test": _test(attrition_test(attrition)),
        "is_differential": is_differential(attrition),
        "bounds": _bounds(results),
        "bounds_sentence": _bounds_sentence(results),
        "level": level(results.alpha),
        "still": int(attrition["still"].sum()),
        "labels": [arm.label for arm in study.arms],
        "finished": int(told.by_arm["finished"].sum()),
        "late": [text for key, words in _LATE.items() if (text := _late(told, key, words))],
    }
    tables = (
        NamedTable("flow", "Flow of participants, before allocation", _counts(told)),
        NamedTable("flow-by-arm", "Flow of participants by arm", with_labels(results, told.by_arm)),
        NamedTable("attrition", "Attrition by arm", with_labels(results, attrition)),
        *_bounds_table(results),
        *_exclusion_table(results),
    )
    return Section("flow", HEADING, content, tables)


_LATE = {"left_after_test": "left after the test", "test_still": "still on the way after their first trial"}


def _before(flow: Flow) -> list[dict[str, str]]:
    steps = (
        (
            "Arrived",
            flow.arrived,
            (
                *("declined", "left_before_consent", "turned_away_before_consent"),
                *("withdrew_before_consent", "still_before_consent"),
            ),
        ),
        (
            "Consented",
            flow.consented,
            (
                *("left_before_allocation", "screened_out", "turned_away_before_allocation"),
                *("withdrew_before_allocation", "still_before_allocation"),
            ),
        ),
        ("Allocated", flow.allocated, ()),
    )
    reasons = asdict(flow)
    told = []
    for name, people, keys in steps:
        given = [f"{reasons[key]:,} {_REASONS[key]}" for key in keys if reasons[key]]
        note = "; ".join(given) or ("nobody left here" if keys else "by the study’s seeded allocation")
        told.append({"name": name, "people": f"{people:,}", "note": note})
    return told


TURNED_AWAY = "turned away: all places were taken or the study was closed"
_REASONS = {
    "declined": "declined",
    "left_before_consent": "left before consent",
    "turned_away_before_consent": TURNED_AWAY,
    "withdrew_before_consent": "withdrew",
    "still_before_consent": "still before consent",
    "left_before_allocation": "left during the instructions or the gate",
    "turned_away_before_allocation": TURNED_AWAY,
    "withdrew_before_allocation": "withdrew",
    "screened_out": "screened out at the gate",
    "still_before_allocation": "still before allocation",
}


def _arm(results: Results, flow: Flow, arm: str) -> dict[str, Any]:
    row = flow.by_arm.loc[arm]
    lost = [("left before test", row["left_before_test"]), ("withdrew", row["withdrew"])]
    lost += [("not yet at test", row["before_test_still"])] if row["before_test_still"] else []
    lost += [("excluded", row["excluded"])] if row["excluded"] else []
    return {
        "label": results.study.label(arm),
        "lines": [("allocated", row["allocated"]), *lost],
        "analysed": row["analysed"],
        "after": [("left during test", row["left_during_test"]), ("finished", row["finished"])],
    }


def _late(flow: Flow, key: str, words: str) -> str:
    people = int(flow.by_arm[key].sum())
    return f"{people:,} {words}" if people else ""


def _attrition(results: Results, table: pd.DataFrame, arm: str) -> dict[str, Any]:
    row = table.loc[arm]
    return {
        "label": results.study.label(arm),
        "lost": f"{int(row['lost']):,} of {int(row['people']):,}",
        "still": f"{int(row['still']):,}",
        "share": (percent(row["share"]), span(row["low"], row["high"], lambda end: number(end * 100))),
        "difference": "reference" if arm == results.study.plan.reference else points(row["difference"]),
    }


def _test(test: Independence) -> tuple[str, str]:
    """Return a test against arm in words: its p, and how it was computed."""
    if test.p != test.p:
        return test.method, ""
    p = p_value(test.p)
    return f"p {p if p.startswith('<') else f'= {p}'}", test.method


def _bounds(results: Results) -> list[dict[str, Any]]:
    """Return Lee's and Manski's bounds of each difference, where attrition calls for them."""
    if results.bounds is None:
        return []
    measure = measure_of(results.study)
    return [
        {
            "label": results.study.label(str(arm)),
            "seen": measure.difference(row["estimate"]),
            "lee": _bound(measure, row),
            "manski": _bound(measure, results.bounds.manski.loc[arm]),
        }
        for arm, row in results.bounds.lee.iterrows()
    ]


def _bound(measure: Measure, row: pd.Series) -> tuple[str, str]:
    ends = measure.difference_interval(row["low"], row["high"])
    return measure.difference_interval(row["lower"], row["upper"]), ends


def _bounds_sentence(results: Results) -> str:
    """Return the sentence of the bounds with the arms' labels in place of their names."""
    if results.bounds is None:
        return ""
    told = results.bounds.sentence
    for arm in results.study.arms:
        told = told.replace(f"({arm.name})", f"({arm.label})")
    return told.replace("%", " %")


def _bounds_table(results: Results) -> list[NamedTable]:
    if results.bounds is None:
        return []
    parts = {"Lee": results.bounds.lee, "Manski": results.bounds.manski}
    stacked = pd.concat(parts, names=["bounds"]).reset_index()
    stacked.insert(2, "label", [results.study.label(arm) for arm in stacked["arm"]])
    return [NamedTable("attrition-bounds", "Bounds of the differences under attrition", stacked)]


def _exclusion(results: Results, number: int) -> dict[str, Any]:
    excluded = results.exclusions[number]
    return {
        "number": number + 1,
        "name": excluded.rule.name,
        "kind": excluded.rule.kind,
        "use": excluded.rule.use,
        "by_arm": [
            (f"{int(row['hit']):,}", f"of {int(row['people']):,}")
            for _, row in excluded.shares.reindex(results.study.arm_names).iterrows()
        ],
        "total": f"{len(excluded.participants):,}",
        "undefined": f"{excluded.undefined:,}",
        "test": _test(excluded.test),
    }


def _exclusion_table(results: Results) -> list[NamedTable]:
    if not results.exclusions:
        return []
    return [NamedTable("exclusions", "Named exclusions by arm", exclusion_flow(results.exclusions))]


def _counts(flow: Flow) -> pd.DataFrame:
    counts = {key: value for key, value in asdict(flow).items() if key != "by_arm"}
    return pd.DataFrame({"step": list(counts), "people": list(counts.values())})


UNKNOWN = "How they came to be analysed needs a table of participants, which a mapped table has not."
CONDITIONS = "Each person may have seen several of them, so the flow by arm is not drawn."


def _without_participants(results: Results, why: str) -> Section:
    people = people_by_arm(results.trials, results.study.arm_names)
    told = [f"{results.study.label(arm)} {count(people[arm], 'person', 'people')}" for arm in people.index]
    content = {
        "alone": f"Analysed: {'; '.join(told)}. {why}",
        "exclusions": [_exclusion(results, number) for number in range(len(results.exclusions))],
        "labels": [arm.label for arm in results.study.arms],
    }
    return Section("flow", HEADING, content, tuple(_exclusion_table(results)))
