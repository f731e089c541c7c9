"""The door for other people's data: any CSV table of trials, with a mapping of its columns to ours."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML, YAMLError

from analysis.errors import ExportError, MappingError
from analysis.reading.study import Arm, Study
from analysis.reading.tables import read_text, typed_column
from protocol.doors.columns import Column
from protocol.doors.export import TRIALS
from protocol.schema.plan import Plan

NEEDED = ("participant", "item", "arm")
OPTIONAL = (
    *("correct", "answer", "key", "output", "truth", "model_correct", "confidence", "response_ms"),
    *("hidden_ms", "phase", "task", "position"),
)
TRUE_OR_FALSE = {"1": "true", "0": "false", "1.0": "true", "0.0": "false"}


class Mapping(BaseModel):
    """A mapping file: what the columns are called there, and the plan that is executed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    title: str = ""
    columns: dict[str, str] = Field(description="Ours: theirs.")
    confidence_scale: Literal["probability", "ordinal"] | None = None
    missing: dict[str, list[str | int | float]] = Field(default_factory=dict)
    ranges: dict[str, Annotated[list[float], Field(min_length=2, max_length=2)]] = Field(default_factory=dict)
    phase: str | None = None
    plan: dict[str, Any]


def read_mapped(table: str | Path, mapping: str | Path) -> Study:
    """Read anyone's table of trials with a mapping file (section 3 of `docs/contracts.md`).

    Parameters
    ----------
    table : CSV file with one row per trial
    mapping : YAML file that names their columns, their sentinels for missing values, and the plan

    Returns
    -------
    Study whose `trials` has the mapped columns alone, and whose source is `mapped`
        An arm's name is their value with each run of characters that a name may not have turned into a
        hyphen; their value is its label. The reference comes first, then the order of appearance.

    Raises
    ------
    MappingError : the message names file, column and row.
    """
    table, mapping = Path(table), Path(mapping)
    wanted = _read_mapping(mapping)
    content = _read_bytes(table, "table", "a CSV file")
    raw = _renamed(_read_table(table), wanted, table.name, mapping.name)
    trials = pd.DataFrame({name: _typed(raw[name], name, wanted, table.name) for name in raw.columns})
    trials = _with_answers_judged(trials, mapping.name)
    if wanted.phase is not None:
        trials = _of_phase(trials, wanted.phase, mapping.name)
    arms = _arms(trials["arm"], str(wanted.plan.get("reference", "")), mapping.name)
    plan = _plan(wanted, arms, mapping.name)
    trials["arm"] = trials["arm"].map({arm.label: arm.name for arm in arms})
    trials = _with_constants(trials, plan, wanted)
    return Study(
        title=wanted.title or table.stem,
        plan=plan,
        arms=tuple(arms),
        source="mapped",
        data_sha256=hashlib.sha256(content).hexdigest(),
        trials=trials,
        participants=trials[["participant", "source", "arm"]].drop_duplicates(
            "participant", ignore_index=True
        ),
        notes=tuple(_notes(trials)),
    )


