"""Speed and accuracy together: whether who is quicker is so at a price."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.columns import require_columns
from analysis.inference.arms import mean_by_arm
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.metric import metric
from analysis.metrics.time import log_response_time
from analysis.metrics.values import everyone, floats, person_means


@metric(
    name="inverse-efficiency",
    label="Inverse efficiency",
    unit="ms",
    level="person",
    needs=("correct", "response_ms"),
    better="lower",
)
def inverse_efficiency(trials: pd.DataFrame) -> pd.Series:
    """Mean time of a person's right answers divided by the share of right answers.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `correct` (boolean, missing allowed), `response_ms`. Trials without either play
        no part.

    Returns
    -------
    Series of float in ms, indexed by participant
        NaN for a participant without a right answer.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Townsend and Ashby (1983), "Stochastic Modeling of Elementary Psychological Processes". Bruyer and
    Brysbaert (2011), Psychol. Belg. 51(1), advise against it where more than one answer in ten is wrong; then
    see `linear_integrated_score`.
    """
    used = _timed(trials)
    right_ms = used["response_ms"].where(used["value"] == 1)
    share = person_means(used, used["value"])
    told = person_means(used, right_ms) / share.where(share > 0)
    return told.reindex(everyone(trials)).rename("inverse_efficiency")


@metric(
    name="linear-integrated-speed-accuracy",
    label="Linear integrated speed–accuracy score",
    unit="ms",
    level="person",
    needs=("correct", "response_ms"),
    better="lower",
)
def linear_integrated_score(trials: pd.DataFrame) -> pd.Series:
    """Mean time of a person's right answers, plus the time that their errors are worth: LISAS.

    With PE the share of wrong answers this is RT + PE · S_RT / S_PE, where S_RT is the standard deviation of
    the times of the person's right answers and S_PE that of their errors as zeros and ones (both n − 1), over
    the trials given. Without an error it is RT.

    Parameters
    ----------
    trials : as in `inverse_efficiency`

    Returns
    -------
    Series of float in ms, indexed by participant
        NaN for a participant without a right answer, or with errors and one right answer only.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Vandierendonck (2017), "A Comparison of Methods to Combine Speed and Accuracy Measures of Performance",
    Behav. Res. Methods 49(2). There the deviations are a person's over all conditions; here over the trials
    given, which by arm are those of the arm.
    """
    used = _timed(trials)
    right_ms = used["response_ms"].where(used["value"] == 1)
    wrong = person_means(used, 1 - used["value"])
    ratio = right_ms.groupby(used["participant"]).std() / used["value"].groupby(used["participant"]).std()
    added = (wrong * ratio.reindex(wrong.index)).where(wrong > 0, 0.0)
    return (person_means(used, right_ms) + added).reindex(everyone(trials)).rename("linear_integrated_score")


@metric(
    name="speed-accuracy-correlation",
    label="Correlation of time and correctness within people",
    unit="correlation",
    level="person",
    needs=("correct", "response_ms"),
)
def speed_accuracy_correlation(trials: pd.DataFrame) -> pd.Series:
    """Correlation of a person's log times with the correctness of their answers.

    Above zero where a person's slower answers are the better ones (taking time pays), below zero where they
    are the worse ones (hard items take long).

    Parameters
    ----------
    trials : as in `inverse_efficiency`

    Returns
    -------
    Series of float in [−1, 1], indexed by participant
        NaN for a participant with fewer than three timed answers, or whose times or answers do not vary.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    The conditional accuracy relation: Heitz (2014), "The Speed-Accuracy Tradeoff", Front. Neurosci. 8:150,
    as a point-biserial correlation.
    """
    used = _timed(trials).assign(log_ms=log_response_time)
    told = _correlations(used.dropna(subset=["log_ms"]))
    return told.reindex(everyone(trials)).rename("speed_accuracy_correlation")


@metric(
    name="speed-accuracy",
    label="Speed and accuracy by arm",
    unit="ms, share",
    level="table",
    needs=("correct", "response_ms"),
)
def speed_accuracy_by_arm(
    trials: pd.DataFrame, *, arms: Sequence[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """Where each arm lies in the plane of time and accuracy, on the trials that have both.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `correct` (boolean, missing allowed), `response_ms`.
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame indexed by arm
        `geometric_mean_ms`, `low_ms`, `high_ms`, `accuracy`, `low`, `high` (two-way cluster-robust; times on
        the logarithm), `people`, `trials`, `undefined` (trials without either).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `speed_accuracy_correlation`; intervals: `analysis.inference.two_way`.
    """
    told = trials.assign(log_ms=log_response_time(trials), value=simulation_accuracy(trials))
    both = told[["log_ms", "value"]].notna().all(axis=1)
    told[["log_ms", "value"]] = told[["log_ms", "value"]].where(both, axis=0)
    times, shares = (mean_by_arm(told, name, arms=arms, alpha=alpha) for name in ("log_ms", "value"))
    table = np.exp(times[["mean", "low", "high"]].astype("float64"))
    table.columns = pd.Index(["geometric_mean_ms", "low_ms", "high_ms"])
    table[["accuracy", "low", "high"]] = shares[["mean", "low", "high"]]
    table[["people", "trials", "undefined"]] = shares[["people", "trials", "missing"]]
    return table


def _timed(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials with correctness and a time, as `value` and `response_ms`."""
    require_columns(trials, "participant", "correct", "response_ms", name="the table of trials")
    told = trials.assign(value=simulation_accuracy(trials), response_ms=floats(trials["response_ms"]))
    return told.dropna(subset=["participant", "value", "response_ms"])


def _correlations(trials: pd.DataFrame) -> pd.Series:
    """Return each participant's correlation of `log_ms` and `value`."""
    pair = trials[["log_ms", "value"]]
    apart = pair - pair.groupby(trials["participant"]).transform("mean")
    products = pd.DataFrame(
        {"xy": apart["log_ms"] * apart["value"], "xx": apart["log_ms"] ** 2, "yy": apart["value"] ** 2}
    )
    by_person = products.groupby(trials["participant"])
    sums, n = by_person.sum(), by_person.size()
    varied = (n > 2) & (sums["xx"] > 1e-12 * n) & (sums["yy"] > 1e-12 * n)  # equal times differ by rounding
    return sums["xy"] / np.sqrt((sums["xx"] * sums["yy"]).where(varied))
