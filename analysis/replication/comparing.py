"""One published number beside the one that comes out here, and the verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from analysis.replication.schema import Published, Target

Verdict = Literal["match", "errata", "MISMATCH"]
SLACK = 1e-9  # so that half a unit in binary is still half a unit


@dataclass(frozen=True)
class Compared:
    """A published value and ours.

    Attributes
    ----------
    data, name, key : which data set, target and value of it
    published : as it was printed
    reproduced : what comes out here; NaN where it cannot be computed
    expected : what `reproduced` is compared to: the published value, or for an erratum the like-for-like one
    tolerance : how far it may be off
    verdict : `match`; `errata` for a wrong published value whose like-for-like value comes out; `MISMATCH`
    source, errata : whose number it is, and what is wrong with it
    """

    data: str
    name: str
    key: str
    published: str
    reproduced: float
    expected: float
    tolerance: float
    verdict: Verdict
    source: str
    errata: str = ""

    @property
    def difference(self) -> float:
        """Reproduced minus expected."""
        return self.reproduced - self.expected


def compare(data: str, target: Target, key: str, reproduced: float) -> Compared:
    """Compare one value of a target, `key`, with what came out."""
    printed = target.published[key]
    wanted = target.instead[key] if target.errata else printed
    tolerance = target.tolerance or half_a_unit(wanted)
    agrees = abs(reproduced - float(wanted)) <= tolerance * (1 + SLACK) + SLACK * abs(float(wanted))
    right: Verdict = "errata" if target.errata else "match"
    return Compared(
        data,
        target.name,
        key,
        str(printed),
        reproduced,
        float(wanted),
        tolerance,
        right if agrees and not math.isnan(reproduced) else "MISMATCH",
        target.source,
        target.errata,
    )


def half_a_unit(printed: Published) -> float:
    """Return half a unit of the last digit of a number as it was printed."""
    exponent = Decimal(str(printed)).as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)
