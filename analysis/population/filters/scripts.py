"""People whose browser ran no scripts, so that no times were measured."""

from __future__ import annotations

import pandas as pd

from analysis.population.filters.values import any_of, values_of_people
from analysis.reading.study import Study


def without_scripts(study: Study, trials: pd.DataFrame) -> pd.Series:
    """Say whose browser measured no times; missing where that is not known."""
    scripts = values_of_people(study, trials, "scripts").astype("boolean")
    return any_of(~scripts)
