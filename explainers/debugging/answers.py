"""The debugging trials of an export: who marked what in which set."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from protocol.doors.export import TABLES
from protocol.doors.levels import SOURCES

from ..data.base import EXAMPLE
from ..errors import ExportError

TASK = "debugging"
PHASE = "test"
TRAIN = "train:"
RELABEL = "label-"  # begins the name of a question that asks for an example's label
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class MarkedSet:
    """A set of items as people met it.

    `examples` : by member, which training example it is, as `train:INDEX`; empty for a member that is none
    `labels` : by member, its true label
    `truth` : what is wrong, as it would be marked; None where it is not told
    """

    item: str
    examples: Mapping[str, str]
    labels: Mapping[str, str]
    truth: tuple[str, ...] | None


@dataclass(frozen=True)
class Trial:
    """What one participant marked in one set. A new label is told as the mark `EXAMPLE=LABEL`."""

    participant: str
    source: str
    arm: str
    condition: str
    position: str
    item: str
    model: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """All debugging trials of one source, and the sets that they are about."""

    trials: tuple[Trial, ...]
    sets: Mapping[str, MarkedSet]


def read_answers(folder: Path, source: str = "") -> Answers:
    """Read the debugging trials of the test phase.

    Parameters
    ----------
    folder : an export, see `docs/contracts.md`
    source : whose; by default recruited participants where there are any, else simulated ones, else previews

    Raises
    ------
    ExportError : there is no such export, it has no such trial, or an answer is not as the contract says.
    """
    if not folder.is_dir():
        raise ExportError(f"There is no export at {folder}: no such folder.")
    rows = _debugging(folder, source)
    more = _further(folder)
    trials = tuple(_trial(row, more.get((row["participant"], row["position"]), [])) for row in rows)
    return Answers(trials, _sets(folder, {trial.item for trial in trials}))


def _debugging(folder: Path, source: str) -> Rows:
    trials = _read(folder, "trials")
    tasks = [row for row in trials if row["task"] == TASK]
    if not tasks:
        there = ", ".join(sorted({row["task"] for row in trials})) or "no trial at all"
        raise ExportError(f"{folder / 'trials.csv'} has no trial of the task {TASK}. It has: {there}.")
    rows = [row for row in tasks if row["phase"] == PHASE]
    if not rows:
        there = ", ".join(sorted({row["phase"] for row in tasks}))
        raise ExportError(f"{folder / 'trials.csv'} has {TASK} trials in {there} only; needed: {PHASE}.")
    present = {row["source"] for row in rows}
    chosen = source or next((name for name in SOURCES if name in present), "")
    if chosen not in present:
        there = ", ".join(sorted(present))
        raise ExportError(
            f"{folder / 'trials.csv'} has no {TASK} trial of source {source!r}. It has: {there}."
        )
    return [row for row in rows if row["source"] == chosen]


def _further(folder: Path) -> dict[tuple[str, str], Rows]:
    """Answers with the roles mark and relabel, by participant and position."""
    found: dict[tuple[str, str], Rows] = {}
    for row in _read(folder, "responses"):
        if row["role"] in ("mark", "relabel"):
            found.setdefault((row["participant"], row["position"]), []).append(row)
    return found


def _trial(row: dict[str, str], more: Rows) -> Trial:
    who = f"participant {row['participant']}, position {row['position']}"
    marks = _listed(row["answer"], f"trials.csv, {who}, answer")
    for answer in more:
        place = f"responses.csv, {who}, question {answer['question']}"
        if answer["role"] == "mark":
            marks += _listed(answer["answer"], place)
        elif answer["answer"]:
            if not answer["question"].startswith(RELABEL):
                raise ExportError(
                    f"{place} is a relabel. Allowed names: {RELABEL}ITEM, the member that it is about."
                )
            marks.append(f"{answer['question'].removeprefix(RELABEL)}={answer['answer']}")
    told = {
        name: row[name] for name in ("participant", "source", "arm", "condition", "position", "item", "model")
    }
    return Trial(**told, marks=tuple(dict.fromkeys(marks)))


def _sets(folder: Path, wanted: Iterable[str]) -> dict[str, MarkedSet]:
    items = {row["item"]: row for row in _read(folder, "items")}
    found = {}
    for name in sorted(wanted):
        if name not in items or items[name]["kind"] != "set":
            there = ", ".join(item for item, row in items.items() if row["kind"] == "set") or "none"
            raise ExportError(
                f"trials.csv is about {name!r}, which is no set of items.csv. Sets there: {there}."
            )
        members = _listed(items[name]["members"], f"items.csv, item {name}, members")
        examples = {one: items.get(one, {}).get(f"stratum_{EXAMPLE}") or "" for one in members}
        labels = {one: items.get(one, {}).get("truth", "") for one in members}
        truth = _listed(items[name]["truth"], f"items.csv, item {name}, truth")
        found[name] = MarkedSet(name, examples, labels, tuple(truth) if items[name]["truth"] else None)
    return found


def _read(folder: Path, name: str) -> Rows:
    file = folder / f"{name}.csv"
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            rows, header = list(reader), reader.fieldnames or []
    except OSError as error:
        needed = "Needed: trials.csv, responses.csv (which may have no row) and items.csv."
        raise ExportError(f"{file}: {error.strerror}. {needed}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ExportError(f"{file} cannot be read: {error}.") from error
    if absent := [column for column in TABLES[name].header if column not in header]:
        raise ExportError(f"{file} lacks the columns {', '.join(absent)}; docs/contracts.md tells them.")
    return rows


def _listed(answer: str, place: str) -> list[str]:
    """A JSON list of texts; an empty answer is an empty list."""
    try:
        found = json.loads(answer or "[]")
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ExportError(f"{place}: {answer!r} is no JSON list of texts.")
    return found
