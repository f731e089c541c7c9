"""People who were faster than anyone can read."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.reading.study import Study


def too_fast(study: Study, trials: pd.DataFrame, *, minimum: float) -> pd.Series:
    """Say whose median response time per trial is below `minimum` ms; missing for who has no times."""
    require_columns(trials, "response_ms", name="the table of trials")
    times = trials.assign(response_ms=trials["response_ms"].astype("Float64"))
    median = times.groupby("participant", sort=False)["response_ms"].median()
    return (median < minimum).astype("boolean").where(median.notna())


def too_many_fast(
    study: Study, trials: pd.DataFrame, *, minimum: float, count: int, column: str = "response_ms"
) -> pd.Series:
    """Say who has `count` or more trials below `minimum`, in the unit of `column` (ms of `response_ms`).

    Missing for who has no times. A trial without a time is not fast.
    """
    require_columns(trials, column, name="the table of trials")
    times = trials.set_index("participant")[column].astype("Float64")
    fast = (times < minimum).fillna(False).groupby(level=0, sort=False).sum()
    timed = times.notna().groupby(level=0, sort=False).any()
    return (fast >= count).astype("boolean").where(timed)
