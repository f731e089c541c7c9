"""The sections of the report in their order. To add one: a file here, a template, a line."""

from __future__ import annotations

from dataclasses import dataclass
from pkgutil import resolve_name

from analysis.planned import Results
from analysis.report.section import Section

PLANNED = (
    "analysis.report.sections.verdict:verdict",
    "analysis.report.sections.forest:forest",
    "analysis.report.sections.flow:flow",
    "analysis.report.sections.plan:plan",
    "analysis.report.sections.primary:primary",
    "analysis.report.sections.model:model",
    "analysis.report.sections.means:means",
    "analysis.report.sections.checks:checks",
    "analysis.report.sections.sensitivity:sensitivity",
    "analysis.report.sections.metrics:secondary",
    "analysis.report.sections.deviations:deviations",
)
EXPLORATORY = (
    "analysis.report.sections.metrics:metrics",
    "analysis.report.sections.wrong_items:wrong_items",
    "analysis.report.sections.ratings:ratings",
    "analysis.report.sections.subjective:subjective",
    "analysis.report.sections.estimates:estimates",
    "analysis.report.sections.items:items",
    "analysis.report.sections.calibration:calibration",
    "analysis.report.sections.time:time",
    "analysis.report.sections.curve:curve",
    "analysis.report.sections.pareto:pareto",
    "analysis.report.sections.scores:scores",
    "analysis.report.sections.tables:tables",
)
ABOUT = ("analysis.report.sections.methods:methods",)


@dataclass(frozen=True)
class Group:
    """Sections under one heading; without a heading they stand on their own."""

    sections: tuple[Section, ...]
    heading: str = ""
    note: str = ""


def build_groups(results: Results) -> list[Group]:
    """Return every section of the report, in order, under what it may be called."""
    return [
        Group(_built(PLANNED, results)),
        Group(
            _built(EXPLORATORY, results),
            "Exploratory",
            "Nothing from here on was planned as a test. It describes these data, and may suggest the next study.",
        ),
        Group(_built(ABOUT, results)),
    ]


def _built(names: tuple[str, ...], results: Results) -> tuple[Section, ...]:
    return tuple(resolve_name(where)(results) for where in names)
