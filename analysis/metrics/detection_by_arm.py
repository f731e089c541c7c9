"""d′ and criterion of each arm: all trials together and mean of people, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.inference.bootstrap import BootstrapSums, Statistic, bootstrap_sums, percentile_interval
from analysis.inference.means import mean_and_t_interval
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.pooled import DRAWS, is_enough, left_out, pooled_by_arm, pooled_contrasts, used_trials
from analysis.metrics.signal_detection import (
    NAMES,
    Rule,
    criterion,
    criterion_of,
    detection_counts,
    dprime,
    dprime_of,
)

Floats = NDArray[np.float64]


def dprime_contrasts(trials: pd.DataFrame, reference: str, **told: Any) -> pd.DataFrame:
    """Return the differences of pooled d′ to the reference arm; arguments as in `pooled_contrasts`."""
    return _contrasts(trials, reference, _pooled(dprime_of), **told)


def criterion_contrasts(trials: pd.DataFrame, reference: str, **told: Any) -> pd.DataFrame:
    """Return the differences of the pooled criterion to the reference arm; see `pooled_contrasts`."""
    return _contrasts(trials, reference, _pooled(criterion_of), **told)


@metric(
    name="d-prime-pooled",
    label="d′, pooled",
    unit="standard deviations",
    level="arm",
    needs=("model_correct",),
    better="higher",
    contrasts=dprime_contrasts,
)
def dprime_by_arm(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    signal: str | None = None,
    response: str | None = None,
    **resampling: Any,
) -> pd.DataFrame:
    """d′ of each arm's trials taken together, with its interval over participants and items.

    Parameters
    ----------
    trials, signal, response : as for `signal_and_response`, and `participant`, `item`, `arm`
    arms, alpha, resampling : as in `pooled_by_arm`

    Returns
    -------
    DataFrame indexed by arm, as `pooled_by_arm` returns it
        Where people's criteria differ, pooled d′ is below the mean of their own d′.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `dprime`. Pooling: Macmillan and Kaplan (1985), "Detection Theory Analysis of Group Data", Psychol.
    Bull. 98(1).
    """
    sums = detection_counts(trials, signal, response)
    return pooled_by_arm(trials, sums, _pooled(dprime_of), arms=arms, alpha=alpha, **resampling)


@metric(
    name="criterion-pooled",
    label="Criterion, pooled",
    unit="standard deviations",
    level="arm",
    needs=("model_correct",),
    contrasts=criterion_contrasts,
)
def criterion_by_arm(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    signal: str | None = None,
    response: str | None = None,
    **resampling: Any,
) -> pd.DataFrame:
    """Criterion of each arm's trials taken together; parameters and result as in `dprime_by_arm`.

    Source
    ------
    See `dprime_by_arm`; undefined where that is.
    """
    sums = detection_counts(trials, signal, response)
    return pooled_by_arm(trials, sums, _pooled(criterion_of), arms=arms, alpha=alpha, **resampling)


@metric(
    name="signal-detection",
    label="Detection of the model's errors",
    unit="standard deviations",
    level="table",
    needs=("model_correct",),
)
def signal_detection(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    signal: str | None = None,
    response: str | None = None,
    **resampling: Any,
) -> pd.DataFrame:
    """Hits and false alarms of each arm with d′ and criterion, per person and pooled.

    Parameters
    ----------
    trials, signal, response, arms, alpha, resampling : as in `dprime_by_arm`

    Returns
    -------
    DataFrame indexed by arm
        `hits`, `misses`, `false_alarms`, `correct_rejections` (trials), `dprime` and `criterion` (means of
        people, Student's interval `…_low`, `…_high`), `dprime_pooled` and `criterion_pooled` (two-way
        bootstrap), `people` (with a d′), `undefined_people` (without signal or without noise trials),
        `trials`, `undefined` (trials without signal or response).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `dprime` and `dprime_by_arm`.
    """
    told = {"signal": signal, "response": response}
    order = arms_of(trials, arms)
    counts = detection_counts(trials, **told)
    used = used_trials(trials, counts)
    rows = [_row(_of(trials, arm), _of(used, arm), told, alpha) for arm in order]
    table = pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"), columns=_COLUMNS)
    table[_POOLED] = np.nan
    if order and len(used):
        sums = bootstrap_sums(used, list(NAMES), arms=order, **{"draws": DRAWS} | resampling)
        table[_POOLED] = np.column_stack([_ends(sums, rule, alpha) for rule in (dprime_of, criterion_of)])
    return table.assign(undefined=left_out(trials, used, order))


_COLUMNS = [
    *("hits", "misses", "false_alarms", "correct_rejections"),
    *("dprime", "dprime_low", "dprime_high", "criterion", "criterion_low", "criterion_high"),
    *("people", "undefined_people", "trials"),
]
_POOLED = [f"{name}_pooled{end}" for name in ("dprime", "criterion") for end in ("", "_low", "_high")]


def _pooled(function: Rule) -> Statistic:
    return lambda sums: function(*(sums[name] for name in NAMES))


def _contrasts(
    trials: pd.DataFrame,
    reference: str,
    statistic: Statistic,
    signal: str | None = None,
    response: str | None = None,
    **told: Any,
) -> pd.DataFrame:
    return pooled_contrasts(trials, detection_counts(trials, signal, response), statistic, reference, **told)


def _ends(sums: BootstrapSums, rule: Rule, alpha: float) -> Floats:
    """Return a rule's value of each arm with the ends of its interval, shape (arms, 3)."""
    observed, drawn = sums.values(_pooled(rule))
    enough = is_enough(sums.counts).to_numpy() & np.isfinite(observed)
    drawn = np.where(enough, drawn, np.nan)
    return np.array(
        [(value, *percentile_interval(drawn[:, arm], alpha)) for arm, value in enumerate(observed)]
    )


def _row(
    trials: pd.DataFrame, used: pd.DataFrame, told: Mapping[str, str | None], alpha: float
) -> dict[str, float | int]:
    hits, signals, false_alarms, noises = (int(used[name].sum()) for name in NAMES)
    row: dict[str, float | int] = {"hits": hits, "misses": signals - hits, "false_alarms": false_alarms}
    row |= {"correct_rejections": noises - false_alarms, "trials": len(used)}
    for name, function in (("dprime", dprime), ("criterion", criterion)):
        values = function(trials, **told)
        mean = mean_and_t_interval(values, alpha)
        row |= {name: mean["mean"], f"{name}_low": mean["low"], f"{name}_high": mean["high"]}
        row |= {"people": mean["people"], "undefined_people": int(values.isna().sum())}
    return row


def _of(table: pd.DataFrame, arm: str) -> pd.DataFrame:
    return table[(table["arm"] == arm).fillna(False).astype(bool)]
