"""People who failed the attention checks."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.population.filters.values import values_of_people
from analysis.reading.study import Study


def failed_attention(study: Study, trials: pd.DataFrame, *, minimum_passed: float = 1) -> pd.Series:
    """Say who passed fewer than `minimum_passed` attention checks; missing for who was shown none."""
    require_columns(
        study.participants, "attention_passed", "attention_shown", name="the table of participants"
    )
    shown = values_of_people(study, trials, "attention_shown").fillna(0) > 0
    failed = values_of_people(study, trials, "attention_passed").fillna(0) < minimum_passed
    return failed.astype("boolean").where(shown)
