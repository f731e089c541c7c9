"""How well people tell when the model is wrong (d′), and how readily they say so (criterion)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.columns import require_columns
from analysis.metrics.metric import metric
from analysis.metrics.reliance import follows_advice
from analysis.metrics.values import everyone, floats, truths

Floats = NDArray[np.float64]
Rule = Callable[..., Floats]

NAMES = ("hits", "signals", "false_alarms", "noises")


def signal_and_response(
    trials: pd.DataFrame, signal: str | None = None, response: str | None = None
) -> pd.DataFrame:
    """Name the signal and the response of each trial.

    Parameters
    ----------
    trials : DataFrame, one row per trial
    signal : a boolean column, true where the signal is there; by default the signal is that the model is
        wrong (`model_correct` is false)
    response : a boolean column, true where the person says that the signal is there; by default that they
        reject the model's output, see `analysis.metrics.reliance.follows_advice`

    Returns
    -------
    DataFrame of float on the index of `trials`
        `signal` and `response`, 1 or 0; both NaN where either is missing.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    """
    require_columns(trials, signal or "model_correct", name="the table of trials")
    there = floats(trials[signal]) if signal else 1 - truths(trials, "model_correct")
    if response:
        require_columns(trials, response, name="the table of trials")
    said = floats(trials[response]) if response else 1 - follows_advice(trials)
    known = there.notna() & said.notna()
    return pd.DataFrame({"signal": there.where(known), "response": said.where(known)})


def dprime_of(hits: ArrayLike, signals: ArrayLike, false_alarms: ArrayLike, noises: ArrayLike) -> Floats:
    """Return d′ = z(H) − z(F) of counts, by the log-linear rule; NaN without signal or noise trials.

    The rule: H = (hits + .5) / (signals + 1) and F likewise, always, so that rates of 0 and 1 are finite and
    everyone is corrected alike (Hautus 1995). Counts may be arrays of one shape.
    """
    z_hit, z_false = _z(hits, signals), _z(false_alarms, noises)
    return z_hit - z_false


def criterion_of(hits: ArrayLike, signals: ArrayLike, false_alarms: ArrayLike, noises: ArrayLike) -> Floats:
    """Return the criterion c = −(z(H) + z(F)) / 2 of counts, by the same rule as `dprime_of`."""
    z_hit, z_false = _z(hits, signals), _z(false_alarms, noises)
    return -(z_hit + z_false) / 2


@metric(
    name="d-prime",
    label="d′, per person",
    unit="standard deviations",
    level="person",
    needs=("model_correct",),
    better="higher",
)
def dprime(trials: pd.DataFrame, signal: str | None = None, response: str | None = None) -> pd.Series:
    """How well each participant tells trials with the signal from those without: d′ = z(H) − z(F).

    Parameters
    ----------
    trials, signal, response : as for `signal_and_response`, and the column `participant`

    Returns
    -------
    Series of shape (n_participants,), indexed by participant
        In standard deviations of the internal evidence; 0 is no discrimination. NaN for a participant
        without signal trials or without noise trials. Hits H and false alarms F by the log-linear rule.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Green and Swets (1966), "Signal Detection Theory and Psychophysics"; the rule: Hautus (1995),
    "Corrections for Extreme Proportions and Their Biasing Effects on Estimated Values of d′", Behav. Res.
    Methods Instrum. Comput. 27(1). With few trials per person it pulls d′ towards 0.
    """
    return _per_person(trials, signal, response, dprime_of).rename("dprime")


@metric(
    name="criterion",
    label="Criterion, per person",
    unit="standard deviations",
    level="person",
    needs=("model_correct",),
)
def criterion(trials: pd.DataFrame, signal: str | None = None, response: str | None = None) -> pd.Series:
    """How reluctant each participant is to say that the signal is there: c = −(z(H) + z(F)) / 2.

    Parameters
    ----------
    trials, signal, response : as for `dprime`

    Returns
    -------
    Series of shape (n_participants,), indexed by participant
        Above 0: says “wrong” too seldom for an unbiased observer, below 0 too often; NaN as in `dprime`.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Macmillan and Creelman (2005), "Detection Theory: A User's Guide", 2nd ed.; the rule as in `dprime`.
    """
    return _per_person(trials, signal, response, criterion_of).rename("criterion")


def _z(right: ArrayLike, n: ArrayLike) -> Floats:
    count = np.asarray(n, dtype=float)
    rate = (np.asarray(right, dtype=float) + 0.5) / (count + 1)
    return np.where(count > 0, stats.norm.ppf(rate), np.nan)


def detection_counts(
    trials: pd.DataFrame, signal: str | None = None, response: str | None = None
) -> dict[str, pd.Series]:
    """Return what each trial adds to `NAMES`, the counts that d′ and criterion are made of; NaN if unknown."""
    told = signal_and_response(trials, signal, response)
    there, said = told["signal"], told["response"]
    return dict(zip(NAMES, (said * there, there, said * (1 - there), 1 - there), strict=True))


def _per_person(trials: pd.DataFrame, signal: str | None, response: str | None, function: Rule) -> pd.Series:
    require_columns(trials, "participant", name="the table of trials")
    counts = pd.DataFrame(detection_counts(trials, signal, response)).groupby(trials["participant"]).sum()
    values = pd.Series(function(*(counts[name] for name in NAMES)), index=counts.index)
    return values.reindex(everyone(trials)).astype("float64")
