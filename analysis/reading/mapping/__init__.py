"""The door for other people's data: any CSV tables, with a mapping of their columns to ours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.errors import MappingError
from analysis.reading.mapping.arms import arms_of, plan_of
from analysis.reading.mapping.opening import open_tables, read_mapping
from analysis.reading.mapping.people import map_people
from analysis.reading.mapping.preparing import prepare
from analysis.reading.mapping.ratings import map_ratings
from analysis.reading.mapping.schema import Mapping
from analysis.reading.mapping.trials import map_trials
from analysis.reading.study import Study
from analysis.reading.text import as_field
from protocol.schema.plan import Plan

__all__ = ["read_mapped"]


def read_mapped(data: str | Path, mapping: str | Path) -> Study:
    """Read anyone's tables with a mapping file (section 3 of `docs/contracts.md`).

    Parameters
    ----------
    data : CSV file with one row per trial, or the folder of the tables that the mapping names
    mapping : YAML file that names their columns, their sentinels for missing values, and the plan

    Returns
    -------
    Study whose `trials` has the mapped columns alone, and whose source is `mapped`
        An arm's name is their value with each run of characters that a name may not have turned into a
        hyphen; their value is its label. The reference comes first, then the order of appearance.
        Catch trials stand in `catch_trials`; `notes` tells what was left out or read as missing; what
        else a reader must know (repeated items, people in several arms) is found by
        `analysis.population.integrity`.

    Raises
    ------
    MappingError : the message names file, column and row.
    """
    data, mapping = Path(data), Path(mapping)
    wanted = read_mapping(mapping)
    opened, sha256 = open_tables(data, wanted, mapping.name)
    notes: list[str] = []
    tables = {}
    for name, told in wanted.tables.items():
        tables[name], found = prepare(opened[name], told, f"{mapping.name}: tables.{name}.")
        notes += found
    where = f"{mapping.name}: "
    trials, found = map_trials(tables, wanted.trials, f"{where}{wanted.place}")
    arms = arms_of(trials["arm"], _reference(wanted), wanted.arms, where)
    plan = plan_of(wanted.plan, arms, wanted.trials.phase, where)
    if plan.exposure == "arm" and len(arms) < 2:
        theirs = wanted.trials.theirs("arm")
        raise MappingError(
            f"{where}{wanted.place}columns.arm: every row has {arms[0].label!r} in the column {theirs!r}; "
            "a comparison needs two arms at least."
        )
    trials = _with_source_and_phase(trials, plan, where)
    trials["arm"] = trials["arm"].map({arm.label: arm.name for arm in arms})
    trials, catch = _apart(trials)
    people = map_people(tables, wanted.participants, trials, catch, f"{where}participants.")
    ratings, more = _ratings(tables, wanted, people, where)
    return Study(
        title=wanted.title or (data.stem if data.is_file() else data.name),
        plan=plan,
        arms=tuple(arms),
        source="mapped",
        data_sha256=sha256,
        trials=trials,
        participants=people,
        ratings=ratings,
        catch_trials=catch,
        notes=(*notes, *found, *_note_on(catch), *more),
    )


def _reference(wanted: Mapping) -> str:
    given = wanted.plan.get("reference")
    return "" if given is None else as_field(given)


def _with_source_and_phase(trials: pd.DataFrame, plan: Plan, where: str) -> pd.DataFrame:
    trials = trials.assign(source="mapped")
    if "phase" not in trials.columns:
        return trials.assign(phase=plan.phase)
    if plan.phase not in (present := set(trials["phase"].dropna())):
        raise MappingError(
            f"{where}plan.phase {plan.phase!r} is no phase of the table. Phases: {', '.join(sorted(present))}."
        )
    return trials


def _apart(trials: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the trials that are analysed and those that only check attention."""
    if "catch" not in trials.columns:
        return trials.reset_index(drop=True), trials.iloc[:0]
    catch = trials["catch"].fillna(False).astype(bool)
    return trials[~catch].reset_index(drop=True), trials[catch].reset_index(drop=True)


def _note_on(catch: pd.DataFrame) -> list[str]:
    if catch.empty:
        return []
    people = catch["participant"].nunique()
    return [f"{len(catch):,} catch trials of {people:,} people only check attention; left out."]


def _ratings(
    tables: dict, wanted: Mapping, people: pd.DataFrame, where: str
) -> tuple[pd.DataFrame, list[str]]:
    parts, notes = [], []
    for number, section in enumerate(wanted.ratings):
        part, found = map_ratings(tables, section, people, f"{where}ratings.{number}.")
        parts.append(part)
        notes += found
    return (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()), notes
