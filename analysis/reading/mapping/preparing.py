"""What is done to a table of theirs first: double rows, sentinels, recodes, derived columns."""

from __future__ import annotations

from functools import partial

from analysis.errors import MappingError
from analysis.reading.mapping.derive import derive, recoded
from analysis.reading.mapping.raw import Raw, without
from analysis.reading.mapping.schema import SourceTable
from analysis.reading.text import map_text


def prepare(table: Raw, told: SourceTable, where: str) -> tuple[Raw, list[str]]:
    """Return a table as its rules want it, and sentences about what was found.

    Raises
    ------
    MappingError : rows are exact copies of others and no rule says what to do, or a rule does not fit.
    """
    table, notes = _without_copies(table, told, where)
    for name, sentinels in told.missing.items():
        raw = table.column(name, f"{where}missing")
        table = table.with_column(name, map_text(raw, partial(without, codes=sentinels)))
    for name, renamed in told.recode.items():
        raw = table.column(name, f"{where}recode")
        table = table.with_column(name, map_text(raw, partial(recoded, map_=renamed)))
    for number, derived in enumerate(told.derive):
        table = derive(table, derived, f"{where}derive.{number}.")
    return table, notes


def _without_copies(table: Raw, told: SourceTable, where: str) -> tuple[Raw, list[str]]:
    copies = table.rows.duplicated().to_numpy()
    if not copies.any():
        return table, []
    many = int(copies.sum())
    if told.duplicates == "refuse":
        row = int(copies.argmax())
        raise MappingError(
            f"{table.file}, row {table.rows.index[row] + 1}: an exact copy of an earlier row ({many:,} in all). "
            f"Say what they are: `{where}duplicates: drop-exact` (logged twice) or `keep` (each counts)."
        )
    if told.duplicates == "drop-exact":
        return table.only(~copies), [
            f"{table.file}: {many:,} rows are exact copies of earlier ones; left out."
        ]
    return table, [
        f"{table.file}: {many:,} rows are exact copies of earlier ones; kept, as the mapping says."
    ]
