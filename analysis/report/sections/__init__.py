"""The sections of the report in their order. To add one: a file here, a template, a line."""

from __future__ import annotations

from pkgutil import resolve_name

from analysis.planned import Results
from analysis.report.section import Section

SECTIONS = (
    "analysis.report.sections.verdict:verdict",
    "analysis.report.sections.forest:forest",
    "analysis.report.sections.primary:primary",
    "analysis.report.sections.flow:flow",
    "analysis.report.sections.sensitivity:sensitivity",
    "analysis.report.sections.wrong_items:wrong_items",
    "analysis.report.sections.ratings:ratings",
    "analysis.report.sections.calibration:calibration",
    "analysis.report.sections.time:time",
    "analysis.report.sections.estimates:estimates",
    "analysis.report.sections.plan:plan",
    "analysis.report.sections.items:items",
    "analysis.report.sections.methods:methods",
)


def build_sections(results: Results) -> list[Section]:
    """Return every section of the report, in order."""
    return [resolve_name(where)(results) for where in SECTIONS]
