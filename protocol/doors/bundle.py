"""The tables that the bundle holds and the export repeats: items, outputs, stimuli."""

from __future__ import annotations

from protocol.doors.columns import Column, Table
from protocol.doors.levels import ITEM_KINDS

ITEMS = Table(
    "items",
    "item of the bundle",
    (
        Column("item", "text", "Name of the item.", required=True),
        Column("kind", "text", "What kind of item it is.", levels=ITEM_KINDS, required=True),
        Column("parent", "text", "For a pair: the item that was changed."),
        Column("change", "json", "For a pair: what was changed."),
        Column("members", "json", "For a set: list of its items."),
        Column(
            "truth", "text", "Ground truth: a label, a number, or a JSON list; empty where there is none."
        ),
    ),
    unique=("item",),
    open_prefix="stratum_",
)

OUTPUTS = Table(
    "outputs",
    "item × model",
    (
        Column("item", "text", "Name of the item.", required=True),
        Column("model", "text", "Name of the model.", required=True),
        Column("output", "text", "What the model said: a label or a number.", required=True),
        Column(
            "probability",
            "number",
            "The model's probability of that output; empty for regression.",
            minimum=0,
            maximum=1,
        ),
        Column("probabilities", "json", "The model's probabilities in the order of the labels."),
    ),
    unique=("item", "model"),
)

STIMULI = Table(
    "stimuli",
    "thing that can be shown",
    (
        Column("item", "text", "Name of the item.", required=True),
        Column("model", "text", "The model that is explained; empty for what is not an explanation."),
        Column("explainer", "text", "The explainer; empty for what is not an explanation."),
        Column("target", "text", "What is explained: predicted, runner-up, truth, class:LABEL, or none."),
        Column("part", "text", "Which part, e.g. input, map, example-1.", required=True),
        Column("file", "text", "Name of the file, which is the SHA-256 of its bytes.", required=True),
        Column("media_type", "text", "Media type of the file.", required=True),
        Column("width", "integer", "Natural width of an image.", unit="px", minimum=1),
        Column("height", "integer", "Natural height of an image.", unit="px", minimum=1),
        Column("caption", "text", "Short text shown with it."),
        Column("alt", "text", "Alternative text."),
        Column("source_item", "text", "The other item that it was made from, if any."),
        Column("seed", "integer", "Seed of this stimulus, where something is random."),
        Column("checks", "json", "Check name → number."),
    ),
    unique=("item", "model", "explainer", "target", "part"),
)
