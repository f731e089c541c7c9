"""People who answered faster than anyone can read."""

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
