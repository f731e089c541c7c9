"""On which pages people leave, with intervals."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from protocol.schema import Protocol
from studyapp.console.charts import Whisker, round_axis, whisker
from studyapp.console.counts import LEFT, PageKey, Standing, count_readers
from studyapp.console.labels import page_label
from studyapp.models import Participant

_Z = 1.959963984540054
_SHOWN = 5


@dataclass(frozen=True)
class LeavingPage:
    """How many of a page's readers left there, as shares of 100."""

    label: str
    left: int
    readers: int
    share: float
    low: float
    high: float
    whisker: Whisker


@dataclass(frozen=True)
class Leaving:
    """The pages where most people leave."""

    pages: list[LeavingPage]
    elsewhere: int
    axis: float


def wilson(successes: int, n: int, z: float = _Z) -> tuple[float, float]:
    """Return Wilson's interval of a proportion, 95 % unless another `z` is given.

    Source: Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22.
    """
    if n == 0:
        return 0.0, 1.0
    share, spread = successes / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return low, high


def where_people_leave(
    protocol: Protocol, people: QuerySet[Participant], standings: Iterable[Standing]
) -> Leaving:
    """Return the five pages with most leavers: those who said so and those silent for too long."""
    leavers: Counter[PageKey] = Counter()
    for group in standings:
        if group.state == LEFT:
            leavers[group.page] += group.people
    top = sorted(leavers, key=lambda page: (-leavers[page], page))[:_SHOWN]
    readers = count_readers(people, top) if top else {}
    intervals = {page: wilson(leavers[page], readers[page]) for page in top}
    axis = round_axis(100 * max((high for _, high in intervals.values()), default=0.1))
    axis = min(axis, 100.0)
    return Leaving(
        [_page(protocol, page, leavers[page], readers[page], intervals[page], axis) for page in top],
        leavers.total() - sum(leavers[page] for page in top),
        axis,
    )


def _page(
    protocol: Protocol, page: PageKey, left: int, readers: int, interval: tuple[float, float], axis: float
) -> LeavingPage:
    low, high = (100 * edge for edge in interval)
    share = 100 * left / readers
    return LeavingPage(
        page_label(protocol, page), left, readers, share, low, high, whisker(low, share, high, axis)
    )
