"""People who did not answer all trials."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.population.filters.values import participants_of
from analysis.population.primary import planned_trials
from analysis.reading.study import Study


def incomplete(
    study: Study, trials: pd.DataFrame, *, minimum: int | None = None, column: str | None = None
) -> pd.Series:
    """Say who has fewer than `minimum` trials of the plan's phase; by default, fewer than the protocol has.

    With `column`, only trials with a value in it count. Repeated showings of an item count each; rows that
    were logged twice should be dropped before.

    Raises
    ------
    UnknownName : `minimum` is absent and the study has no protocol that says it.
    MissingColumns : there is no such column.
    """
    needed = planned_trials(study) if minimum is None else minimum
    if needed is None:
        raise UnknownName(
            "Filter 'incomplete' needs the option 'minimum': no protocol says how many trials there are."
        )
    if column is not None:
        require_columns(trials, column, name="the table of trials")
    counted = trials if column is None else trials[trials[column].notna()]
    counts = counted["participant"].value_counts().reindex(participants_of(trials), fill_value=0)
    return (counts < needed).astype("boolean")
