"""The report as one HTML page that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.planned import Results
from analysis.reading.study import Study
from analysis.report.section import NamedTable
from analysis.report.sections import Group
from analysis.report.words import short_hash

HERE = Path(__file__).parent
GENERATOR = "Foretell analysis report 1"
EMBEDDED_AT_MOST = 400_000  # bytes of one CSV; a larger one lies in tables/ only


def render_page(
    results: Results, groups: Sequence[Group], csv: dict[str, bytes], pictures: dict[str, bytes]
) -> str:
    """Return the whole page.

    Parameters
    ----------
    results : the executed plan
    groups : as `build_groups` returns them
    csv : each table's name → its CSV file
    pictures : the name of each chart that is shown as drawn → its SVG
    """
    page = _environment().get_template("page.html")
    banner = banner_of(results.study)
    tables = [table for group in groups for section in group.sections for table in section.tables]
    return page.render(
        study=results.study,
        groups=groups,
        css=Markup((HERE / "report.css").read_text("utf-8")),  # ours, and no place for anyone's text
        generator=GENERATOR,
        facts=_facts(results.study),
        banner=banner,
        simulated_note=f" {banner[0]}" if banner else "",
        pictures={name: _embedded("image/svg+xml", svg) for name, svg in pictures.items()},
        tables=[_link(table, csv[table.name]) for table in tables],
    )


def banner_of(study: Study) -> tuple[str, str] | None:
    """Return what must stand above data that are not of real participants, in two sentences."""
    return {
        "simulated": (
            "Simulated data.",
            "Virtual participants with planted effects gave these answers; they say nothing about people.",
        ),
        "preview": (
            "Preview data.",
            "The research team gave these answers while looking at the study; they count for nothing.",
        ),
    }.get(study.source)


def _environment() -> Environment:
    loader = FileSystemLoader(HERE / "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _facts(study: Study) -> list[Markup | str]:
    facts: list[Markup | str] = []
    if study.facts.get("status"):
        facts.append(str(study.facts["status"]).capitalize())
    if exported := study.facts.get("exported_at"):
        facts.append(f"exported {exported[:10]}")
    facts.append(f"{study.source} participants" if study.source != "mapped" else "a table with a mapping")
    facts.append(_hash("data", study.data_sha256))
    if study.versions:
        facts.append(_hash("protocol", str(study.versions[-1]["sha256"])))
    return facts


def _hash(what: str, value: str) -> Markup:
    return Markup('{} <span class="hash">sha256 {}</span>').format(what, short_hash(value))


def _link(table: NamedTable, csv: bytes) -> dict[str, Any]:
    rows = len(table.frame)
    return {
        "name": table.name,
        "title": table.title,
        "rows": f"{rows:,} row{'s' * (rows != 1)}",
        "link": _embedded("text/csv;charset=utf-8", csv) if len(csv) <= EMBEDDED_AT_MOST else "",
    }


def _embedded(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
