"""Small multiples: one square panel for each arm, with a curve against the diagonal."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.report.charts.plot import ACCENT, EDGE, SOFT, new_figure

COLUMNS = 3


@dataclass(frozen=True)
class Point:
    """A point of a curve, both coordinates in [0, 1], with the number of trials behind it."""

    x: float
    y: float
    trials: int

    @property
    def left(self) -> str:
        return f"{100 * self.x:.2f}%"

    @property
    def top(self) -> str:
        return f"{100 * (1 - self.y):.2f}%"

    @property
    def radius(self) -> float:
        """Small below 30 trials, so that an unsure point does not catch the eye."""
        return 5.0 if self.trials >= 30 else 3.0


@dataclass(frozen=True)
class Panel:
    """One panel: whose curve, its points, and a line of numbers below."""

    label: str
    note: str
    points: tuple[Point, ...]

    @property
    def pairs(self) -> list[tuple[Point, Point]]:
        """Neighbouring points, which a line joins."""
        return list(pairwise(self.points))


@dataclass(frozen=True)
class PanelChart:
    """Panels with the same two axes from 0 to 1."""

    name: str
    title: str
    caption: str
    across: str
    up: str
    panels: tuple[Panel, ...]
    is_picture: ClassVar[bool] = False

    def draw(self) -> Figure:
        """Return the figure: a grid of squares with the same axes."""
        columns = min(COLUMNS, len(self.panels))
        rows = -(-len(self.panels) // columns)
        figure, grid = new_figure(0.7 + rows * (0.7 + 4.2 / columns), columns, rows)
        for number, (axes, panel) in enumerate(zip(grid, self.panels, strict=False)):
            self._panel(axes, panel)
            if number % columns == 0:
                axes.set_ylabel(self.up)
            if number + columns >= len(self.panels):
                axes.set_xlabel(self.across)
        for axes in grid[len(self.panels) :]:
            axes.set_visible(False)
        return figure

    def _panel(self, axes: Axes, panel: Panel) -> None:
        axes.set_title(
            f"{textwrap.fill(panel.label, 20)}\n", fontsize=8.5, loc="left", fontweight="bold", pad=2
        )
        axes.text(0, 1.04, panel.note, transform=axes.transAxes, fontsize=6.5, color=SOFT)
        axes.plot([0, 1], [0, 1], color=EDGE, linewidth=1, linestyle=(0, (5, 4)))
        axes.plot([p.x for p in panel.points], [p.y for p in panel.points], color=ACCENT, linewidth=1.4)
        for point in panel.points:
            axes.plot(
                [point.x],
                [point.y],
                "o",
                color=ACCENT,
                markersize=point.radius * 0.9,
                markeredgecolor="white",
            )
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.06), aspect="equal")
        axes.set_xticks([0, 0.5, 1], ["0", "50", "100"])
        axes.set_yticks([0, 0.5, 1], ["0", "50", "100"])
