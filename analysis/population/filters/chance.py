"""People who were right no more often than by guessing. It selects by outcome: for sensitivity only."""

from __future__ import annotations

import pandas as pd

from analysis.metrics.accuracy import simulation_accuracy
from analysis.reading.study import Study


def at_chance(study: Study, trials: pd.DataFrame, *, chance: float) -> pd.Series:
    """Say whose share of right answers is at most `chance`; missing for who has none to be judged."""
    accuracy = simulation_accuracy(trials).groupby(trials["participant"], sort=False).mean()
    return (accuracy <= chance + 1e-12).astype("boolean").where(accuracy.notna())
