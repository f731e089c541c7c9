"""The export, schema version 1: every table and column, once, for who writes it and who reads it.

Section 2 of `docs/contracts.md` tells the same in prose. `describe` gives the part of
`dataset_description.json` that follows from the tables alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from protocol.doors.bundle import ITEMS, OUTPUTS, STIMULI
from protocol.doors.columns import Column, Table
from protocol.doors.levels import ACTIONS, OUTCOMES, ROLES, SCALES, SOURCES, TIMINGS

SCHEMA_VERSION = 1
DESCRIPTION_FILE = "dataset_description.json"
PROTOCOL_FILE = "protocol.json"


def _duration(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, unit="ms", minimum=0)


def _needed(column: Column) -> Column:
    return replace(column, required=True)


_PARTICIPANT = Column(
    "participant", "text", "Random name of the participant; not the personal link.", required=True
)
_SOURCE = Column("source", "text", "How the participant came.", levels=SOURCES, required=True)
_ARM = Column("arm", "text", "What the participant was allocated to; empty before allocation.")
_CONDITION = Column(
    "condition",
    "text",
    "The exposure that is compared: the arm between subjects, the trial's own condition within subjects.",
)
_PHASE = Column("phase", "text", "Kind of the phase of the session, e.g. test.")
_TASK = Column("task", "text", "Kind of the task, e.g. forward-simulation; empty outside trials.")
_POSITION = Column("position", "integer", "Place of the step in the whole session, from 1.", minimum=1)
_ITEM = Column("item", "text", "The item that it was about.")
_MODEL = Column("model", "text", "The model that it was about.")
_COMPARED = Column("compared_model", "text", "The second model, where a task has two.")
_TARGET = Column(
    "target", "text", "The class an explanation was shown for, where that is part of the question."
)
_KEY = Column("key", "text", "The answer that counts as correct; empty where there is none.")
_CORRECT = Column(
    "correct", "boolean", "Whether the answer equals the key; empty for numbers and where there is no key."
)
_OUTPUT = Column(
    "output",
    "text",
    "What the model said about the item (the compared model where the task asks for that one).",
)
_TRUTH = Column("truth", "text", "Ground truth of the item.")
_SCALE = Column("confidence_scale", "text", "What the confidence is.", levels=SCALES)
_HIDDEN = _duration("hidden_ms", "How long the page was not visible between onset and answer.")
_TIMING = Column("timing", "text", "How the times were taken.", levels=TIMINGS, required=True)
_ANSWERED = Column("answered_at", "time", "When the server stored the answer.", required=True)
_QUESTION = Column("question", "text", "Name of the question within its step.", required=True)

PARTICIPANTS = Table(
    "participants",
    "participant that ever arrived",
    (
        _PARTICIPANT,
        _SOURCE,
        _ARM,
        Column("outcome", "text", "How far the participant came.", levels=OUTCOMES, required=True),
        Column("phase", "text", "Last phase in which an answer was given."),
        Column("arrived_at", "time", "When the first page was opened.", required=True),
        Column("consented_at", "time", "When consent was given."),
        Column("allocated_at", "time", "When an arm was drawn."),
        Column("finished_at", "time", "When the end was reached."),
        Column(
            "left_at",
            "time",
            "When the participant left or was turned away: what they said, else their last answer.",
        ),
        _duration("duration_ms", "From consent to the last answer before the debrief."),
        Column("gate_attempts", "integer", "Attempts at the comprehension gate.", minimum=0),
        Column("attention_passed", "integer", "Attention checks passed.", minimum=0),
        Column("attention_shown", "integer", "Attention checks answered.", minimum=0),
        Column("scripts", "boolean", "Whether times were measured in the browser."),
        Column(
            "protocol_version",
            "integer",
            "Version of the protocol that the participant took part in.",
            minimum=1,
        ),
    ),
    unique=("participant",),
)

TRIALS = Table(
    "trials",
    "answered trial: a step with an item that asks something",
    (
        _PARTICIPANT,
        _SOURCE,
        _needed(_ARM),
        _needed(_CONDITION),
        _needed(_PHASE),
        _needed(_TASK),
        _needed(_POSITION),
        Column("trial", "integer", "Place of the trial in its phase, from 1.", minimum=1, required=True),
        _needed(_ITEM),
        _MODEL,
        _COMPARED,
        _TARGET,
        Column("answer", "text", "The main answer: a label, a number, or a JSON list."),
        _KEY,
        _CORRECT,
        _OUTPUT,
        _TRUTH,
        Column("model_correct", "boolean", "Whether output equals truth."),
        Column("confidence", "number", "The confidence given, on its scale."),
        _SCALE,
        _duration("response_ms", "From onset after paint to the sending of the main answer's page."),
        _HIDDEN,
        _TIMING,
        Column("explanation_shown", "boolean", "Whether the arm's explanation stood on the page."),
        _ANSWERED,
    ),
    unique=("participant", "position"),
)

RESPONSES = Table(
    "responses",
    "answered question of any step",
    (
        _PARTICIPANT,
        _SOURCE,
        _ARM,
        _CONDITION,
        _needed(_PHASE),
        _TASK,
        _needed(_POSITION),
        _ITEM,
        _MODEL,
        _COMPARED,
        _TARGET,
        _QUESTION,
        Column("role", "text", "What the question is for.", levels=ROLES, required=True),
        Column("answer", "text", "The answer; empty where an optional question was left open."),
        _KEY,
        _CORRECT,
        _OUTPUT,
        _TRUTH,
        _SCALE,
        Column("onset_at", "time", "When the page was first painted."),
        _duration("response_ms", "From onset after paint to the sending of the page."),
        _HIDDEN,
        _TIMING,
        _ANSWERED,
    ),
    unique=("participant", "position", "question"),
)

RATINGS = Table(
    "ratings",
    "answered item of a published or own scale",
    (
        _PARTICIPANT,
        _SOURCE,
        _ARM,
        _needed(_PHASE),
        _needed(_POSITION),
        Column("instrument", "text", "Name of the scale.", required=True),
        _QUESTION,
        Column("subscale", "text", "Part of the scale that the item belongs to."),
        Column("answer", "number", "The point chosen, as given: reverse items are not turned round."),
        Column("minimum", "number", "Lowest point of the scale.", required=True),
        Column("maximum", "number", "Highest point of the scale.", required=True),
        Column("reverse", "boolean", "Whether the item is turned round before scoring.", required=True),
        _ANSWERED,
    ),
    unique=("participant", "position", "instrument", "question"),
)

EVENTS = Table(
    "events",
    "anything else that happened",
    (
        _PARTICIPANT,
        _SOURCE,
        _ARM,
        _POSITION,
        Column(
            "kind",
            "text",
            "What happened, e.g. shown, resumed, reloaded, hidden, offline, left, finished.",
            required=True,
        ),
        Column("detail", "json", "More about it."),
        Column("at", "time", "When it happened.", required=True),
    ),
)

ALLOCATION = Table(
    "allocation",
    "entry of the append-only allocation log",
    (
        _SOURCE,
        Column("stratum", "text", "The stratum of allocation; empty where there is one only."),
        Column(
            "sequence",
            "integer",
            "Number of the entry within source and stratum, from 1, without gaps.",
            minimum=1,
            required=True,
        ),
        Column("action", "text", "What was done.", levels=ACTIONS, required=True),
        Column(
            "place", "integer", "Number in the stream of permuted blocks, from 1.", minimum=1, required=True
        ),
        Column("block", "integer", "Number of the permuted block.", minimum=0),
        _needed(_ARM),
        _PARTICIPANT,
        Column("allocator", "text", "Version of the allocator."),
        Column("reason", "text", "Why a place was freed."),
        Column("at", "time", "When it was done.", required=True),
    ),
    unique=("source", "stratum", "sequence"),
)

TEXTS = Table(
    "texts",
    "free text, kept apart because it may identify people",
    (
        _PARTICIPANT,
        _SOURCE,
        _needed(_PHASE),
        _needed(_POSITION),
        _QUESTION,
        Column("text", "text", "What was written."),
        _ANSWERED,
    ),
    unique=("participant", "position", "question"),
)

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        PARTICIPANTS,
        TRIALS,
        RESPONSES,
        RATINGS,
        EVENTS,
        ALLOCATION,
        ITEMS,
        OUTPUTS,
        STIMULI,
        TEXTS,
    )
}


def describe() -> dict[str, Any]:
    """Return what `dataset_description.json` says about the tables.

    `variableMeasured` lists each variable once as Psych-DS wants it; the meaning that a column has in a
    certain table stands under `tables`, which goes below the key `foretell`.
    """
    variables: dict[str, dict[str, Any]] = {}
    for table in TABLES.values():
        for column in table.columns:
            variables.setdefault(column.name, _variable(column))
    return {
        "variableMeasured": list(variables.values()),
        "tables": {
            table.file: {
                "row": table.row,
                "unique": list(table.unique),
                "columns": [_told(column) for column in table.columns],
            }
            for table in TABLES.values()
        },
    }


def _variable(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {"@type": "PropertyValue", "name": column.name, "description": column.meaning}
    optional = {"unitText": column.unit, "minValue": column.minimum, "maxValue": column.maximum}
    return told | {key: value for key, value in optional.items() if value not in ("", None)}


def _told(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "type": column.kind,
        "meaning": column.meaning,
        "required": column.required,
    }
    optional = {
        "unit": column.unit,
        "levels": dict(column.levels),
        "minimum": column.minimum,
        "maximum": column.maximum,
    }
    return told | {key: value for key, value in optional.items() if value not in ("", None, {})}
