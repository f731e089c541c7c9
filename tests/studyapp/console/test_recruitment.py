"""Recruitment over time, and the forecast."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studyapp.console.recruitment import Times, draw_recruitment, forecast, median_duration
from studyapp.models import Study
from tests.studyapp.console.people import NOW

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def times(*hours_ago: float) -> Times:
    at = sorted(NOW - hours * HOUR for hours in hours_ago)
    return Times(at, at, [])


def test_the_forecast_follows_the_last_day() -> None:
    seen = times(*range(1, 21), 30, 40)  # 20 in the last day, 22 in all
    said = forecast(Study(status="open"), seen, 62, NOW)
    assert said is not None
    assert said.at == NOW + 2 * DAY
    assert said.early == pytest.approx(NOW + DAY * 40 / (20 + 1.96 * 20**0.5), abs=timedelta(seconds=1))
    assert said.early < said.at < said.late


@pytest.mark.parametrize(
    ("status", "hours", "target"),
    [
        ("paused", [*range(1, 21), 30], 60),
        ("open", [*range(1, 5), 30], 60),  # too few
        ("open", range(1, 21), 60),  # not a day old
        ("open", [*range(1, 21), 30], 21),  # reached
        ("open", [*range(1, 21), 30], None),
    ],
)
def test_there_is_no_forecast_without_ground(status: str, hours: list[float], target: int | None) -> None:
    assert forecast(Study(status=status), times(*hours), target, NOW) is None


def test_a_closed_study_is_drawn_to_its_end() -> None:
    chart = draw_recruitment(Study(status="closed", closed_at=NOW - 20 * HOUR), times(30, 40), None, NOW)
    assert chart is not None
    assert "after 20 hours" in chart.description


def test_nobody_is_not_drawn() -> None:
    assert draw_recruitment(Study(status="open"), times(), 10, NOW) is None


def test_the_median_of_one_is_that_one() -> None:
    took = median_duration([timedelta(minutes=12)])
    assert took is not None
    assert (took.low, took.median, took.high) == (12, 12, 12)
    assert median_duration([]) is None
