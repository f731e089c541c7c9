"""A chart with one row for each arm: its label, a drawing on a common scale, its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from markupsafe import Markup

from analysis.report.charts.chart import Axis
from analysis.report.charts.svg import document, element, notes_below, wrapped

WIDTH, PLOT_FROM, PLOT_TO, ROW = 760, 190, 560, 44


@dataclass(frozen=True)
class Segment:
    """A part of a stacked bar from `start` to `end`, with the text that stands in it."""

    start: float
    end: float
    text: str
    rank: str  # first, second, third: the classes of the three fills


@dataclass(frozen=True)
class Row:
    """One row: a point with its interval, or the segments of a bar."""

    label: str
    strong: str
    small: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    segments: tuple[Segment, ...] = ()
    is_accent: bool = False

    @property
    def has_interval(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def has_value(self) -> bool:
        return math.isfinite(self.value)


@dataclass(frozen=True)
class RowChart:
    """Rows on a common axis, with a zero line and a shaded zone where they are given."""

    name: str
    title: str
    caption: str
    rows: tuple[Row, ...]
    axis: Axis
    zero: float | None = None
    zone: tuple[float, float] | None = None
    below: tuple[str, str] | None = None  # words on either side of zero
    heads: tuple[str, ...] = field(default_factory=tuple)  # names of the segments

    @property
    def bottom(self) -> float:
        return 52.0 + (24 if self.heads else 0) + ROW * len(self.rows)

    def as_file(self, warning: str = "") -> str:
        """Return the chart as a standalone SVG document."""
        notes, end = notes_below(self.caption, warning, self.bottom + (70 if self.below else 50))
        parts = [element("text", self.title, x=16, y=30, class_="title"), *self._frame(), *notes]
        for number, row in enumerate(self.rows):
            parts += self._row(row, self.bottom - ROW * (len(self.rows) - number - 0.5))
        return document(self.title, self.caption, WIDTH, int(end), parts)

    def _x(self, value: float) -> float:
        return PLOT_FROM + (PLOT_TO - PLOT_FROM) * self.axis.share(value)

    def _frame(self) -> list[Markup]:
        top = self.bottom - ROW * len(self.rows)
        parts = []
        if self.zone:
            start, end = (self._x(value) for value in self.zone)
            parts.append(
                element("rect", class_="zone", x=start, y=top, width=end - start, height=self.bottom - top)
            )
        if self.zero is not None:
            at = self._x(self.zero)
            parts.append(element("line", class_="zero", x1=at, x2=at, y1=top, y2=self.bottom))
        for tick, label in zip(self.axis.ticks, self.axis.labels, strict=True):
            at = self._x(tick)
            parts.append(element("line", class_="zero", x1=at, x2=at, y1=self.bottom, y2=self.bottom + 6))
            parts.append(element("text", label, class_="small middle", x=at, y=self.bottom + 22))
        if self.below and self.zero is not None:
            at = self._x(self.zero)
            parts.append(element("text", self.below[0], class_="small end", x=at - 6, y=self.bottom + 42))
            parts.append(element("text", self.below[1], class_="small", x=at + 6, y=self.bottom + 42))
        return parts + self._heads(top)

    def _heads(self, top: float) -> list[Markup]:
        parts, x = [], float(PLOT_FROM)
        for head, segment in zip(self.heads, self.rows[0].segments if self.rows else (), strict=False):
            parts.append(
                element("rect", class_=f"segment {segment.rank}", x=x, y=top - 13, width=11, height=11)
            )
            parts.append(element("text", head, class_="small", x=x + 17, y=top - 3))
            x += 40 + 7 * len(head)
        return parts

    def _row(self, row: Row, y: float) -> list[Markup]:
        kind = " accent" if row.is_accent else ""
        label = wrapped(row.label, 23)
        parts = [
            element("text", line, class_="strong", x=16, y=y + 5 + 17 * number - 8.5 * (len(label) - 1))
            for number, line in enumerate(label)
        ]
        parts += [self._segment(segment, y) for segment in row.segments]
        if row.has_interval:
            start, end = self._x(row.low), self._x(row.high)
            parts.append(element("line", class_=f"reach{kind}", x1=start, x2=end, y1=y, y2=y))
        if row.has_value:
            parts.append(element("circle", class_=f"dot{kind}", cx=self._x(row.value), cy=y, r=6.5))
        parts.append(element("text", row.strong, class_="strong end", x=WIDTH - 16, y=y - 2))
        parts.append(element("text", row.small, class_="small end", x=WIDTH - 16, y=y + 15))
        return parts

    def _segment(self, segment: Segment, y: float) -> Markup:
        start, end = self._x(segment.start), self._x(segment.end)
        bar = element(
            "rect", class_=f"segment {segment.rank}", x=start, y=y - 13, width=end - start, height=26
        )
        words = {"class_": f"small middle on-{segment.rank}", "x": (start + end) / 2, "y": y + 5}
        return bar + (element("text", segment.text, **words) if segment.text else Markup())
