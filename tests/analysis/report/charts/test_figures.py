"""Figures: nothing cut, nothing on top of another, the same in each format."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from analysis.report.charts.chart import Axis, drawing_of, files_of
from analysis.report.charts.items import ItemChart, ItemPoint
from analysis.report.charts.lines import Curve, LineChart
from analysis.report.charts.panels import Panel, PanelChart, Point
from analysis.report.charts.plane import PlaneChart, PlanePoint
from analysis.report.charts.plot import DPI, MARKS, SERIES, moved_apart, notes_below, series, style
from analysis.report.charts.rows import Row, RowChart, Segment

NAN = math.nan
SHARES = Axis(0, 100, (0, 50, 100), ("0", "50", "100"))
LONG = "An arm whose label is much longer than anyone would wish"
FOUR = ((1.0, 2.0, 3.0, 4.0), (50.0, 52.0, 51.0, 50.0), (40.0, 42.0, 41.0, 40.0), (60.0, 62.0, 61.0, 60.0))
CHARTS = {
    "rows": RowChart(
        "rows",
        "Rows",
        "A caption that says what is drawn.",
        (Row(LONG, "+10.5", "+5.0 to +16.0, 1,234 people", 10.5, 5, 16), Row("B", "–", "–")),
        Axis(-20, 20, (-20, 0, 20), ("−20", "0", "+20")),
        zero=0.0,
        zone=(-10, 10),
        below=("← worse", "better →"),
    ),
    "bars": RowChart(
        "bars",
        "Bars",
        "",
        (Row("A", "40 % output", "24 people", segments=(Segment(0, 0.4, "40 %", "first"),)),),
        Axis(0, 1, (0, 1), ("0", "1")),
        heads=("output", "truth", "neither"),
    ),
    "panels": PanelChart(
        "panels",
        "Panels",
        "",
        "across",
        "up",
        tuple(
            Panel(f"Arm {n}", "24 people, 700 trials", (Point(0.2, 0.1, 50), Point(0.9, 1, 5)))
            for n in range(5)
        ),
    ),
    "plane": PlaneChart(
        "plane",
        "Plane",
        "",
        "across",
        "up",
        tuple(PlanePoint(LONG[:40], 50 + n, 90, (40, 60), (NAN, NAN), is_hollow=n > 2) for n in range(7)),
        SHARES,
        SHARES,
    ),
    "lines": LineChart(
        "lines",
        "Lines",
        "",
        "across",
        "up",
        tuple(Curve(f"Arm {n}", *FOUR) for n in range(7)),
        Axis(0.5, 4.5, (1, 4), ("1", "4")),
        SHARES,
    ),
    "items": ItemChart(
        "items",
        "Items",
        "",
        "right answers, %",
        tuple(ItemPoint(LONG, 50, 40, 60, 45, "model wrong") for _ in range(40)),
        SHARES,
        50,
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_cut_at_the_edge_of_a_figure(name):
    chart = CHARTS[name]
    with style():
        figure = chart.draw()
        figure.suptitle(chart.title, x=0.01, ha="left")
        notes_below(figure, chart.caption)
        figure.draw_without_rendering()
        box = figure.get_tightbbox(figure.canvas.get_renderer())
        width, height = figure.get_size_inches()
    assert box.x0 >= -0.01
    assert box.y0 >= -0.01
    assert box.x1 <= width + 0.01
    assert box.y1 <= height + 0.01


@pytest.mark.parametrize("name", ["plane", "lines"])
def test_names_beside_a_figure_never_touch(name):
    with style():
        figure = CHARTS[name].draw()
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == 7
    boxes.sort(key=lambda box: box.y0)
    assert all(above.y0 >= below.y1 for below, above in pairwise(boxes))


def test_what_would_overlap_is_moved_apart_and_stays_inside():
    assert moved_apart([0.2, 0.8], [0.1, 0.1]) == [0.2, 0.8]
    assert moved_apart([0.5, 0.5], [0.1, 0.1]) == pytest.approx([0.5, 0.6])
    assert moved_apart([1, 1, 1], [0.1] * 3) == pytest.approx([0.775, 0.875, 0.975], abs=0.001)


def test_a_figure_grows_with_its_arms_so_that_their_names_do_not_touch():
    curves = tuple(replace(CHARTS["lines"].curves[0], label=f"Arm number {n} of many") for n in range(14))
    chart = replace(CHARTS["lines"], curves=curves)
    with style():
        figure = chart.draw()
        figure.draw_without_rendering()
        boxes = sorted((text.get_window_extent() for text in figure.axes[0].texts), key=lambda box: box.y0)
    assert figure.get_size_inches()[1] > CHARTS["lines"].draw().get_size_inches()[1]
    assert all(above.y0 >= below.y1 for below, above in pairwise(boxes))
    assert boxes[0].y0 >= 0


def test_a_figure_comes_in_each_format_and_twice_the_same():
    files = files_of(CHARTS["rows"], ("svg", "pdf", "png"), "Simulated data.")
    assert files["svg"].startswith(b"<?xml")
    assert files["pdf"].startswith(b"%PDF")
    assert files["png"].startswith(b"\x89PNG")
    assert int.from_bytes(files["png"][16:20]) == 5 * DPI
    assert files_of(CHARTS["rows"], ("svg", "pdf"), "Simulated data.") == {
        k: files[k] for k in ("svg", "pdf")
    }


def test_drawing_for_the_page_has_no_title():
    assert len(drawing_of(CHARTS["bars"])) < len(files_of(CHARTS["bars"], ("svg",))["svg"])


def test_no_formats_make_no_files():
    assert files_of(CHARTS["bars"], ()) == {}


def test_many_arms_differ_in_hue_or_mark():
    many = len(SERIES) * len(MARKS)
    assert len({(series(n)["color"], series(n)["marker"]) for n in range(many)}) == many
