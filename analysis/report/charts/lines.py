"""Curves over a common scale, one for each arm, with the interval of each point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.report.charts.chart import Axis
from analysis.report.charts.plot import EDGE, SUNK, named_beside, new_figure, series, tall_enough


@dataclass(frozen=True)
class Curve:
    """One arm's curve: places, values and the ends of their intervals, all of one length."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class LineChart:
    """Curves on two axes, each named at its end; `line` is a height that is drawn dashed."""

    name: str
    title: str
    caption: str
    across: str
    up: str
    curves: tuple[Curve, ...]
    x_axis: Axis
    y_axis: Axis
    line: float | None = None
    is_picture: ClassVar[bool] = True

    def draw(self) -> Figure:
        """Return the figure."""
        figure, (axes,) = new_figure(tall_enough(3.4, [curve.label for curve in self.curves]))
        axes.set(xlabel=self.across, ylabel=self.up)
        axes.set_xlim(self.x_axis.low, self.x_axis.high)
        axes.set_ylim(self.y_axis.low, self.y_axis.high)
        axes.set_xticks(self.x_axis.ticks, self.x_axis.labels)
        axes.set_yticks(self.y_axis.ticks, self.y_axis.labels)
        axes.grid(axis="y", color=SUNK, linewidth=0.8)
        axes.set_axisbelow(True)
        if self.line is not None:
            axes.axhline(self.line, color=EDGE, linewidth=1, linestyle=(0, (5, 4)))
        for number, curve in enumerate(self.curves):
            self._curve(axes, curve, number)
        self._names(axes)
        return figure

    def _curve(self, axes: Axes, curve: Curve, number: int) -> None:
        shift = (number - (len(self.curves) - 1) / 2) * 0.018 * (self.x_axis.high - self.x_axis.low)
        x, y = np.array(curve.x) + shift, np.array(curve.y)
        reach = np.array([y - np.array(curve.low), np.array(curve.high) - y])
        look = series(number)
        axes.errorbar(x, y, np.nan_to_num(reach).clip(min=0), fmt="none", ecolor=look["color"], elinewidth=1)
        axes.plot(x, y, linewidth=1.4, markersize=5, **look)

    def _names(self, axes: Axes) -> None:
        ends = [
            (self.y_axis.share(curve.y[-1]), curve.label, series(number))
            for number, curve in enumerate(self.curves)
            if curve.y and math.isfinite(curve.y[-1])
        ]
        named_beside(axes, ends)
