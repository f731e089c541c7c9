"""Hand-made and simulated tables of trials for tests of metrics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def table(**columns: Any) -> pd.DataFrame:
    """Return trials of one arm, with missing allowed in boolean columns."""
    trials = pd.DataFrame(columns)
    for name in trials.columns:
        if name.endswith("correct"):
            trials[name] = pd.array(list(trials[name]), dtype="boolean")
    return trials if "arm" in trials.columns else trials.assign(arm="map")


def crossed(people: int, items: int, arms: tuple[str, ...] = ("map",)) -> pd.DataFrame:
    """Return one row per person and item; people are dealt to the arms in turn."""
    who, what = np.divmod(np.arange(people * items), items)
    return pd.DataFrame(
        {
            "participant": [f"p{number}" for number in who],
            "item": [f"i{number}" for number in what],
            "arm": [arms[number % len(arms)] for number in who],
        }
    )