def _read_mapping(path: Path) -> Mapping:
    try:
        given = YAML(typ="safe").load(_read_bytes(path, "mapping", "a YAML file").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MappingError(f"{path.name} is not in UTF-8: {error}.") from error
    except YAMLError as error:
        raise MappingError(f"{path.name} is not YAML: {error}") from error
    if not isinstance(given, dict):
        keys = ", ".join(Mapping.model_fields)
        raise MappingError(f"{path.name} holds {_kind(given)}; a mapping with the keys {keys} is needed.")
    try:
        return Mapping.model_validate(given)
    except ValidationError as error:
        raise MappingError(f"{path.name}: {_first_fault(error)}") from error


def _read_bytes(path: Path, what: str, allowed: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MappingError(f"There is no {what} at {path}; {allowed} is needed.") from None
    except IsADirectoryError:
        raise MappingError(f"{path} is a folder; the {what} must be {allowed}.") from None
    except OSError as error:
        raise MappingError(f"{path} cannot be read: {error.strerror}.") from error


def _read_table(path: Path) -> pd.DataFrame:
    try:
        return read_text(path)
    except ExportError as error:
        raise MappingError(str(error)) from error


def _kind(given: Any) -> str:
    return {type(None): "nothing", list: "a list"}.get(type(given), f"the single value {given!r}")


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"]) or "the file"
    if fault["type"] == "missing":
        return f"{where} is missing. Needed keys: columns, plan; allowed: {', '.join(Mapping.model_fields)}."
    if fault["type"] == "extra_forbidden":
        return f"{where} is not a known key. Known ones: {', '.join(Mapping.model_fields)}."
    return f"{where}: {fault['msg']}"


def _renamed(raw: pd.DataFrame, wanted: Mapping, file: str, mapping: str) -> pd.DataFrame:
    known = NEEDED + OPTIONAL
    if unknown := [name for name in wanted.columns if name not in known]:
        raise MappingError(f"{mapping}: columns.{unknown[0]} is not one of {', '.join(known)}.")
    for name in (*wanted.missing, *wanted.ranges):
        if name not in wanted.columns:
            raise MappingError(f"{mapping}: {name!r} has a rule but stands not under `columns`.")
    if absent := [name for name in NEEDED if name not in wanted.columns]:
        raise MappingError(f"{mapping}: columns lacks {', '.join(absent)}; {', '.join(NEEDED)} are needed.")
    if not ("correct" in wanted.columns or {"answer", "key"} <= wanted.columns.keys()):
        raise MappingError(f"{mapping}: columns needs `correct`, or `answer` and `key`.")
    for ours, theirs in wanted.columns.items():
        if theirs not in raw.columns:
            raise MappingError(
                f"{mapping}: columns.{ours} names {theirs!r}, which {file} has not. "
                f"It has {', '.join(raw.columns)}."
            )
    return pd.DataFrame({ours: raw[theirs].str.strip() for ours, theirs in wanted.columns.items()})


def _typed(raw: pd.Series, name: str, wanted: Mapping, file: str) -> pd.Series:
    kept = raw.mask(_is_sentinel(raw, wanted.missing.get(name, [])), "")
    column = _definition(name, wanted)
    if column.kind == "boolean":
        kept = kept.str.lower().replace(TRUE_OR_FALSE)
    try:
        return typed_column(kept, column, file)
    except ExportError as error:
        raise MappingError(f"{error} Missing values must be declared under `missing`.") from error


def _is_sentinel(raw: pd.Series, sentinels: list[str | int | float]) -> pd.Series:
    texts = {str(value) for value in sentinels}
    numbers = {float(value) for value in sentinels if not isinstance(value, str)}
    return raw.isin(texts) | pd.to_numeric(raw, errors="coerce").isin(numbers)


def _definition(name: str, wanted: Mapping) -> Column:
    """Return what may stand in the column: as in an export, but called as it is called in their table."""
    ours = TRIALS.column(name)
    low, high = ours.minimum, ours.maximum
    if name == "confidence" and wanted.confidence_scale == "probability":
        low, high = 0, 1
    low, high = wanted.ranges.get(name, [low, high])
    kind = "number" if ours.kind == "integer" else ours.kind  # reaction times may have decimals
    return Column(wanted.columns[name], kind, "", required=name in NEEDED, minimum=low, maximum=high)


def _with_answers_judged(trials: pd.DataFrame, mapping: str) -> pd.DataFrame:
    if "correct" not in trials.columns:
        both = trials["answer"].notna() & trials["key"].notna()
        trials["correct"] = (trials["answer"] == trials["key"]).where(both).astype("boolean")
    if "model_correct" not in trials.columns and {"output", "truth"} <= set(trials.columns):
        both = trials["output"].notna() & trials["truth"].notna()
        trials["model_correct"] = (trials["output"] == trials["truth"]).where(both).astype("boolean")
    return trials


def _of_phase(trials: pd.DataFrame, phase: str, mapping: str) -> pd.DataFrame:
    if "phase" not in trials.columns:
        raise MappingError(
            f"{mapping}: `phase: {phase}` keeps the rows of a phase, but columns.phase is absent."
        )
    present = sorted(trials["phase"].dropna().unique())
    if phase not in present:
        raise MappingError(f"{mapping}: no row has phase {phase!r}. Phases: {', '.join(present)}.")
    return trials[trials["phase"] == phase].reset_index(drop=True)


def _arms(values: pd.Series, reference: str, mapping: str) -> list[Arm]:
    labels = list(dict.fromkeys(values))
    if reference not in labels:
        raise MappingError(
            f"{mapping}: plan.reference {reference!r} is no arm of the table. Arms: {', '.join(labels)}."
        )
    labels.remove(reference)
    arms: list[Arm] = []
    for label in [reference, *labels]:
        arms.append(Arm(_name(label, {arm.name for arm in arms}), label))
    return arms


def _name(label: str, taken: set[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9._+-]+", "-", label).lstrip("-._+")[:70].rstrip("-") or "arm"
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return name


def _plan(wanted: Mapping, arms: list[Arm], mapping: str) -> Plan:
    given = wanted.plan | {"reference": arms[0].name}
    if wanted.phase is not None:
        given["phase"] = wanted.phase
    try:
        return Plan.model_validate(given)
    except ValidationError as error:
        raise MappingError(f"{mapping}: plan.{_first_fault(error)}") from error


def _with_constants(trials: pd.DataFrame, plan: Plan, wanted: Mapping) -> pd.DataFrame:
    trials = trials.assign(source="mapped")
    if wanted.phase is not None or "phase" not in trials.columns:
        trials = trials.assign(phase=plan.phase)
    if "confidence" in trials.columns and wanted.confidence_scale:
        trials = trials.assign(confidence_scale=wanted.confidence_scale)
    return trials


def _notes(trials: pd.DataFrame) -> list[str]:
    notes = []
    if twice := int(trials.duplicated(["participant", "item"]).sum()):
        notes.append(
            f"{twice:,} rows repeat a participant and item; all are kept. Drop double-logged rows first."
        )
    if many := int((trials.groupby("participant")["arm"].nunique() > 1).sum()):
        notes.append(
            f"{many:,} participants stand in more than one arm; they count in each, and as one cluster in intervals."
        )
    return notes
