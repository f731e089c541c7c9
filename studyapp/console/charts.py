"""Coordinates of the console's drawings, in per cent of the frame: y grows downwards, as in SVG."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LABEL_GAP = 9.5  # per cent of the chart's height that a line of text needs on the smallest screen
_STEPS_DRAWN = 160
_TICKS = 3.4  # more labels would touch on the smallest screen
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_SPACINGS = [
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 4, 7, 14, 28, 56, 112, 365)),
]


@dataclass(frozen=True)
class Bar:
    """A filled length, and perhaps a tick."""

    width: float
    tick: float | None = None


@dataclass(frozen=True)
class Whisker:
    """An estimate with its interval on an axis from zero."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class EndLabel:
    """Words beside the end of a line: where the line ends, and where the words stand so that none touch."""

    text: str
    kind: str
    end: float
    at: float


@dataclass(frozen=True)
class RecruitmentChart:
    """Allocated and finished people over time."""

    x_ticks: list[Tick]
    y_ticks: list[Tick]
    allocated: str
    finished: str
    labels: list[EndLabel]
    target: float | None
    description: str


def bar(value: float, full: float, tick: float | None = None) -> Bar:
    """Return the bar of `value` where `full` fills the frame."""
    return Bar(per_cent(value, full), None if tick is None else per_cent(tick, full))


def whisker(low: float, middle: float, high: float, top: float) -> Whisker:
    """Return an interval on an axis from 0 to `top`."""
    return Whisker(per_cent(low, top), per_cent(middle, top), per_cent(high, top))


def per_cent(value: float, full: float) -> float:
    """Return `value` as per cent of `full`, kept inside the frame."""
    return round(min(max(100 * value / full, 0.0), 100.0), 2) if full else 0.0


def round_axis(value: float, steps: Sequence[float] = (1, 2, 2.5, 4, 5, 8, 10)) -> float:
    """Return the smallest of `steps` times a power of ten that is not below `value`."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in steps if step * power >= value * (1 - 1e-9))


def count_ticks(top: int) -> list[int]:
    """Return three to six round counts from 0 to at least `top`."""
    step = max(int(round_axis(max(top, 1) / 5, (1, 2, 5, 10))), 1)
    return list(range(0, step * math.ceil(max(top, 1) / step) + 1, step))


def time_ticks(start: datetime, end: datetime) -> list[Tick]:
    """Return at most four ticks at round times (UTC) between start and end."""
    span = end - start
    spacing = next((spacing for spacing in _SPACINGS if span / spacing <= _TICKS), _SPACINGS[-1])
    midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = math.ceil((start - midnight) / spacing)
    times = [midnight + n * spacing for n in range(first, first + 5)]
    return [
        Tick(per_cent((at - start) / span, 1), _tick_label(at, spacing, span)) for at in times if at <= end
    ]


def _tick_label(at: datetime, spacing: timedelta, span: timedelta) -> str:
    if spacing < _DAY:
        return f"{at:%H:%M}"
    if span < 6 * _DAY:
        return f"{at:%a} {at.day}"
    return f"{at.day} {at:%b}" if span < 330 * _DAY else f"{at:%b %Y}"


def spread(ends: Sequence[float], gap: float = LABEL_GAP) -> list[float]:
    """Return places for labels near their ends, in the same order, at least `gap` apart, inside 0 to 100."""
    order = sorted(range(len(ends)), key=lambda n: ends[n])
    places = [0.0] * len(ends)
    lowest = 0.0
    for n in order:  # push down what stands too close
        places[n] = max(ends[n], lowest)
        lowest = places[n] + gap
    highest = 100.0
    for n in reversed(order):  # and up again what fell out of the frame
        places[n] = min(places[n], highest)
        highest = places[n] - gap
    return [round(place, 2) for place in places]


def stairs(times: Sequence[datetime], start: datetime, end: datetime, top: float) -> str:
    """Return the path of a cumulative count: right, then up, at no more than 160 places.

    `times` rise; the path begins at 0 and ends at their number.
    """
    path, before = "M0 100", 0
    for n in range(_STEPS_DRAWN + 1):
        count = bisect_right(times, start + (end - start) * n / _STEPS_DRAWN)
        if count != before:
            path += f"H{100 * n / _STEPS_DRAWN:.6g}V{100 - 100 * count / top:.4g}"
            before = count
    return path + "H100"


def recruitment_chart(
    allocated: Sequence[datetime],
    finished: Sequence[datetime],
    target: int | None,
    start: datetime,
    end: datetime,
) -> RecruitmentChart:
    """Draw two rising counts from `start` to `end`, with the target as a line; words stand to the right."""
    end = max(end, start + _MINUTE)
    counts = count_ticks(max(len(allocated), target or 0))
    top = counts[-1]
    ends = [
        (f"{len(allocated)} allocated", "dot", len(allocated)),
        (f"{len(finished)} finished", "mark", len(finished)),
        *([(f"{target} wanted", "target", target)] if target else []),
    ]
    heights = [100 - per_cent(count, top) for _, _, count in ends]
    # where two end at the same height, the one with more, or the earlier one, stands above
    nudged = [height + 0.001 * n for n, height in enumerate(heights)]
    labels = [
        EndLabel(text, kind, round(height, 2), place)
        for (text, kind, _), height, place in zip(ends, heights, spread(nudged), strict=True)
    ]
    return RecruitmentChart(
        x_ticks=time_ticks(start, end),
        y_ticks=[Tick(100 - per_cent(count, top), f"{count}") for count in counts],
        allocated=stairs(allocated, start, end, top),
        finished=stairs(finished, start, end, top),
        labels=labels,
        target=round(100 - per_cent(target, top), 2) if target else None,
        description=_describe(len(allocated), len(finished), target, end - start),
    )


def _describe(allocated: int, finished: int, target: int | None, span: timedelta) -> str:
    wanted = f"; the target is {target} finished" if target else ""
    return f"{allocated} allocated and {finished} finished after {say_span(span)}{wanted}."


def say_span(span: timedelta) -> str:
    """Return a duration in its two largest units, e.g. "3 days 4 hours"."""
    minutes = int(span / _MINUTE)
    amounts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    said = [f"{amount} {unit}{'s' if amount != 1 else ''}" for amount, unit in amounts if amount]
    return " ".join(said[:2]) or "less than a minute"
