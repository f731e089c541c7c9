"""A chart with one row for each arm: its label, a drawing on a common scale, its numbers."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, field
from typing import Any, ClassVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from analysis.report.charts.chart import Axis
from analysis.report.charts.plot import ACCENT, EDGE, FILLS, INK, SOFT, SUNK, new_figure

ROW = 0.42  # inches


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
    is_picture: ClassVar[bool] = False

    def draw(self) -> Figure:
        """Return the figure: labels to the left, numbers to the right of a common axis."""
        figure, (axes,) = new_figure(1.0 + ROW * len(self.rows) + (0.25 if self.heads else 0.0))
        places = [float(len(self.rows) - number) for number in range(len(self.rows))]
        self._frame(axes, places)
        for row, place in zip(self.rows, places, strict=True):
            self._row(axes, row, place)
        if self.heads:
            self._legend(axes)
        return figure

    def _frame(self, axes: Axes, places: list[float]) -> None:
        if self.zone:
            axes.axvspan(*self.zone, color=SUNK, linewidth=0, zorder=0)
        if self.zero is not None:
            axes.axvline(self.zero, color=EDGE, linewidth=1, zorder=1)
        axes.set_xlim(self.axis.low, self.axis.high)
        axes.set_xticks(self.axis.ticks, self.axis.labels)
        axes.set_ylim(0.4, len(self.rows) + 0.6)
        axes.set_yticks(places, [textwrap.fill(row.label, 20) for row in self.rows], color=INK)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        if self.below and self.zero is not None:
            self._directions(axes, *self.below)

    def _directions(self, axes: Axes, left: str, right: str) -> None:
        """Say below the axis what either side of zero means."""
        for text, side, shift in ((left, "right", -6), (right, "left", 6)):
            axes.annotate(
                text,
                (self.zero, 0),
                (shift, -20),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha=side,
                va="top",
                fontsize=8.5,
                color=SOFT,
            )

    def _row(self, axes: Axes, row: Row, place: float) -> None:
        color = ACCENT if row.is_accent else INK
        for segment in row.segments:
            width = segment.end - segment.start
            axes.barh(
                place, width, 0.6, segment.start, color=FILLS[segment.rank], edgecolor=EDGE, linewidth=0.6
            )
            dark = "white" if segment.rank == "first" else INK
            middle = (segment.start + segment.end) / 2
            axes.text(middle, place, segment.text, ha="center", va="center", fontsize=8, color=dark)
        if row.has_interval:
            axes.plot([row.low, row.high], [place, place], color=color, linewidth=1.6, zorder=2)
        if row.has_value:
            axes.plot(
                [row.value], [place], "o", color=color, markersize=5.5, markeredgecolor="white", zorder=3
            )
        beside = axes.get_yaxis_transform()
        said: dict[str, Any] = {"transform": beside, "ha": "left", "clip_on": False}
        axes.text(1.03, place + 0.02, row.strong, va="bottom", fontweight="bold", **said)
        axes.text(1.03, place - 0.02, row.small, va="top", fontsize=7.5, color=SOFT, **said)

    def _legend(self, axes: Axes) -> None:
        names = zip(("first", "second", "third"), self.heads, strict=False)
        handles = [Patch(facecolor=FILLS[rank], edgecolor=EDGE, label=head) for rank, head in names]
        axes.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=3,
            frameon=False,
            fontsize=8,
            handlelength=0.9,
        )
