"""The table of gains, from `python -m explainers debug` to `python -m analysis gain`."""

from __future__ import annotations

from protocol.doors.columns import Column, Table
from protocol.doors.levels import SOURCES

MARKINGS = {
    "participant": "What a participant marked in a set.",
    "random": "As many marks of the same kinds as that participant's, drawn at random: the floor.",
    "oracle": "The set's truth, marked: the ceiling. Stands once for each set and model.",
}
MEASURES = {"accuracy": "Share of right outputs.", "r2": "Share of a number's variance explained."}


def _quality(name: str, data: str, when: str, *, required: bool = True) -> Column:
    return Column(name, "number", f"The measure on {data} held-out data {when}.", required=required)


GAINS = Table(
    "gains",
    "participant × set × training seed, for each kind of marking",
    (
        Column("marking", "text", "Whose marks.", levels=MARKINGS, required=True),
        Column("source", "text", "How the participants came.", levels=SOURCES, required=True),
        Column("participant", "text", "Random name of the participant; empty for the oracle."),
        Column("arm", "text", "What the participant was allocated to."),
        Column("condition", "text", "The exposure that is compared."),
        Column("position", "integer", "Place of the trial in the participant's session.", minimum=1),
        Column("item", "text", "The set.", required=True),
        Column("model", "text", "The model that was trained again.", required=True),
        Column("marks", "json", "What was done differently in training.", required=True),
        Column(
            "marked", "integer", "How many marks had an effect on the training.", minimum=0, required=True
        ),
        Column("without_effect", "integer", "How many had none.", minimum=0, required=True),
        Column("seed", "integer", "Seed of the training.", required=True),
        Column("measure", "text", "What the qualities are.", levels=MEASURES, required=True),
        _quality("ordinary_before", "ordinary", "without marks"),
        _quality("ordinary_after", "ordinary", "with these marks"),
        _quality("shifted_before", "shifted", "without marks", required=False),
        _quality("shifted_after", "shifted", "with these marks", required=False),
    ),
    unique=("marking", "participant", "position", "item", "model", "seed"),
)
