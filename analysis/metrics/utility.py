"""Utility of an explanation: accuracy with it over accuracy without it, as training goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.values import floats
from analysis.resampling import percentile_interval, percentile_p, resample_sums

Floats = NDArray[np.float64]


@metric(
    name="utility-k",
    label="Utility-K",
    unit="ratio",
    level="table",
    needs=("correct", "session"),
    better="higher",
)
def utility_by_session(
    trials: pd.DataFrame,
    reference: str,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    draws: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Accuracy after K sessions of training with an arm's explanations, over that of the reference after K.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `correct` (boolean, missing allowed) and `session`: K, a
        number, such as how many sessions (or training examples) came before the test trial.
    reference : the arm without explanations
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    draws, seed : of the two-way bootstrap

    Returns
    -------
    DataFrame, one row per arm (without the reference) and K
        `arm`, `session`, `accuracy`, `reference_accuracy`, `utility` (their ratio; 1: no help, below 1: the
        explanations mislead; NaN where the reference has no right answer, or either no trial), `low`, `high`
        (percentiles of the two-way bootstrap), `draws` (in which it was defined), `people`, `trials`,
        `undefined` (trials of the arm and session without correctness).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    UnknownName : the reference is no arm.

    Source
    ------
    Colin, Fel, Cadène and Serre (2022), "What I Cannot Predict, I Do Not Understand: A Human-Centered
    Evaluation Framework for Explainability Methods", NeurIPS. Accuracies are pooled over trials.
    """
    drawn = _resample(trials, reference, arms, draws, seed)
    rows = []
    for arm in drawn.others:
        observed, values = drawn.ratio(drawn.observed, arm), drawn.ratio(drawn.sums, arm)
        for number, session in enumerate(drawn.sessions):
            mine = drawn.trials[(drawn.trials["arm"] == arm) & (drawn.trials["session"] == session)]
            low, high = _interval(observed[0, number], values[:, number], alpha)
            rows.append(
                {
                    "arm": arm,
                    "session": session,
                    "accuracy": drawn.accuracy(arm)[number],
                    "reference_accuracy": drawn.accuracy(reference)[number],
                    "utility": observed[0, number],
                    "low": low,
                    "high": high,
                    "draws": int(np.isfinite(values[:, number]).sum()),
                    **_counts(mine),
                }
            )
    return pd.DataFrame(rows, columns=_BY_SESSION)


@metric(
    name="utility-area",
    label="Utility",
    unit="ratio",
    level="arm",
    needs=("correct", "session"),
    better="higher",
)
def utility_area(
    trials: pd.DataFrame,
    reference: str,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    draws: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Area under an arm's Utility-K over K, per unit of K: its mean over the course of training.

    By the trapezoidal rule, ∫ Utility-K dK / (K_last − K_first), so that 1 means no help whatever the unit
    of K; of a single session it is Utility-K itself.

    Parameters
    ----------
    trials, reference, arms, alpha, draws, seed : as in `utility_by_session`

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate` (NaN where Utility-K is at any K), `low`, `high` (percentiles of the two-way bootstrap),
        `p` (of the value 1), `draws` (in which it was defined), `people`, `trials`, `undefined`.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    UnknownName : the reference is no arm.

    Source
    ------
    See `utility_by_session`: there, too, the area under the curve is told. That it is divided by the width is
    ours.
    """
    drawn = _resample(trials, reference, arms, draws, seed)
    rows = []
    for arm in drawn.others:
        observed, values = (drawn.area(drawn.ratio(sums, arm)) for sums in (drawn.observed, drawn.sums))
        low, high = _interval(observed[0], values, alpha)
        rows.append(
            {
                "estimate": observed[0],
                "low": low,
                "high": high,
                "p": percentile_p(values, 1.0) if np.isfinite(observed[0]) else np.nan,
                "draws": int(np.isfinite(values).sum()),
                **_counts(drawn.trials[drawn.trials["arm"] == arm]),
            }
        )
    index = pd.Index(drawn.others, name="arm", dtype="str")
    return pd.DataFrame(rows, index=index, columns=["estimate", "low", "high", "p", "draws", *_COUNTS])


_COUNTS = ["people", "trials", "undefined"]
_BY_SESSION = [
    *("arm", "session", "accuracy", "reference_accuracy", "utility", "low", "high", "draws"),
    *_COUNTS,
]


@dataclass(frozen=True)
class _Drawn:
    """Right answers and trials by arm and session: as observed, and in each draw of the bootstrap.

    `observed` and `sums` have shape (draws, arms, 2 · sessions): right answers first, then trials.
    """

    trials: pd.DataFrame
    arms: list[str]
    reference: str
    sessions: list[float]
    observed: Floats
    sums: Floats

    @property
    def others(self) -> list[str]:
        return [arm for arm in self.arms if arm != self.reference]

    def accuracies(self, sums: Floats, arm: str) -> Floats:
        right, given = np.split(sums[:, self.arms.index(arm)], 2, axis=1)
        return np.divide(right, given, out=np.full_like(right, np.nan), where=given > 0)

    def accuracy(self, arm: str) -> Floats:
        return self.accuracies(self.observed, arm)[0]

    def ratio(self, sums: Floats, arm: str) -> Floats:
        mine, theirs = self.accuracies(sums, arm), self.accuracies(sums, self.reference)
        return np.divide(mine, theirs, out=np.full_like(mine, np.nan), where=theirs > 0)

    def area(self, ratios: Floats) -> Floats:
        if len(self.sessions) == 1:
            return ratios[:, 0]
        width = self.sessions[-1] - self.sessions[0]
        return np.asarray(np.trapezoid(ratios, self.sessions, axis=1)) / width


def _resample(
    trials: pd.DataFrame, reference: str, arms: Sequence[str] | None, draws: int, seed: int
) -> _Drawn:
    require_columns(trials, "participant", "item", "arm", "correct", "session", name="the table of trials")
    order = arms_of(trials, arms)
    if reference not in order:
        raise UnknownName(f"The reference {reference!r} is no arm. Arms: {', '.join(order) or 'none'}.")
    told = trials.assign(value=simulation_accuracy(trials), session=floats(trials["session"]))
    told = told[told["arm"].isin(order)]
    used = told.dropna(subset=["value", "session", "participant", "item"])
    sessions = sorted(used["session"].unique())
    at = used["session"].to_numpy()[:, None] == np.asarray(sessions)
    columns = np.column_stack([at * used["value"].to_numpy()[:, None], at]).astype(float)
    where = used["arm"].map({arm: number for number, arm in enumerate(order)}).to_numpy(dtype=int)
    observed = np.stack([columns[where == number].sum(axis=0) for number in range(len(order))])[None]
    resampling: dict[str, Any] = {"n_arms": len(order), "draws": draws, "seed": seed}
    sums = resample_sums(columns, where, used["participant"], used["item"], **resampling)
    return _Drawn(told, order, reference, [float(k) for k in sessions], observed, sums)


def _interval(observed: float, drawn: Floats, alpha: float) -> tuple[float, float]:
    return percentile_interval(drawn, alpha) if np.isfinite(observed) else (np.nan, np.nan)


def _counts(trials: pd.DataFrame) -> dict[str, int]:
    used = trials.dropna(subset=["value", "session", "participant", "item"])
    people = int(used["participant"].nunique())
    return {"people": people, "trials": len(used), "undefined": len(trials) - len(used)}
