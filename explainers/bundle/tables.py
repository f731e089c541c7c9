"""The three CSV tables as text: their columns, their rows with line numbers, and rows as records."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .faults import Fault
from .records import Item, Output, Stimulus

ITEMS, OUTPUTS, STIMULI = "items.csv", "outputs.csv", "stimuli.csv"
COLUMNS = {
    ITEMS: ("item", "kind", "parent", "change", "members", "truth"),
    OUTPUTS: ("item", "model", "output", "probability", "probabilities"),
    STIMULI: (
        *("item", "model", "explainer", "target", "part", "file", "media_type", "width", "height"),
        *("caption", "alt", "source_item", "seed", "checks"),
    ),
}
STRATUM = "stratum_"


@dataclass(frozen=True)
class Row:
    """One line of a table, as text by column."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def parse(name: str, data: bytes) -> tuple[list[Row], list[Fault]]:
    """Rows of a table and the faults of its form. Rows that cannot be told apart are left out."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Fault(name, f"is not UTF-8 (byte {error.start})", row=line)]
    if text.startswith("\ufeff"):
        return [], [Fault(name, "begins with a byte-order mark", row=1, allowed="UTF-8 without one")]
    if "\r\n" in text:
        return [], [Fault(name, "has Windows line ends", row=1, allowed="line ends of a single \\n")]
    try:
        lines = list(_numbered(text))
    except csv.Error as error:
        return [], [Fault(name, f"is not readable as CSV or is cut short: {error}", row=text.count("\n") + 1)]
    if not lines:
        return [], [Fault(name, "is empty", row=1, allowed=f"at least the header {','.join(COLUMNS[name])}")]
    header = lines[0][1]
    if faults := list(_header_faults(name, header)):
        return [], faults
    ragged = [
        Fault(name, f"has {len(cells)} fields", row=line, allowed=f"{len(header)}, as the header has")
        for line, cells in lines[1:]
        if len(cells) != len(header)
    ]
    rows = [
        Row(line, dict(zip(header, cells, strict=True)))
        for line, cells in lines[1:]
        if len(cells) == len(header)
    ]
    return rows, ragged


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _header_faults(name: str, header: list[str]) -> Iterator[Fault]:
    columns = COLUMNS[name]
    strata = [
        column for column in header if name == ITEMS and column.startswith(STRATUM) and column != STRATUM
    ]
    for column in columns:
        if column not in header:
            yield Fault(name, "is a column that is missing", row=1, field=column)
    for column, count in Counter(header).items():
        if count > 1:
            yield Fault(name, f"is a column {count} times", row=1, field=column)
        if column not in columns and column not in strata:
            more = f", {STRATUM}…" if name == ITEMS else ""
            yield Fault(name, "is an extra column", row=1, field=column, allowed=", ".join(columns) + more)
    if sorted(header) == sorted([*columns, *strata]) and tuple(header[: len(columns)]) != columns:
        yield Fault(name, "has its columns in another order", row=1, allowed=", ".join(columns))


def item_of(row: Row) -> Item:
    """The record of a row that has no faults."""
    strata = {name[len(STRATUM) :]: value for name, value in row.cells.items() if name.startswith(STRATUM)}
    return Item(
        item=row["item"],
        kind=row["kind"],
        parent=row["parent"],
        change=json.loads(row["change"]) if row["change"] else None,
        members=tuple(json.loads(row["members"])) if row["members"] else (),
        truth=row["truth"],
        strata=strata,
    )


def output_of(row: Row) -> Output:
    """The record of a row that has no faults."""
    return Output(
        item=row["item"],
        model=row["model"],
        output=row["output"],
        probability=float(row["probability"]) if row["probability"] else None,
        probabilities=tuple(map(float, json.loads(row["probabilities"]))) if row["probabilities"] else (),
    )


def stimulus_of(row: Row) -> Stimulus:
    """The record of a row that has no faults."""
    texts = (
        "item",
        "part",
        "model",
        "explainer",
        "target",
        "file",
        "media_type",
        "caption",
        "alt",
        "source_item",
    )
    numbers = {name: int(row[name]) if row[name] else None for name in ("width", "height", "seed")}
    checks = json.loads(row["checks"]) if row["checks"] else {}
    return Stimulus(**{name: row[name] for name in texts}, **numbers, checks=checks)  # type: ignore[arg-type]
