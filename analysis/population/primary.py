"""The primary population: everyone allocated with at least one trial in the plan's phase."""

from __future__ import annotations

import pandas as pd

from analysis.reading.study import Study
from protocol.schema.phases import Test


def primary_trials(study: Study) -> pd.DataFrame:
    """Return the trials of the plan's phase; who has one and was allocated is the primary population.

    People who withdrew their data have no trials in an export; should any stand there, they are left out.
    """
    trials = study.trials[(study.trials["phase"] == study.plan.phase) & study.trials["arm"].notna()]
    if "outcome" in study.participants.columns:
        withdrawn = study.participants.loc[study.participants["outcome"] == "withdrawn", "participant"]
        trials = trials[~trials["participant"].isin(withdrawn)]
    return trials.reset_index(drop=True)


def planned_trials(study: Study) -> int | None:
    """Return how many trials the plan's phase has for each person; None where the protocol does not say."""
    for phase in study.protocol.phases if study.protocol else []:
        if isinstance(phase, Test) and phase.kind == study.plan.phase:
            return phase.items.count
    return None


def people_by_arm(trials: pd.DataFrame, arms: list[str]) -> pd.Series:
    """Return how many people each arm has in a table of trials, zero for an arm without any."""
    counts = trials.groupby("arm")["participant"].nunique()
    return counts.reindex(arms, fill_value=0).astype(int)
