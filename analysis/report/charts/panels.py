"""Small multiples: one square panel for each arm, with a curve against the diagonal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from analysis.report.charts.svg import document, element, notes_below

SIDE, GAP, COLUMNS = 200, 44, 3


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

    def as_file(self, warning: str = "") -> str:
        """Return the chart as a standalone SVG document."""
        width = GAP + COLUMNS * (SIDE + GAP)
        rows = -(-len(self.panels) // COLUMNS)
        end = 60 + rows * (SIDE + 110)
        notes, bottom = notes_below(self.caption, warning, end)
        parts = [element("text", self.title, x=16, y=30, class_="title")]
        for number, panel in enumerate(self.panels):
            row, column = divmod(number, COLUMNS)
            parts += self._panel(panel, GAP + column * (SIDE + GAP), 76 + row * (SIDE + 110))
        return document(self.title, self.caption, width, int(bottom), [*parts, *notes])

    def _panel(self, panel: Panel, left: float, top: float) -> list[Markup]:
        parts = [
            element("text", panel.label, class_="strong", x=left, y=top - 10),
            element("rect", class_="zone", x=left, y=top, width=SIDE, height=SIDE),
            element("line", class_="zero dash", x1=left, y1=top + SIDE, x2=left + SIDE, y2=top),
        ]
        for tick in (0, 0.5, 1):
            x, y = left + tick * SIDE, top + (1 - tick) * SIDE
            parts.append(element("text", f"{tick * 100:g}", class_="small middle", x=x, y=top + SIDE + 18))
            parts.append(element("text", f"{tick * 100:g}", class_="small end", x=left - 6, y=y + 5))
        parts.append(
            element("text", self.across, class_="small middle", x=left + SIDE / 2, y=top + SIDE + 36)
        )
        parts.append(element("text", panel.note, class_="small", x=left, y=top + SIDE + 58))
        at = [(left + point.x * SIDE, top + (1 - point.y) * SIDE, point.radius) for point in panel.points]
        for (x1, y1, _), (x2, y2, _) in pairwise(at):
            parts.append(element("line", class_="line", x1=x1, y1=y1, x2=x2, y2=y2))
        parts += [element("circle", class_="dot accent", cx=x, cy=y, r=radius) for x, y, radius in at]
        return parts
