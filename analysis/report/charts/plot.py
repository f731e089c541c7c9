"""Figures for papers: one style, no global state, the same bytes for the same numbers."""

from __future__ import annotations

import io
import math
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

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
# Okabe and Ito, told apart by everyone; a grey in place of their yellow, whose thin lines are lost on white
SERIES = ("#000000", "#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#0072b2", "#d55e00", "#8c8c8c")
MARKS = ("o", "s", "^", "D", "v", "P", "X", "<")
FILLS = {"first": ACCENT, "second": MIDDLE, "third": SUNK}
STYLE: dict[str, Any] = {
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
LINE, GAP = 0.15, 0.066  # inches of a name beside an end, and between two
OVER = 0.025  # share of the height of its axes that a name may stand above them
AROUND = 1.0  # inches of a figure above and below its axes, title and caption too
NO_DATES = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}


@contextmanager
def style() -> Iterator[None]:
    """Draw and save within this: matplotlib's own defaults and a user's settings do not shine through."""
    settings: Any = mpl.rcParamsDefault | {"backend": "agg"} | STYLE
    with mpl.rc_context(settings):
        yield


def new_figure(height: float, columns: int = 1, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """Return a figure of the common width with its axes, row by row; `height` in inches."""
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False)
    return figure, list(axes.flat)


def series(number: int) -> dict[str, Any]:
    """Return the colour and mark of the arm with this number, from 0; a light hue gets a dark outline."""
    turn, at = divmod(number, len(SERIES))
    mark = MARKS[(at + turn) % len(MARKS)]  # beyond the hues, the marks tell arms apart
    return {"color": SERIES[at], "marker": mark, "markeredgecolor": INK, "markeredgewidth": 0.6}


def named_beside(axes: Axes, ends: Sequence[tuple[float, str, dict[str, Any]]]) -> None:
    """Name what is drawn at the right of the axes, beside its end; names that would touch are moved apart.

    Each end is its height, from 0 to 1, its name, and the mark that stands before it.
    """
    ordered = sorted(ends, key=lambda end: end[:2])
    texts = [_named(label) for _, label, _ in ordered]
    figure = axes.get_figure(root=True)
    assert figure is not None
    inches = figure.get_size_inches()[1] - AROUND
    sizes = [_inches(text) / inches for text in texts]
    places = moved_apart([height for height, _, _ in ordered], sizes)
    for place, text, (_, _, mark) in zip(places, texts, ordered, strict=True):
        axes.plot(
            [1.03], [place], transform=axes.transAxes, clip_on=False, markersize=5, linestyle="", **mark
        )
        axes.text(1.06, place, text, transform=axes.transAxes, va="center", fontsize=8, color=INK)


def tall_enough(height: float, labels: Iterable[str]) -> float:
    """Return a figure's height in inches: as given, or more where so many names stand beside its axes."""
    return max(height, AROUND + sum(_inches(_named(label)) for label in labels))


def _named(label: str) -> str:
    return textwrap.fill(label, 24)


def _inches(text: str) -> float:
    return LINE * (text.count("\n") + 1) + GAP


def moved_apart(places: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return places in rising order so that what stands there, of these sizes, does not overlap.

    What would reach above 1 is moved down again, and pushes what lies below it.
    """
    moved: list[float] = []
    edge = -math.inf
    for place, size in zip(places, sizes, strict=True):
        moved.append(max(place, edge + size / 2))
        edge = moved[-1] + size / 2
    edge = 1 + OVER
    for at in range(len(moved) - 1, -1, -1):
        moved[at] = min(moved[at], edge - sizes[at] / 2)
        edge = moved[at] - sizes[at] / 2
    return moved


def notes_below(figure: Figure, *notes: str) -> None:
    """Write each note below the figure, broken into lines."""
    lines = [line for note in notes if note for line in textwrap.wrap(note, 92)]
    if lines:
        figure.supxlabel("\n".join(lines), fontsize=7, color=SOFT, x=0.01, ha="left")


def saved(figure: Figure, formats: Sequence[str] = FORMATS) -> dict[str, bytes]:
    """Return the figure in each format; call it within `style`.

    A letter that the font does not have is drawn as a box, without a warning: the page and the tables
    beside the figure have it.
    """
    files = {}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laid out once, so that it is the same in every format
        for kind in formats:
            with io.BytesIO() as out:
                figure.savefig(out, format=kind, dpi=DPI, metadata=NO_DATES[kind])
                files[kind] = out.getvalue()
    return files
