"""Points in a plane, one for each arm, with intervals both ways: two measures looked at together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.report.charts.chart import Axis
from analysis.report.charts.plot import ACCENT, EDGE, INK, MIDDLE, SOFT, SUNK, new_figure

NEAREST = 0.075  # labels closer than this share of the height are moved apart


@dataclass(frozen=True)
class PlanePoint:
    """One arm: its two values with intervals (NaN where there is none), and a note beside its label."""

    label: str
    x: float
    y: float
    x_ends: tuple[float, float] = (math.nan, math.nan)
    y_ends: tuple[float, float] = (math.nan, math.nan)
    note: str = ""
    area: float = 1.0  # of the mark, relative to the others
    is_accent: bool = False
    is_faint: bool = False


@dataclass(frozen=True)
class PlaneChart:
    """Points on two axes; with `diagonal`, the line where both are equal."""

    name: str
    title: str
    caption: str
    across: str
    up: str
    points: tuple[PlanePoint, ...]
    x_axis: Axis
    y_axis: Axis
    diagonal: bool = False
    zeros: bool = False
    is_picture: ClassVar[bool] = True

    def draw(self) -> Figure:
        """Return the figure."""
        figure, (axes,) = new_figure(3.9)
        axes.set(xlabel=self.across, ylabel=self.up)
        axes.set_xlim(self.x_axis.low, self.x_axis.high)
        axes.set_ylim(self.y_axis.low, self.y_axis.high)
        axes.set_xticks(self.x_axis.ticks, self.x_axis.labels)
        axes.set_yticks(self.y_axis.ticks, self.y_axis.labels)
        axes.grid(color=SUNK, linewidth=0.8)
        axes.set_axisbelow(True)
        if self.diagonal:
            axes.axline((0, 0), slope=1, color=EDGE, linewidth=1, linestyle=(0, (5, 4)))
        if self.zeros:
            axes.axhline(0, color=EDGE, linewidth=1)
            axes.axvline(0, color=EDGE, linewidth=1)
        for point in self.points:
            self._point(axes, point)
        self._labels(axes)
        return figure

    def _point(self, axes: Axes, point: PlanePoint) -> None:
        color = ACCENT if point.is_accent else MIDDLE if point.is_faint else INK
        reach = {"color": color, "linewidth": 1.2, "zorder": 2}
        if all(map(math.isfinite, (*point.x_ends, point.y))):
            axes.plot(point.x_ends, [point.y, point.y], **reach)
        if all(map(math.isfinite, (*point.y_ends, point.x))):
            axes.plot([point.x, point.x], point.y_ends, **reach)
        axes.scatter(
            [point.x], [point.y], s=34 * point.area, color=color, edgecolors="white", linewidths=0.8, zorder=3
        )

    def _labels(self, axes: Axes) -> None:
        """Write each label beside its point; labels that would touch are moved apart upwards."""
        drawn = [p for p in self.points if math.isfinite(p.x) and math.isfinite(p.y)]
        taken: list[float] = []
        for point in sorted(drawn, key=lambda p: self.y_axis.share(p.y)):
            height = self.y_axis.share(point.y) + 0.03
            height = max([height, *(place + NEAREST for place in taken if place + NEAREST > height)])
            taken.append(height)
            is_right = self.x_axis.share(point.x) > 0.6
            text = f"{point.label}  {point.note}".rstrip()
            axes.annotate(
                text,
                (self.x_axis.share(point.x), height),
                (-7 if is_right else 7, 0),
                xycoords="axes fraction",
                textcoords="offset points",
                ha="right" if is_right else "left",
                va="center",
                fontsize=8,
                color=SOFT if point.is_faint else INK,
                annotation_clip=False,
            )
