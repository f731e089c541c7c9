"""What is known of each allocated person's outcome: its mean, and how much of it was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.population.flow import STILL, stages
from analysis.population.primary import planned_trials
from analysis.reading.study import Study


def outcomes_of_people(study: Study, trials: pd.DataFrame) -> pd.DataFrame:
    """Return the mean outcome of everyone allocated, and which share of their planned trials it rests on.

    Parameters
    ----------
    study : Study with a table of participants as in an export
    trials : the trials of the plan's phase with the outcome in the column `value` (float, NaN where absent)

    Returns
    -------
    DataFrame indexed by participant
        `arm`; `mean` of `value` (NaN without any); `observed`, in [0, 1]: trials with an outcome over
        planned trials, or 0 and 1 where no protocol says how many were planned. People who are still on the
        way are left out, as nothing was lost of them yet.

    Raises
    ------
    MissingColumns : trials lack `value` or the participants' table does not say how far people came.
    """
    require_columns(trials, "participant", "value", name="the table of trials")
    require_columns(study.participants, "participant", "arm", "outcome", name="the table of participants")
    people = stages(study)
    people = people[people["has_all"] | ~people["outcome"].isin(STILL)].set_index("participant")
    values = trials.groupby("participant")["value"]
    answered = values.count().reindex(people.index, fill_value=0)
    planned = planned_trials(study)
    observed = answered > 0 if planned is None else np.minimum(answered / planned, 1.0)
    return pd.DataFrame(
        {
            "arm": people["arm"],
            "mean": values.mean().reindex(people.index),
            "observed": observed.astype(float),
        }
    )
