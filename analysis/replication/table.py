"""The verdicts as a table in plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from analysis.replication.comparing import Compared

HEADER = ("", "published", "reproduced", "difference", "tolerance", "verdict")
GAP = "  "


def verdict_table(compared: Sequence[Compared]) -> str:
    """Return a text table: one block per data set, one line per value, the errata explained, a count of verdicts."""
    lines = [_cells(one) for one in compared]
    widths = [max(map(len, column)) for column in zip(HEADER, *lines, strict=True)]
    told: list[str] = []
    for data, block in groupby(zip(compared, lines, strict=True), key=lambda pair: pair[0].data):
        told += ["", data, _line(HEADER, widths)]
        errata = ""
        for one, cells in block:
            told.append(_line(cells, widths))
            if one.errata and one.errata != errata:
                told.append(f"    errata: {one.errata}")
            errata = one.errata
    return "\n".join([*told, "", _count(compared)])


def _cells(one: Compared) -> tuple[str, ...]:
    name = f"  {one.name}" if one.key == one.name else f"  {one.name}: {one.key}"
    published = f"{one.published}" if not one.errata else f"{one.published} ({one.expected:g})"
    return (
        name,
        published,
        f"{one.reproduced:.8g}",
        f"{one.difference:+.1e}",
        f"{one.tolerance:.1e}",
        one.verdict,
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = cells
    padded = [cell.rjust(width) for cell, width in zip(rest[:-1], widths[1:-1], strict=True)]
    return GAP.join([first.ljust(widths[0]), *padded, rest[-1]]).rstrip()


def _count(compared: Sequence[Compared]) -> str:
    counts = Counter(one.verdict for one in compared)
    return (
        f"{len(compared)} published values: {counts['match']} match, {counts['errata']} listed errata "
        f"(in brackets: like for like), {counts['MISMATCH']} MISMATCH."
    )
