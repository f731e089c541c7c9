"""One thing that is wrong, or looks wrong, in a study's tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

SHOWN = 3  # examples in a sentence


@dataclass(frozen=True)
class Finding:
    """A kind of problem with how often it was found and one sentence for the report.

    `rows` are labels of the index of the study's table called `table`; `people` are participants. Either may
    be empty where the problem is not one of rows or of people.
    """

    kind: str
    count: int
    sentence: str
    table: str = "trials"
    rows: tuple[int, ...] = ()
    people: tuple[str, ...] = ()


def rows_found(
    kind: str, table: pd.DataFrame, bad: pd.Series, sentence: str, name: str = "trials"
) -> list[Finding]:
    """Return the finding of the rows in which `bad` is true, or nothing; `{count}` in the sentence is filled.

    `{rows}` becomes "1 row" or "12 rows", `{people}` the number of participants with their first names.
    """
    found = table[bad.fillna(False).astype(bool)]
    if found.empty:
        return []
    people = tuple(dict.fromkeys(found["participant"].dropna())) if "participant" in found.columns else ()
    rows = "1 row" if len(found) == 1 else f"{len(found):,} rows"
    told = sentence.format(rows=rows, people=examples(people))
    return [Finding(kind, len(found), told, name, tuple(found.index), people)]


def people_found(kind: str, people: pd.Index, sentence: str, name: str = "participants") -> list[Finding]:
    """Return the finding of these people, or nothing; `{people}` in the sentence is filled."""
    if people.empty:
        return []
    return [Finding(kind, len(people), sentence.format(people=examples(people)), name, (), tuple(people))]


def examples(people: tuple[str, ...] | pd.Index) -> str:
    """Say how many people these are, with the first few of their names."""
    named = ", ".join(map(str, people[:SHOWN])) + (" …" if len(people) > SHOWN else "")
    return f"{len(people):,} {'person' if len(people) == 1 else 'people'} ({named})"
