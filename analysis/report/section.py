"""A part of the report: what its template is given, its tables and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.report.charts.chart import Chart


@dataclass(frozen=True)
class NamedTable:
    """A table that is also given as a CSV file."""

    name: str
    title: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class Section:
    """One part of the report; with `missing`, that one line stands in its place."""

    name: str
    heading: str
    content: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[NamedTable, ...] = ()
    figures: tuple[Chart, ...] = ()
    missing: str = ""
    template: str = ""

    @property
    def template_name(self) -> str:
        """The template that tells it: the one called like the section, unless it names another."""
        return self.template or f"sections/{self.name}.html"
