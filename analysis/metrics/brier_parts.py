"""Murphy's parts of the Brier score: reliability, resolution, uncertainty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.metrics.by_arm import arms_of
from analysis.metrics.calibration import NEEDS, probabilistic
from analysis.metrics.metric import metric


@metric(
    name="brier-parts",
    label="Parts of the Brier score",
    unit="squared difference of probabilities",
    level="table",
    needs=NEEDS,
)
def brier_parts(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    bins: int | None = None,
    confidence: str = "confidence",
    correct: str = "correct",
) -> pd.DataFrame:
    """Brier score of each arm and its parts, which add up exactly.

    Brier = reliability − resolution + uncertainty + within_variance − within_covariance. With trials
    grouped by their distinct confidences, the last two are zero and the sum is Murphy's. In bins, what the
    confidences of one bin differ by is left over and stands in them.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `arm`, `confidence_scale`, and those of `confidence` (in [0, 1]) and `correct` (boolean).
    arms : which arms, in order; by default those of the table
    bins : group by so many bins of equal width; by default by distinct confidence. With a slider each
        confidence may be given once only: then choose bins, as reliability and resolution both rise
        with the number of groups
    confidence, correct : which answer, for example `first_confidence` and `first_correct`

    Returns
    -------
    DataFrame indexed by arm
        `brier`, `reliability` (how far the groups' confidence is from their accuracy, 0 is best), `resolution`
        (how far the groups' accuracies are apart, higher is better), `uncertainty` (accuracy × (1 −
        accuracy)), `within_variance`, `within_covariance`, `groups`, `trials`, `undefined` (without answer, or
        without a confidence that is declared a probability). NaN for an arm without such trials.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Murphy (1973), "A New Vector Partition of the Probability Score", J. Appl. Meteorol. 12(4). The parts
    within bins: Stephenson, Coelho and Jolliffe (2008), "Two Extra Components in the Brier Score
    Decomposition", Weather Forecast. 23(4).
    """
    declared = probabilistic(trials, confidence, correct)
    order = arms_of(trials, arms)
    rows = [_parts(declared[declared["arm"] == arm], bins) for arm in order]
    table = pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"), columns=_COLUMNS)
    every = trials["arm"].value_counts()
    table["undefined"] = [int(every.get(arm, 0)) for arm in order] - table["trials"]
    return table


_COLUMNS = [
    *("brier", "reliability", "resolution", "uncertainty", "within_variance", "within_covariance"),
    *("groups", "trials"),
]


def _parts(told: pd.DataFrame, bins: int | None) -> dict[str, float | int]:
    if told.empty:
        return {"groups": 0, "trials": 0}
    stated, right = told["confidence"], told["correct"]
    group = stated.round(9) if bins is None else np.ceil(stated.round(9) * bins).clip(1, bins)
    mean_stated, mean_right = stated.groupby(group).transform("mean"), right.groupby(group).transform("mean")
    overall = right.mean()
    return {
        "brier": float(((stated - right) ** 2).mean()),
        "reliability": float(((mean_stated - mean_right) ** 2).mean()),
        "resolution": float(((mean_right - overall) ** 2).mean()),
        "uncertainty": float(overall * (1 - overall)),
        "within_variance": float(((stated - mean_stated) ** 2).mean()),
        "within_covariance": float(2 * ((right - mean_right) * (stated - mean_stated)).mean()),
        "groups": int(group.nunique()),
        "trials": len(told),
    }
