"""The table of participants from a mapping: one row for each, with what their trials and other tables say of them."""

from __future__ import annotations

import pandas as pd

from analysis.errors import MappingError
from analysis.reading.mapping.derive import derive
from analysis.reading.mapping.raw import Raw
from analysis.reading.mapping.schema import Derived, Kind, People
from analysis.reading.mapping.sections import chosen, renamed
from analysis.reading.mapping.summaries import COUNTS, SUMMARIES, summary_by_group
from analysis.reading.tables import BOOLEANS, typed_column
from analysis.reading.text import as_text
from protocol.doors.columns import Column

OF_PERSON = ("person", "wave")  # columns of the trials that say something of the person


def map_people(
    tables: dict[str, Raw], section: People, trials: pd.DataFrame, catch: pd.DataFrame, where: str
) -> pd.DataFrame:
    """Return the table of participants.

    Parameters
    ----------
    tables : theirs, prepared
    section : what the mapping says of participants
    trials, catch : the mapped trials with `participant`, `source` and `arm`, and those that check attention
    where : what messages call the section

    Returns
    -------
    DataFrame with `participant`, `source`, `arm`, then `person`, `wave`, the counts of catch trials
    (`attention_shown`, `attention_passed`), and the section's columns
        Numbers are float64, what is true or false alone is boolean, all else text; empty is missing.
    """
    whole = pd.concat([trials, catch], ignore_index=True) if len(catch) else trials
    known = [name for name in OF_PERSON if name in whole.columns]
    people = whole[["participant", "source", "arm", *known]].drop_duplicates("participant", ignore_index=True)
    if len(catch) and "correct" in catch.columns:
        people = people.merge(_attention(catch), on="participant", how="left")
        people = people.fillna({"attention_shown": 0, "attention_passed": 0})
    further = _further(tables, section, people["participant"], where)
    return people.assign(**{name: further[name] for name in further.columns if name != "participant"})


def _attention(catch: pd.DataFrame) -> pd.DataFrame:
    passed = catch["correct"].fillna(False).astype(bool).groupby(catch["participant"])
    return passed.agg(attention_shown="size", attention_passed="sum").reset_index()


def _further(tables: dict[str, Raw], section: People, who: pd.Series, where: str) -> pd.DataFrame:
    """Return the section's columns for each participant, in their kinds."""
    table = Raw("the table of participants", pd.DataFrame({"participant": as_text(who)}))
    if section.columns:
        table = _joined(tables, section, table, where)
    for number, derived in enumerate(section.derive):
        place = f"{where}derive.{number}."
        summarises = derived.table is not None and derived.rule in SUMMARIES
        table = _summarised(tables, table, derived, place) if summarises else derive(table, derived, place)
    kinds = {name: section.kinds.get(name) or _kind(table.rows[name]) for name in table.rows.columns}
    return pd.DataFrame(
        {
            name: typed_column(table.rows[name], Column(name, kind, ""), table.file)
            for name, kind in kinds.items()
        }
    )


def _joined(tables: dict[str, Raw], section: People, people: Raw, where: str) -> Raw:
    if "participant" not in section.columns:
        raise MappingError(f"{where}columns lacks participant, which says whose row it is.")
    rows = renamed(chosen(tables, section, where), section, where)
    key = rows.column("participant", f"{where}columns.participant").astype("str")
    if (twice := key.duplicated()).any():
        row = int(twice.to_numpy().argmax())
        raise MappingError(
            f"{rows.place(row, section.theirs('participant'))}: a second row for {key.iloc[row]}; "
            f"{where}columns needs one row for each participant."
        )
    found = rows.rows.drop(columns="participant").astype("str").set_axis(pd.Index(key))
    aligned = found.reindex(people.rows["participant"].astype("str")).set_axis(people.rows.index)
    for name in aligned.columns:
        people = people.with_column(name, as_text(aligned[name]))
    return people


def _summarised(tables: dict[str, Raw], people: Raw, derived: Derived, where: str) -> Raw:
    if derived.table not in tables:
        raise MappingError(
            f"{where}table: no table is called {derived.table!r}. Tables: {', '.join(tables)}."
        )
    if len(derived.by) != 1:
        raise MappingError(f"{where}by: name the one column of {derived.table!r} that holds the participant.")
    told = summary_by_group(tables[derived.table], derived, where)
    values = people.rows["participant"].astype("str").map(told)
    return people.with_column(derived.column, as_text(values.fillna(0) if derived.rule in COUNTS else values))


def _kind(raw: pd.Series) -> Kind:
    """Return what a column without a declared kind holds, from its values."""
    texts = pd.Series(raw.cat.categories, dtype="str")
    texts = texts[texts != ""]
    if texts.isin(BOOLEANS).all():
        return "boolean" if len(texts) else "text"
    return "number" if pd.to_numeric(texts, errors="coerce").abs().lt(float("inf")).all() else "text"
