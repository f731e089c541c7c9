"""Metacognitive sensitivity of confidence: meta-d′, per person and by arm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.inference.bootstrap import bootstrap_sums, percentile_interval
from analysis.inference.means import mean_and_t_interval
from analysis.metrics.by_arm import arms_of
from analysis.metrics.meta_d import MetaD, fit_meta_d
from analysis.metrics.metric import metric
from analysis.metrics.pooled import is_enough, left_out, used_trials
from analysis.metrics.signal_detection import signal_and_response
from analysis.metrics.type2 import auroc2, confidence_levels
from analysis.metrics.values import everyone

Floats = NDArray[np.float64]

LEVELS = 4
DRAWS = 200  # each draw is a fit of its own


@metric(
    name="meta-d-prime",
    label="meta-d′, per person",
    unit="standard deviations",
    level="person",
    needs=("model_correct", "confidence"),
    better="higher",
)
def meta_d_prime(
    trials: pd.DataFrame,
    signal: str | None = None,
    response: str | None = None,
    confidence: str = "confidence",
    levels: int = LEVELS,
) -> pd.Series:
    """The d′ at which an ideal observer would show the participant's confidences: meta-d′.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, those of signal and response, and `confidence` (any number; its order counts).
    signal, response : as for `analysis.metrics.signal_detection.signal_and_response`
    confidence : which column holds it
    levels : confidences with more distinct values are cut at the quantiles of all trials into so many

    Returns
    -------
    Series of shape (n_participants,), indexed by participant
        On the scale of d′: equal to it for an ideal observer, 0 where confidence does not tell right from
        wrong. NaN for a participant without signal or noise trials, with d′ ≤ 0, or whose fit did not
        converge. Fewer than about 100 trials of a person make it very noisy: prefer `metacognition`.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `analysis.metrics.meta_d.fit_meta_d`.
    """
    require_columns(trials, "participant", confidence, name="the table of trials")
    place, count = _places(trials, signal, response, confidence, levels)
    who, people = pd.factorize(trials["participant"])
    known = place.notna().to_numpy() & (who >= 0)
    at = who[known] * 4 * count + place[known].to_numpy(dtype=int)
    counts = np.bincount(at, minlength=len(people) * 4 * count).reshape(-1, 4 * count).astype(float)
    values = [_value(_fit(row)) for row in counts]
    return pd.Series(values, index=people, dtype="float64").reindex(everyone(trials)).rename("meta_d_prime")


@metric(
    name="metacognition",
    label="Metacognitive sensitivity",
    unit="standard deviations",
    level="table",
    needs=("model_correct", "correct", "confidence"),
)
def metacognition(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    signal: str | None = None,
    response: str | None = None,
    confidence: str = "confidence",
    levels: int = LEVELS,
    draws: int = DRAWS,
    seed: int = 1,
) -> pd.DataFrame:
    """Type-2 ROC area and meta-d′ of each arm.

    Parameters
    ----------
    trials, signal, response, confidence, levels : as for `meta_d_prime`, and `item`, `arm`, `correct`
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    draws, seed : of the two-way bootstrap of meta-d′; each draw is fitted anew

    Returns
    -------
    DataFrame indexed by arm
        `auroc2` with `auroc2_low`, `auroc2_high` (mean of people, Student's), `undefined_people` (always right or
        always wrong); of all trials of the arm together `dprime`, `meta_d` with `meta_d_low`, `meta_d_high`
        (two-way bootstrap), `ratio` (meta-d′ / d′); `people`, `trials` (with signal, response and
        confidence), `undefined` (without). NaN where d′ ≤ 0, see `fit_meta_d`.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `auroc2` and `fit_meta_d`. Pooling people whose criteria differ lowers d′ and meta-d′ alike.
    """
    require_columns(trials, "participant", "item", "arm", "correct", confidence, name="the table of trials")
    order = arms_of(trials, arms)
    place, count = _places(trials, signal, response, confidence, levels)
    cells = {str(cell): place == cell for cell in range(4 * count)}
    used = used_trials(trials, cells, place.notna())
    pooled = _pooled(used, list(cells), order, alpha, draws, seed)
    rows = [_people(trials[trials["arm"] == arm], confidence, alpha) | pooled.get(arm, {}) for arm in order]
    table = pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"), columns=_COLUMNS)
    mine = used.groupby("arm")["participant"].agg(["nunique", "size"]).reindex(order, fill_value=0)
    table["people"], table["trials"] = mine["nunique"], mine["size"]
    return table.assign(undefined=left_out(trials, used, order))


_COLUMNS = [
    *("auroc2", "auroc2_low", "auroc2_high", "undefined_people"),
    *("dprime", "meta_d", "meta_d_low", "meta_d_high", "ratio"),
]


def _places(
    trials: pd.DataFrame, signal: str | None, response: str | None, confidence: str, levels: int
) -> tuple[pd.Series, int]:
    """Return which of the 4 K cells each trial falls in, NaN if unknown, and K.

    First those without the signal, then those with it, each from “no signal, surest” to “signal, surest”.
    """
    told = signal_and_response(trials, signal, response)
    level = confidence_levels(trials[confidence], levels)
    count = int(np.nan_to_num(level.max(), nan=0)) + 1
    place = (count + level).where(told["response"] == 1, count - 1 - level)
    return place + 2 * count * told["signal"], count


def _fit(counts: Floats, start: Floats | None = None) -> MetaD | None:
    noise, signal = np.split(counts, 2)
    return fit_meta_d(noise, signal, start)


def _value(fitted: MetaD | None) -> float:
    return fitted.meta_d if fitted is not None and fitted.converged else float("nan")


def _people(mine: pd.DataFrame, confidence: str, alpha: float) -> dict[str, float | int]:
    areas = auroc2(mine, confidence)
    mean = mean_and_t_interval(areas, alpha)
    row: dict[str, float | int] = {"auroc2": mean["mean"], "auroc2_low": mean["low"]}
    return row | {"auroc2_high": mean["high"], "undefined_people": int(areas.isna().sum())}


def _pooled(
    used: pd.DataFrame, cells: list[str], order: list[str], alpha: float, draws: int, seed: int
) -> dict[str, dict[str, float]]:
    """Return d′, meta-d′ and the ends of its interval for each arm in which they are defined."""
    if used.empty:
        return {}
    sums = bootstrap_sums(used, cells, arms=order, draws=draws, seed=seed)
    rows = {}
    for number, arm in enumerate(order):
        fitted = _fit(sums.observed[number, :-1])
        if fitted is None or not fitted.converged:
            continue
        rows[arm] = {"dprime": fitted.dprime, "meta_d": fitted.meta_d, "ratio": fitted.ratio}
        if not is_enough(sums.counts)[arm]:
            continue
        start = np.array([fitted.meta_d, *fitted.criteria])
        drawn = np.array([_value(_fit(row, start)) for row in sums.drawn[:, number, :-1]])
        low, high = percentile_interval(drawn, alpha)
        rows[arm] |= {"meta_d_low": low, "meta_d_high": high}
    return rows
