"""What a table says about each person, wherever the column stands."""

from __future__ import annotations

import pandas as pd

from analysis.errors import MissingColumns
from analysis.reading.study import Study

Value = str | float | bool


def values_of_people(study: Study, trials: pd.DataFrame, column: str) -> pd.Series:
    """Return the column's values indexed by participant, missing ones included.

    Taken from the participants' table where it stands there (one value each), else from the trials (as many
    values as trials).

    Raises
    ------
    MissingColumns : the column is in neither table.
    """
    if column in study.participants.columns:
        people = study.participants.drop_duplicates("participant").set_index("participant")
        return people[column].reindex(participants_of(trials))
    if column not in trials.columns:
        raise MissingColumns(
            f"neither trials nor participants have the column {column!r}. Trials: "
            f"{', '.join(map(str, trials.columns))}. Participants: {', '.join(map(str, study.participants.columns))}."
        )
    return trials.set_index("participant")[column]


def participants_of(trials: pd.DataFrame) -> pd.Index:
    """Return everyone who has a trial, in order of appearance."""
    return pd.Index(trials["participant"].unique(), name="participant")


def any_of(hit: pd.Series) -> pd.Series:
    """Return for each person whether one of their values is hit; missing where all values are missing.

    `hit` is boolean with missing values allowed, indexed by participant.
    """
    return hit.astype("boolean").groupby(level=0, sort=False).max()
