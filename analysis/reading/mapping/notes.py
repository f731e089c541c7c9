"""What a reader must be told of a mapped table of trials."""

from __future__ import annotations

import pandas as pd


def notes_on(trials: pd.DataFrame, catch: pd.DataFrame) -> list[str]:
    """Return sentences about repeated rows, people in several arms and catch trials, with counts.

    A row repeats another where participant and item, and question, phase and `repeats` where they are
    mapped, are the same.
    """
    notes = []
    if len(catch):
        people = catch["participant"].nunique()
        notes.append(f"{len(catch):,} catch trials of {people:,} people only check attention; left out.")
    key = [
        "participant",
        "item",
        *(name for name in ("question", "phase", "repeats") if name in trials.columns),
    ]
    if twice := int(trials.duplicated(key).sum()):
        notes.append(
            f"{twice:,} rows repeat a participant and item; all are kept. Drop double-logged rows first."
        )
    if many := _in_several_arms(trials, "participant"):
        notes.append(
            f"{many:,} participants stand in more than one arm; they count in each, and as one cluster in intervals."
        )
    elif "person" in trials.columns and (many := _in_several_arms(trials, "person")):
        notes.append(
            f"{many:,} persons took part in more than one arm, each time as another participant; "
            "their sessions are not independent."
        )
    return notes


def _in_several_arms(trials: pd.DataFrame, who: str) -> int:
    pairs = trials[[who, "arm"]].dropna().drop_duplicates()
    return int((pairs[who].value_counts() > 1).sum())
