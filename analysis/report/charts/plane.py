"""Points in a plane, one for each arm, with intervals both ways: two measures looked at together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.report.charts.chart import Axis
from analysis.report.charts.plot import EDGE, SUNK, named_beside, new_figure, series, tall_enough


@dataclass(frozen=True)
class PlanePoint:
    """One arm: its two values with intervals (NaN where there is none), and a note behind its label."""

    label: str
    x: float
    y: float
    x_ends: tuple[float, float] = (math.nan, math.nan)
    y_ends: tuple[float, float] = (math.nan, math.nan)
    note: str = ""
    area: float = 1.0  # of the mark, relative to the others
    is_hollow: bool = False

    @property
    def is_drawn(self) -> bool:
        return math.isfinite(self.x) and math.isfinite(self.y)


@dataclass(frozen=True)
class PlaneChart:
    """Points on two axes, named beside them from top to bottom; with `zeros`, a line at zero on either axis."""

    name: str
    title: str
    caption: str
    across: str
    up: str
    points: tuple[PlanePoint, ...]
    x_axis: Axis
    y_axis: Axis
    zeros: bool = False
    is_picture: ClassVar[bool] = True

    def draw(self) -> Figure:
        """Return the figure."""
        figure, (axes,) = new_figure(tall_enough(3.6, [f"{one.label}  {one.note}" for one in self.points]))
        axes.set(xlabel=self.across, ylabel=self.up)
        axes.set_xlim(self.x_axis.low, self.x_axis.high)
        axes.set_ylim(self.y_axis.low, self.y_axis.high)
        axes.set_xticks(self.x_axis.ticks, self.x_axis.labels)
        axes.set_yticks(self.y_axis.ticks, self.y_axis.labels)
        axes.grid(color=SUNK, linewidth=0.8)
        axes.set_axisbelow(True)
        if self.zeros:
            axes.axhline(0, color=EDGE, linewidth=1, zorder=1)
            axes.axvline(0, color=EDGE, linewidth=1, zorder=1)
        for number, point in enumerate(self.points):
            self._point(axes, point, _look(number, point))
        ends = [
            (self.y_axis.share(point.y), f"{point.label}  {point.note}".rstrip(), _look(number, point))
            for number, point in enumerate(self.points)
            if point.is_drawn
        ]
        named_beside(axes, ends)
        return figure

    def _point(self, axes: Axes, point: PlanePoint, look: dict[str, Any]) -> None:
        if not point.is_drawn:
            return
        reach: dict[str, Any] = {"color": look["color"], "linewidth": 1.2, "zorder": 2}
        if all(map(math.isfinite, point.x_ends)):
            axes.plot(point.x_ends, [point.y, point.y], **reach)
        if all(map(math.isfinite, point.y_ends)):
            axes.plot([point.x, point.x], point.y_ends, **reach)
        size = 6 * math.sqrt(point.area)
        axes.plot([point.x], [point.y], linestyle="", markersize=size, zorder=3, **look)


def _look(number: int, point: PlanePoint) -> dict[str, Any]:
    """Return the arm's hue and mark; a hollow one keeps its hue as outline."""
    look = series(number)
    if point.is_hollow:
        look |= {"markerfacecolor": "white", "markeredgecolor": look["color"], "markeredgewidth": 1.3}
    return look
