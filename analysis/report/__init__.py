"""The report: the executed plan as one page, with its tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.planned import DRAWS, run_plan
from analysis.reading import Study, read_export, read_mapped
from analysis.report.charts.plot import FORMATS
from analysis.report.writing import check_destination, write_report
from analysis.resampling import Progress


def report(
    data: str | Path,
    out: str | Path,
    *,
    mapping: str | Path | None = None,
    source: str | None = None,
    force: bool = False,
    draws: int = DRAWS,
    progress: Progress = iter,
    formats: Sequence[str] = FORMATS,
) -> Path:
    """Execute the analysis plan of an export, or of any table with a mapping, and write the report.

    Parameters
    ----------
    data : folder of an export, or a CSV table when there is a mapping
    out : folder that is made; it may not exist
    mapping : YAML file, for a table
    source : `recruited`, `simulated` or `preview`; see `read_export`
    force : replace `out` where it holds an earlier report
    draws : bootstrap draws of the cross-check
    progress : wraps the bootstrap's sequence of chunks, e.g. `tqdm`
    formats : of the figures' files: `svg`, `pdf`, `png`

    Returns
    -------
    Path of the page

    Raises
    ------
    AnalysisError : something is missing or wrong; the message says what and where.
    """
    check_destination(Path(out), force)
    study = _read(data, mapping, source)
    results = run_plan(study, draws=draws, progress=progress)
    return write_report(results, Path(out), force=force, formats=formats)


def _read(data: str | Path, mapping: str | Path | None, source: str | None) -> Study:
    return read_export(data, source) if mapping is None else read_mapped(data, mapping)
