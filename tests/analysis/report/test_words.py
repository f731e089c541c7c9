"""How numbers are written."""

from __future__ import annotations

import pytest

from analysis.report.charts.chart import nice_axis
from analysis.report.words import count, listed, number, p_value, percent, points, signed, span

NAN = float("nan")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (percent(0.6684), "66.8 %"),
        (points(0.1412), "+14.1"),
        (points(-0.002), "−0.2"),
        (points(-0.0001), "0.0"),
        (signed(0.04), "0.0"),
        (number(2581.0, 0), "2,581"),
        (number(NAN), "–"),
        (span(-0.05, 0.02, points), "−5.0 to +2.0"),
        (span(NAN, 1, points), "–"),
        (p_value(0.0004), "< .001"),
        (p_value(0.0213), ".021"),
        (p_value(0.63), ".63"),
        (p_value(1.0), "1.00"),
        (count(1, "person", "people"), "1 person"),
        (count(2581, "trial"), "2,581 trials"),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
    ],
)
def test_numbers_are_written_one_way(told, expected):
    assert told == expected


def test_axis_has_round_ticks_around_the_numbers():
    axis = nice_axis(-11.2, 22.6, lambda tick, digits: f"{tick:.{digits}f}")
    assert axis.labels == ("-20", "-10", "0", "10", "20", "30")
    assert 0 < axis.share(-11.2) < axis.share(0) < axis.share(22.6) < 1
    assert axis.share(-1000) == 0


@pytest.mark.parametrize(("low", "high"), [(1, 1), (NAN, NAN), (3.65, 3.66)])
def test_axis_is_made_of_anything(low, high):
    axis = nice_axis(low, high, number)
    assert axis.low < axis.high
    assert len(set(axis.labels)) == len(axis.ticks)
