"""The comparison of gains as text and as CSV tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from analysis.errors import ReportError
from analysis.gain.comparing import Gain, Outcome
from analysis.report.words import NOTHING, count, level, number, p_value, percent, points, signed, span

DATA = {"ordinary": "ordinary held-out data", "shifted": "shifted data"}
UNITS = {"accuracy": "percentage points of accuracy", "r2": "share of variance explained (R²)"}
GAP = "  "


def gain_report(gain: Gain) -> str:
    """Return the comparison as plain text: for each outcome the arms between floor and ceiling, then contrasts."""
    heading = (
        f"Change in {UNITS[gain.measure]} by what people marked; {gain.source} participants, "
        f"{count(gain.seeds, 'training seed')}, reference: {gain.reference}"
    )
    blocks = [_block(one, gain) for one in gain.outcomes]
    cautions = [f"Caution: {one}" for one in gain.cautions]
    return "\n\n".join([heading, *blocks, *(["\n".join(cautions)] if cautions else [])])


def write_gain(gain: Gain, out: Path) -> Path:
    """Write `gain.txt`, `arms.csv` and `contrasts.csv` into the new folder `out`.

    Raises
    ------
    ReportError : it exists, or nothing can be written there.
    """
    if out.exists():
        raise ReportError(f"{out} exists. Choose another --out.")
    try:
        out.mkdir(parents=True)
        (out / "gain.txt").write_text(gain_report(gain) + "\n", "utf-8")
        for name in ("arms", "contrasts"):
            frames = {one.name: getattr(one, name) for one in gain.outcomes}
            table = pd.concat(frames, names=["outcome"]).reset_index()
            table.insert(0, "source", gain.source)
            table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n", float_format="%.10g")
    except OSError as error:
        raise ReportError(f"{out} cannot be written: {error.strerror}.") from error
    return out


def _block(one: Outcome, gain: Gain) -> str:
    change = points if gain.measure == "accuracy" else signed_two
    before = percent if gain.measure == "accuracy" else two
    told = level(gain.alpha)
    arms = [
        ("", "people", "trials", "before", "change", f"{told} interval", "floor to ceiling"),
        *(_arm(str(name), row, before, change) for name, row in one.arms.iterrows()),
    ]
    contrasts = [
        ("", "difference", f"{told} interval", "df", "p", "p (Holm)"),
        *(_contrast(f"{name} − {gain.reference}", row, change) for name, row in one.contrasts.iterrows()),
    ]
    notes = [f"Note: {note}" for note in one.notes]
    return "\n".join([f"On {DATA[one.name]} ({one.method})", *_lines(arms), "", *_lines(contrasts), *notes])


def _arm(
    name: str, row: pd.Series, before: Callable[..., str], change: Callable[..., str]
) -> tuple[str, ...]:
    people = NOTHING if pd.isna(row["participants"]) else f"{int(row['participants'])}"
    interval = span(row["low"], row["high"], change)
    return (
        *(name, people, f"{int(row['trials'])}", before(row["before"]), change(row["mean"])),
        *(interval, percent(row["share"], 0)),
    )


def _contrast(name: str, row: pd.Series, change: Callable[..., str]) -> tuple[str, ...]:
    interval = span(row["low"], row["high"], change)
    return (
        name,
        change(row["estimate"]),
        interval,
        number(row["df"]),
        p_value(row["p"]),
        p_value(row["p_adjusted"]),
    )


def _lines(cells: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        GAP.join(
            [one[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(one[1:], widths[1:], strict=True))]
        ).rstrip()
        for one in cells
    ]


def two(value: float) -> str:
    """A number with two digits."""
    return number(value, 2)


def signed_two(value: float) -> str:
    """A difference with two digits."""
    return signed(value, 2)
