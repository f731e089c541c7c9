"""The standard columns of a table of trials: those of an export, and those that metrics may need beside them."""

from __future__ import annotations

from dataclasses import replace

from protocol.doors.columns import Column
from protocol.doors.export import TRIALS

NEEDED = ("participant", "item", "arm")
FROM_EXPORT = (
    *("participant", "arm", "condition", "phase", "task", "position", "trial", "item", "model"),
    *("compared_model", "target", "answer", "key", "correct", "output", "truth", "model_correct"),
    *("confidence", "confidence_scale", "response_ms", "hidden_ms", "explanation_shown"),
)
FURTHER = (
    Column("person", "text", "Who the participant is, where one person took part more than once."),
    Column("question", "text", "Which of a trial's questions the row is about."),
    Column("first", "text", "The own answer before advice."),
    Column("final", "text", "The answer after advice."),
    Column("first_correct", "boolean", "Whether the first answer equals the truth."),
    Column("final_correct", "boolean", "Whether the final answer equals the truth."),
    Column("first_confidence", "number", "Confidence in the first answer."),
    Column("final_confidence", "number", "Confidence in the final answer."),
    *(
        Column(f"{name}_number", "number", f"The {said} where it is a number.")
        for name, said in {
            "first": "first answer",
            "final": "final answer",
            "answer": "answer",
            "output": "model's output",
            "truth": "truth",
        }.items()
    ),
    Column("chance", "number", "The probability that a guess is right.", minimum=0, maximum=1),
    Column("catch", "boolean", "Whether the trial only checks attention; it is never analysed."),
    Column("repeats", "text", "The item that this trial shows once more."),
    Column("session", "number", "How many sessions of training came before the trial.", minimum=0),
    Column("size", "number", "Depth or number of nodes of the model that is walked through.", minimum=0),
    Column("pair", "text", "Which two models are compared."),
    Column("features_marked", "text", "JSON list of the features that the participant named."),
    Column("features_true", "text", "JSON list of the features that the model used."),
    Column("output_after", "text", "The model's output after a change of the input or the model."),
    Column("leaks", "boolean", "Whether the explanation that was shown tells the output."),
    Column("wave", "text", "Wave of recruitment."),
)
STANDARD = {column.name: column for column in (*(TRIALS.column(name) for name in FROM_EXPORT), *FURTHER)}


def standard_column(name: str) -> Column:
    """Return what may stand in a mapped column: integers may have decimals, and only `NEEDED` must be filled.

    Raises
    ------
    KeyError : no standard column is called `name`.
    """
    column = STANDARD[name]
    kind = "number" if column.kind == "integer" else column.kind
    return replace(column, kind=kind, required=name in NEEDED)
