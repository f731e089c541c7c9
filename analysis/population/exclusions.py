"""The plan's named exclusions, applied and counted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.population.filters.registry import check_options, get_filter
from analysis.population.primary import people_by_arm
from analysis.reading.study import Study
from protocol.schema.plan import Exclusion


@dataclass(frozen=True)
class Excluded:
    """One exclusion of the plan: whom it hits, by arm, and of how many nothing can be said."""

    rule: Exclusion
    participants: frozenset[str]
    by_arm: pd.Series
    undefined: int

    def remaining(self, trials: pd.DataFrame) -> pd.DataFrame:
        """Return the trials of everyone else."""
        return trials[~trials["participant"].isin(self.participants)]


def apply_exclusion(study: Study, trials: pd.DataFrame, rule: Exclusion) -> Excluded:
    """Find out whom an exclusion hits.

    Parameters
    ----------
    study : Study
    trials : the trials of the plan's phase
    rule : an exclusion of the plan

    Returns
    -------
    Excluded
        Someone of whom the filter cannot say anything (no times, no attention checks) stays in and is
        counted in `undefined`.

    Raises
    ------
    UnknownName : no such filter or option; the message lists the known ones.
    MissingColumns : the filter needs a column that the study has not.
    """
    check_options(rule.filter, rule.options)
    hit = get_filter(rule.filter)(study, trials, **rule.options)
    out = frozenset(hit.index[hit.fillna(False).astype(bool)])
    by_arm = people_by_arm(trials[trials["participant"].isin(out)], study.arm_names)
    return Excluded(rule, out, by_arm, int(hit.isna().sum()))
