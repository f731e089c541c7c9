"""People who took part more than once."""

from __future__ import annotations

import pandas as pd

from analysis.population.filters.values import values_of_people
from analysis.reading.study import Study

STARTS = ("allocated_at", "arrived_at")


def duplicate_person(study: Study, trials: pd.DataFrame, *, column: str = "person") -> pd.Series:
    """Say which sessions are a later one of a person who has an earlier one among `trials`.

    `column` says who a session's person is. The earliest is that which was allocated (else arrived) first;
    where no table says when, the one whose rows stand first. Missing for a session without a person.
    """
    persons = values_of_people(study, trials, column).groupby(level=0, sort=False).first()
    ordered = _in_time(study, persons)
    return ordered.duplicated().astype("boolean").where(ordered.notna()).reindex(persons.index)


def _in_time(study: Study, persons: pd.Series) -> pd.Series:
    people = study.participants.drop_duplicates("participant").set_index("participant")
    for column in STARTS:
        if column in people.columns and people[column].notna().any():
            started = people[column].reindex(persons.index)
            return persons.loc[started.sort_values(kind="stable").index] if started.notna().all() else persons
    return persons
