"""What every chart has, and the scale on which it puts its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from matplotlib.figure import Figure

from analysis.report.charts.plot import FORMATS, notes_below, saved, style


class Chart(Protocol):
    """A chart knows its name, title and caption, and draws itself for a paper."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def caption(self) -> str: ...

    @property
    def is_picture(self) -> bool:
        """Whether the page shows the drawn figure; else its template draws the same numbers itself."""
        ...

    def draw(self) -> Figure:
        """Return the figure; called within `plot.style`."""
        ...


def files_of(chart: Chart, formats: Sequence[str] = FORMATS, warning: str = "") -> dict[str, bytes]:
    """Return a chart in each format; `warning` stands below it, e.g. that the data are simulated."""
    if not formats:
        return {}
    with style():
        figure = chart.draw()
        figure.suptitle(chart.title, fontsize=10, fontweight="bold", x=0.01, ha="left")
        notes_below(figure, chart.caption, warning)
        return saved(figure, formats)


def drawing_of(chart: Chart) -> bytes:
    """Return a chart as SVG without title and caption, which the page gives as text."""
    with style():
        return saved(chart.draw(), ("svg",))["svg"]


@dataclass(frozen=True)
class Axis:
    """A linear scale from `low` to `high` with its ticks and their labels."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def share(self, value: float) -> float:
        """Return where a value lies, from 0 at `low` to 1 at `high`; values beyond stay at the end."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    def per_cent(self, value: float) -> str:
        """Return where a value lies as a CSS percentage."""
        return f"{100 * self.share(value):.2f}%"


def nice_axis(low: float, high: float, tell: Callable[[float, int], str], aim: int = 6) -> Axis:
    """Return an axis that holds `low` and `high`, with about `aim` round ticks.

    `tell` writes a tick with as many digits behind the point as tell the ticks apart.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low >= high:
        low, high = (low - 0.5, low + 0.5) if math.isfinite(low) else (0.0, 1.0)
    step = _round_step((high - low) / aim)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(number * step, 10) for number in range(first, last + 1))
    edge = 0.12 * step
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return Axis(ticks[0] - edge, ticks[-1] + edge, ticks, tuple(tell(tick, digits) for tick in ticks))


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
