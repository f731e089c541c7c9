"""Items in order of how hard they are, told apart by whether the model gets them right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.report.charts.chart import Axis
from analysis.report.charts.plot import ACCENT, EDGE, INK, MIDDLE, SUNK, new_figure

ROW = 0.165  # inches
LOOKS: dict[str, dict[str, Any]] = {
    "model right": {"marker": "o", "color": INK, "markersize": 4.5},
    "model wrong": {"marker": "D", "color": ACCENT, "markersize": 4.5},
    "not known": {"marker": "o", "color": MIDDLE, "markersize": 4.5},
}


@dataclass(frozen=True)
class ItemPoint:
    """One item: its estimated share of right answers with an interval, the raw share, and which look it has."""

    label: str
    value: float
    low: float
    high: float
    raw: float
    look: str


@dataclass(frozen=True)
class ItemChart:
    """A row for each item on a common axis; `line` is drawn dashed, and `shrunken` says that raw shares differ."""

    name: str
    title: str
    caption: str
    across: str
    points: tuple[ItemPoint, ...]
    axis: Axis
    line: float | None = None
    is_picture: ClassVar[bool] = True

    def draw(self) -> Figure:
        """Return the figure: the first point on top."""
        figure, (axes,) = new_figure(1.3 + ROW * len(self.points))
        places = np.arange(len(self.points), 0, -1)
        axes.set_xlim(self.axis.low, self.axis.high)
        axes.set_xticks(self.axis.ticks, self.axis.labels)
        axes.set_ylim(0.2, len(self.points) + 0.8)
        axes.set_yticks(places, [_short(point.label) for point in self.points], fontsize=7)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(self.across)
        axes.grid(axis="y", color=SUNK, linewidth=0.8)
        axes.set_axisbelow(True)
        if self.line is not None:
            axes.axvline(self.line, color=EDGE, linewidth=1, linestyle=(0, (5, 4)))
        for point, place in zip(self.points, places, strict=True):
            self._point(axes, point, float(place))
        self._legend(axes)
        return figure

    def _point(self, axes: Axes, point: ItemPoint, place: float) -> None:
        look = LOOKS[point.look]
        axes.plot([point.low, point.high], [place, place], color=look["color"], linewidth=1.1)
        axes.plot([point.raw], [place], "|", color=look["color"], markersize=6)
        axes.plot([point.value], [place], linestyle="", markeredgecolor="white", markeredgewidth=0.6, **look)

    def _legend(self, axes: Axes) -> None:
        used = [name for name in LOOKS if any(point.look == name for point in self.points)]
        handles = [Line2D([], [], linestyle="", label=name, **LOOKS[name]) for name in used]
        handles.append(
            Line2D([], [], linestyle="", marker="|", color=INK, markersize=6, label="share as counted")
        )
        axes.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(handles),
            frameon=False,
            fontsize=8,
            handletextpad=0.2,
            columnspacing=1.2,
        )


def _short(label: str) -> str:
    return label if len(label) <= 22 else f"{label[:10]}…{label[-10:]}"
