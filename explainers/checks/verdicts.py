"""How sure a score over items is, and on which side of its limit it lies. This file needs no torch."""

import math
from collections.abc import Sequence
from statistics import mean, stdev
from typing import Any, NamedTuple

from scipy import stats

from ..bundle.manifest import Verdict

LEVEL = 0.95
QUANTILE = float(stats.norm.ppf((1 + LEVEL) / 2))  # of the normal distribution
FEWEST = 5  # items: of fewer, even an interval says too little
ANYTHING = (-math.inf, math.inf)
CORRELATION = (-1.0, 1.0)
SHARE = (0.0, 1.0)
FROM_ZERO = (0.0, math.inf)


class Interval(NamedTuple):
    """Where the score of all items of this kind lies, at level 0.95."""

    low: float
    high: float


def interval_of_mean(
    values: Sequence[float], within: tuple[float, float] = ANYTHING, share: bool = False
) -> Interval | None:
    """Interval of the mean of all items of this kind, from the values of those that were looked at.

    Student's t interval, cut to `within`, the values that the score can have; for a `share`, whose values are 0 and
    1, Wilson's, and so for shares that are all the same, whose t interval would have no width. None for fewer than
    two values. A bootstrap's percentile interval would be too narrow for few items, and the fewer there are, the
    more an interval matters here.
    Source: Student (1908), "The Probable Error of a Mean", Biometrika 6; Wilson (1927), "Probable Inference, the
    Law of Succession, and Statistical Inference", JASA 22; on percentile intervals of few values Hesterberg (2015),
    "What Teachers Should Know About the Bootstrap", The American Statistician 69 (4).
    """
    count = len(values)
    if share:
        return interval_of_share(sum(values), count)
    if count < 2:
        return None
    middle = mean(values)
    if within == SHARE and not stdev(values):
        return interval_of_share(middle * count, count)
    reach = float(stats.t.ppf((1 + LEVEL) / 2, count - 1)) * stdev(values) / math.sqrt(count)
    return Interval(max(middle - reach, within[0]), min(middle + reach, within[1]))


def interval_of_share(hits: float, count: int) -> Interval:
    """Wilson's interval of a share, of which `hits` of `count` were found; never of no width."""
    share, weight = hits / count, QUANTILE**2 / count
    middle = (share + weight / 2) / (1 + weight)
    reach = QUANTILE / (1 + weight) * math.sqrt(share * (1 - share) / count + weight / (4 * count))
    return Interval(max(0.0, min(middle - reach, share)), min(1.0, max(middle + reach, share)))


def verdict(
    interval: Interval | None,
    items: int,
    at_most: float = math.inf,
    at_least: float = -math.inf,
) -> Verdict:
    """Does all of the interval lie within the limits, or all of it beyond one, or can neither be told?"""
    if interval is None or items < FEWEST:
        return "unclear"
    if at_least <= interval.low and interval.high <= at_most:
        return "passes"
    return "fails" if interval.low > at_most or interval.high < at_least else "unclear"


def judged(
    values: Sequence[float],
    at_most: float | None = None,
    at_least: float | None = None,
    within: tuple[float, float] = ANYTHING,
    share: bool = False,
    drawn: bool = True,
) -> dict[str, Any]:
    """What a check says of values of items with a limit, as fields of `Check`: value, interval, verdict.

    Without a limit it passes and has no verdict. `drawn` are items that stand for others of their kind; where all
    that the check is about were looked at, nothing is left open and the verdict goes by the value.
    """
    value, interval = mean(values), interval_of_mean(values, within, share)
    limits = {"at_most": at_most if at_most is not None else math.inf}
    limits |= {"at_least": at_least if at_least is not None else -math.inf}
    passed = limits["at_least"] <= value <= limits["at_most"]
    told: Verdict | None = None
    if at_most is not None or at_least is not None:
        told = verdict(interval, len(values), **limits) if drawn else "passes" if passed else "fails"
    return {"value": round(value, 4), "passed": passed} | said(len(values), interval, told)


def said(items: int, interval: Interval | None, told: Verdict | None) -> dict[str, Any]:
    """The fields of `Check` that tell how sure it is."""
    low, high = (round(end, 4) for end in interval) if interval else (None, None)
    return {"items": items, "low": low, "high": high, "verdict": told}
