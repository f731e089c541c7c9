"""People by what any column says of them: a number beyond a limit, or a value.

The column may stand in the participants' table (one value each) or in the trials, where one trial is enough.
Who has no value there stays in and is counted.
"""

from __future__ import annotations

import pandas as pd

from analysis.errors import MissingColumns
from analysis.population.filters.values import Value, any_of, values_of_people
from analysis.reading.study import Study


def column_below(study: Study, trials: pd.DataFrame, *, column: str, minimum: float) -> pd.Series:
    """Say who has a number below `minimum`, in the unit of the column: a duration, a count.

    Raises
    ------
    MissingColumns : there is no such column, or it holds something else than numbers.
    """
    return any_of(_numbers(study, trials, column) < minimum)


def column_above(study: Study, trials: pd.DataFrame, *, column: str, maximum: float) -> pd.Series:
    """Say who has a number above `maximum`, in the unit of the column.

    Raises
    ------
    MissingColumns : there is no such column, or it holds something else than numbers.
    """
    return any_of(_numbers(study, trials, column) > maximum)


def column_equals(study: Study, trials: pd.DataFrame, *, column: str, value: Value) -> pd.Series:
    """Say who has `value`: compared as a number in a column of numbers, else as text, whatever its case.

    Raises
    ------
    MissingColumns : there is no such column.
    """
    values = values_of_people(study, trials, column)
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        equal = values == pd.to_numeric(pd.Series([value]), errors="coerce").iloc[0]
    else:
        equal = values.astype("str").str.strip().str.lower() == str(value).lower()
    return any_of(equal.astype("boolean").where(values.notna()))


def _numbers(study: Study, trials: pd.DataFrame, column: str) -> pd.Series:
    values = values_of_people(study, trials, column)
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    if (numbers.isna() & values.notna()).any():
        strange = values[numbers.isna() & values.notna()].iloc[0]
        raise MissingColumns(f"column {column!r} holds {strange!r}; numbers are needed to compare it.")
    return numbers
