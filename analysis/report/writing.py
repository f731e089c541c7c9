"""The report's folder: all of it or nothing of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analysis.errors import ReportError
from analysis.planned import Results
from analysis.report.charts.chart import drawing_of, files_of
from analysis.report.charts.plot import FORMATS
from analysis.report.page import GENERATOR, banner_of, render_page
from analysis.report.sections import build_groups

PAGE = "report.html"


def check_destination(out: Path, force: bool) -> None:
    """Raise `ReportError` where a report may not be written, before minutes are spent on it."""
    there = next(place for place in (out, *out.absolute().parents) if place.exists())
    if there != out and not there.is_dir():
        raise ReportError(f"{out}: there is a file at {there}; a folder is needed.")
    if not os.access(there, os.W_OK):
        raise ReportError(f"{out}: nothing may be written into {there}.")
    if not out.exists():
        return
    if not force:
        raise ReportError(f"{out} exists. Choose another --out, or replace an earlier report with --force.")
    page = out / PAGE
    if not page.is_file() or GENERATOR not in page.read_text("utf-8", errors="replace")[:2000]:
        raise ReportError(f"{out} exists and holds no report of Foretell, so --force does not replace it.")


def write_report(
    results: Results, out: Path, *, force: bool = False, formats: Sequence[str] = FORMATS
) -> Path:
    """Write the page, its tables and figures into the folder `out`, and return the page's path.

    Everything is written into a folder beside it, which takes its name at the end: a failure leaves
    nothing half-written, and an earlier report stays until the new one is whole.
    """
    check_destination(out, force)
    try:
        _replace(results, out, formats)
    except OSError as error:
        raise ReportError(f"{out} cannot be written: {error.strerror}.") from error
    return out / PAGE


def _replace(results: Results, out: Path, formats: Sequence[str]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as kept:
        new = Path(kept) / "new"
        _write(results, new, formats)
        if out.exists():
            out.rename(Path(kept) / "old")
        new.rename(out)


def _write(results: Results, folder: Path, formats: Sequence[str]) -> None:
    groups = build_groups(results)
    sections = [section for group in groups for section in group.sections]
    tables = {table.name: table.frame for section in sections for table in section.tables}
    csv = {name: as_csv(frame, results.study.source) for name, frame in tables.items()}
    banner = banner_of(results.study)
    for part in ("tables", "figures"):
        (folder / part).mkdir(parents=True)
    for name, content in csv.items():
        (folder / "tables" / f"{name}.csv").write_bytes(content)
    for section in sections:
        for chart in section.figures:
            for kind, content in files_of(chart, formats, " ".join(banner) if banner else "").items():
                (folder / "figures" / f"{chart.name}.{kind}").write_bytes(content)
    charts = [chart for section in sections for chart in section.figures if chart.is_picture]
    pictures = {chart.name: drawing_of(chart) for chart in charts}
    (folder / PAGE).write_text(render_page(results, groups, csv, pictures), "utf-8")


def as_csv(frame: pd.DataFrame, source: str) -> bytes:
    """Return a table as CSV whose first column names the source of its data."""
    told = frame.copy()
    told.insert(0, "source", source)
    flags = told.select_dtypes(["bool", "boolean"]).columns
    told[flags] = told[flags].astype("boolean").astype("object").replace({True: "true", False: "false"})
    return told.to_csv(index=False, lineterminator="\n", float_format="%.10g").encode("utf-8")
