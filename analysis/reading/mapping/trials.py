"""The table of trials from a mapping: standard columns, right or wrong, catch trials set apart."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.errors import MappingError
from analysis.reading.mapping.raw import Raw, is_among
from analysis.reading.mapping.schema import Catch, Trials
from analysis.reading.mapping.sections import chosen, renamed, typed
from analysis.reading.standard import NEEDED, STANDARD, standard_column
from analysis.reading.text import as_text, by_value
from protocol.doors.columns import Column

JUDGED = {  # the boolean, and the two columns that it compares where it is not given
    "correct": ("answer", "key"),
    "model_correct": ("output", "truth"),
    "first_correct": ("first", "truth"),
    "final_correct": ("final", "truth"),
}


def map_trials(tables: dict[str, Raw], section: Trials, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of trials under our names and in its kinds, and sentences about what was found.

    Whoever is absent in `NEEDED` is refused, and so is a name that is neither standard nor has a kind.
    """
    _refuse_unknown_names(section, where)
    source = chosen(tables, section, where)
    if source.rows.empty:
        raise MappingError(f"{source.file} has a header and no row.")
    table = renamed(source, section, where)
    if section.catch is not None:
        table = table.with_column("catch", _catch(source, section.catch, where))
    trials, notes = typed(table, section, lambda name: _definition(section, name), where)
    trials = _judged(trials)
    if section.phase is not None:
        trials = _of_phase(trials, section.phase, where)
    if "confidence" in trials.columns and section.confidence_scale:
        trials = trials.assign(confidence_scale=section.confidence_scale)
    return trials, notes


def _refuse_unknown_names(section: Trials, where: str) -> None:
    for name in section.names:
        if name not in STANDARD and name not in section.kinds:
            raise MappingError(
                f"{where}columns.{name} is not one of {', '.join(dict.fromkeys([*NEEDED, *STANDARD]))}. "
                f"A column of your own needs its kind (text, number or boolean) under `kinds`."
            )
    if absent := [name for name in NEEDED if name not in section.names]:
        raise MappingError(f"{where}columns lacks {', '.join(absent)}; {', '.join(NEEDED)} are needed.")


def _definition(section: Trials, name: str) -> Column:
    if name not in STANDARD:
        return Column(name, section.kinds[name], "")
    column = standard_column(name)
    if name.endswith("confidence") and section.confidence_scale == "probability":
        return replace(column, minimum=0, maximum=1)
    return column


def _catch(source: Raw, catch: Catch, where: str) -> pd.Series:
    raw = source.column(catch.column, f"{where}catch.column")
    values = catch.values
    found = by_value(raw, lambda texts: is_among(texts, values))
    if not found.any() or found.all():
        every = "every" if found.all() else "no"
        raise MappingError(
            f"{where}catch: {every} row of {source.file} has {catch.column} {', '.join(map(str, values))}."
        )
    return as_text(found)


def _judged(trials: pd.DataFrame) -> pd.DataFrame:
    """Add what is right or wrong; of numbers, which are mapped as such, only a distance can be told."""
    made = {
        name: _same(trials[left], trials[right])
        for name, (left, right) in JUDGED.items()
        if name not in trials.columns
        and {left, right} <= set(trials.columns)
        and not {f"{left}_number", f"{right}_number"} & set(trials.columns)
    }
    return trials.assign(**made)


def _same(left: pd.Series, right: pd.Series) -> pd.Series:
    """Say whether two texts are the same, or the same number where both columns hold numbers alone."""
    both = left.notna() & right.notna()
    if (numbers := _numbers(left)) is not None and (others := _numbers(right)) is not None:
        return (numbers == others).astype("boolean").where(both)
    return (left == right).astype("boolean").where(both)


def _numbers(texts: pd.Series) -> pd.Series | None:
    codes, distinct = pd.factorize(texts)
    values = pd.to_numeric(pd.Series(distinct, dtype="str"), errors="coerce")
    if values.isna().any():
        return None
    told = pd.concat([values.astype("float64"), pd.Series([float("nan")])], ignore_index=True)
    return told.take(codes).set_axis(texts.index)  # a missing text has the code −1, so it takes the last


def _of_phase(trials: pd.DataFrame, phase: str, where: str) -> pd.DataFrame:
    if "phase" not in trials.columns:
        raise MappingError(f"{where}`phase: {phase}` keeps the rows of a phase, but columns.phase is absent.")
    present = sorted(trials["phase"].dropna().unique())
    if phase not in present:
        raise MappingError(f"{where}phase: no row has the phase {phase!r}. Phases: {', '.join(present)}.")
    return trials[trials["phase"] == phase]
