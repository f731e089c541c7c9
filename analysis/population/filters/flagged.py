"""People whom a column marks."""

from __future__ import annotations

import pandas as pd

from analysis.errors import MissingColumns
from analysis.population.filters.values import any_of, values_of_people
from analysis.reading.study import Study

MARKS = {"true": True, "1": True, "1.0": True, "yes": True}
MARKS |= {"false": False, "0": False, "0.0": False, "no": False, "": False}


def flagged(study: Study, trials: pd.DataFrame, *, column: str) -> pd.Series:
    """Say whom `column` marks: true, 1 or yes in the participants' table, or in any of their trials.

    Missing for who has no value. Such a mark was often set by hand, so the plan should say by which rule.

    Raises
    ------
    MissingColumns : there is no such column, or it holds something that is neither a yes nor a no.
    """
    values = values_of_people(study, trials, column)
    told = values.dropna().astype(str).str.strip().str.lower()
    if strange := sorted(set(told) - MARKS.keys()):
        raise MissingColumns(
            f"column {column!r} holds {strange[0]!r}, which is no mark; allowed: true, false, 1, 0, yes, no. "
            "For other values use the filter 'column-equals'."
        )
    # position by position, as a person can stand here many times
    marks = pd.array([MARKS.get(str(value).strip().lower(), pd.NA) for value in values], dtype="boolean")
    return any_of(pd.Series(marks, index=values.index))
