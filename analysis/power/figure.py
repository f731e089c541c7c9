"""Power curves as a figure: participants along the bottom, one line per number of items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.power.curves import ALL
from analysis.power.smallest import TARGETS, headline

COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#000000",
)  # Okabe and Ito (2008)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: Any = {"font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "power"}


def power_figure(curve: pd.DataFrame) -> Figure:
    """Draw the power of the judged contrast (see `headline`) with its intervals."""
    figure = Figure(figsize=(4.8, 3.4), layout="constrained")
    axes = figure.add_subplot()
    judged = headline(curve)
    for number, (items, rows) in enumerate(judged.groupby("items")):
        _line(axes, rows.sort_values("participants"), f"{items} items", number)
    for target in TARGETS:
        axes.axhline(target, color="#767676", linewidth=0.8, linestyle=":")
    what = "all contrasts" if (judged["contrast"] == ALL).all() else "the contrast"
    axes.set(xlabel="Participants in all", ylabel=f"Power of {what}", ylim=(0, 1.02))
    axes.set_xticks(sorted(judged["participants"].unique()))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="best")
    return figure


def save_figure(curve: pd.DataFrame, folder: Path) -> list[Path]:
    """Write the figure as SVG and PNG; return where they are."""
    paths = [folder / "power.svg", folder / "power.png"]
    with rc_context(STYLE):
        figure = power_figure(curve)
        for path in paths:
            figure.savefig(path, dpi=200, metadata={"Date": None} if path.suffix == ".svg" else None)
    return paths


def _line(axes: Axes, rows: pd.DataFrame, label: str, number: int) -> None:
    colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
    reach = [rows["power"] - rows["low"], rows["high"] - rows["power"]]
    look: Any = {"color": colour, "marker": marker, "markersize": 4.5, "linewidth": 1.3, "capsize": 2.5}
    axes.errorbar(rows["participants"], rows["power"], yerr=reach, elinewidth=0.8, label=label, **look)
