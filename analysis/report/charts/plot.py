"""Figures for papers: one style, no global state, the same bytes for the same numbers."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

FORMATS = ("svg", "pdf", "png")
WIDTH = 5.0  # inches; at half the width of a page its 9-point text is still read
DPI = 300
INK, SOFT, EDGE, MIDDLE, SUNK, ACCENT, ALERT = (
    *("#1d1c1a", "#5b5852", "#807b72", "#b9b3a7", "#f1efea", "#0b5c70", "#963f00"),
)
SERIES = ("#000000", "#e69f00", "#56b4e9", "#009e73", "#cc79a7")  # Okabe and Ito, told apart by everyone
MARKS = ("o", "s", "^", "D", "v")
FILLS = {"first": ACCENT, "second": MIDDLE, "third": SUNK}
STYLE = {
    "font.family": "DejaVu Sans",  # shipped with matplotlib, so that figures are equal everywhere
    "font.size": 9,
    "axes.edgecolor": EDGE,
    "axes.labelcolor": SOFT,
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "xtick.color": EDGE,
    "ytick.color": EDGE,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": SOFT,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "text.color": INK,
    "svg.hashsalt": "foretell",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,  # text stays text
}
NO_DATES = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}


@contextmanager
def style() -> Iterator[None]:
    """Draw and save within this: matplotlib's own defaults and a user's settings do not shine through."""
    with mpl.rc_context({**mpl.rcParamsDefault, "backend": "agg", **STYLE}):
        yield


def new_figure(height: float, columns: int = 1, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """Return a figure of the common width with its axes, row by row; `height` in inches."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False)
    return figure, list(axes.flat)


def series(number: int) -> dict[str, object]:
    """Return the colour and mark of the arm with this number, from 0; a light hue gets a dark outline."""
    turn, at = divmod(number, len(SERIES))
    mark = MARKS[(at + turn) % len(MARKS)]  # beyond the hues, the marks tell arms apart
    return {"color": SERIES[at], "marker": mark, "markeredgecolor": INK, "markeredgewidth": 0.6}


def notes_below(figure: Figure, *notes: str) -> None:
    """Write each note below the figure, broken into lines."""
    lines = [line for note in notes if note for line in textwrap.wrap(note, 92)]
    if lines:
        figure.supxlabel("\n".join(lines), fontsize=7, color=SOFT, x=0.01, ha="left")


def saved(figure: Figure, formats: Sequence[str] = FORMATS) -> dict[str, bytes]:
    """Return the figure in each format; call it within `style`."""
    files = {}
    for kind in formats:
        with io.BytesIO() as out:
            figure.savefig(out, format=kind, dpi=DPI, metadata=NO_DATES[kind])
            files[kind] = out.getvalue()
    return files
