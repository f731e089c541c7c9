"""Coordinates, checked by hand."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from studyapp.console.charts import (
    LABEL_GAP,
    bar,
    count_ticks,
    recruitment_chart,
    round_axis,
    say_span,
    spread,
    stairs,
    time_ticks,
    whisker,
)

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_bar_is_a_share_of_the_frame_and_never_leaves_it() -> None:
    assert bar(30, 120, tick=60).width == 25
    assert bar(30, 120, tick=60).tick == 50
    assert bar(5, 4).width == 100
    assert bar(0, 0).width == 0


def test_a_whisker_stands_on_its_axis() -> None:
    drawn = whisker(1, 2, 4, top=8)
    assert (drawn.low, drawn.middle, drawn.high) == (12.5, 25, 50)


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (0.9, 1), (1.1, 2), (5.5, 8), (8, 8), (8.1, 10), (96, 100)]
)
def test_an_axis_ends_at_a_round_number(value: float, top: float) -> None:
    assert round_axis(value) == pytest.approx(top)


@pytest.mark.parametrize(
    ("top", "ticks"),
    [(0, [0, 1]), (3, [0, 1, 2, 3]), (19, [0, 5, 10, 15, 20]), (400, [0, 100, 200, 300, 400])],
)
def test_counts_have_whole_ticks_from_zero(top: int, ticks: list[int]) -> None:
    assert count_ticks(top) == ticks


def test_times_have_ticks_at_round_hours() -> None:
    ticks = time_ticks(NOON + timedelta(minutes=30), NOON + 6.5 * HOUR)
    assert [(tick.label, tick.at) for tick in ticks] == [("14:00", 25.0), ("16:00", 58.33), ("18:00", 91.67)]


def test_days_have_ticks_at_midnight() -> None:
    assert [tick.label for tick in time_ticks(NOON, NOON + 60 * HOUR)] == ["Wed 4", "Thu 5", "Fri 6"]
    assert [tick.label for tick in time_ticks(NOON, NOON + 20 * 24 * HOUR)] == ["10 Nov", "17 Nov"]


@pytest.mark.parametrize("hours", [0.02, 0.3, 1, 5, 24, 75, 300, 3000, 20_000])
def test_tick_labels_never_touch(hours: float) -> None:
    ticks = time_ticks(NOON, NOON + hours * HOUR)
    assert all(after.at - before.at >= 28 for before, after in itertools.pairwise(ticks))
    assert all(0 <= tick.at <= 100 for tick in ticks)


@pytest.mark.parametrize("ends", [[0, 0, 0], [100, 100, 99], [50, 50.001, 4], [3, 2, 1], [97, 100, 5]])
def test_labels_keep_apart_and_inside(ends: list[float]) -> None:
    places = spread(ends)
    in_order = sorted(places)
    assert all(after - before >= LABEL_GAP - 0.01 for before, after in itertools.pairwise(in_order))
    assert in_order[0] >= 0
    assert in_order[-1] <= 100
    assert sorted(range(3), key=lambda n: ends[n]) == sorted(range(3), key=lambda n: places[n])


def test_labels_with_room_stand_at_their_ends() -> None:
    assert spread([10, 50, 90]) == [10, 50, 90]


def test_stairs_rise_to_their_number() -> None:
    times = [NOON, NOON + HOUR, NOON + HOUR]
    assert stairs(times, NOON - HOUR, NOON + 3 * HOUR, 4) == "M0 100H25V75H50V25H100"


def test_nobody_makes_a_flat_line() -> None:
    assert stairs([], NOON, NOON + HOUR, 10) == "M0 100H100"


def test_the_chart_says_in_words_what_it_shows() -> None:
    chart = recruitment_chart([NOON, NOON + HOUR], [NOON + HOUR], 4, NOON - HOUR, NOON + 27 * HOUR)
    assert chart.description == "2 allocated and 1 finished after 1 day 4 hours; the target is 4 finished."
    assert [(label.text, label.end) for label in chart.labels] == [
        ("2 allocated", 50.0),
        ("1 finished", 75.0),
        ("4 wanted", 0.0),
    ]
    assert chart.target == 0


def test_a_chart_of_one_moment_has_width() -> None:
    chart = recruitment_chart([NOON], [], None, NOON, NOON)
    assert chart.target is None
    assert chart.allocated.endswith("H100")


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=90), "1 hour 30 minutes"),
        (timedelta(days=3, hours=4, minutes=5), "3 days 4 hours"),
    ],
)
def test_durations_are_said_in_two_units(span: timedelta, said: str) -> None:
    assert say_span(span) == said
