"""A second opinion on the contrasts, by another method, and what to be careful about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.inference.arms import Columns, usable
from analysis.inference.bootstrap import Progress, percentile_interval, pigeonhole_means

FEW_PEOPLE, FEW_ITEMS = 20, 10


def bootstrap_contrasts(
    trials: pd.DataFrame,
    outcome: str = "correct",
    *,
    reference: str,
    arms: Sequence[str],
    alpha: float = 0.05,
    draws: int = 2000,
    seed: int = 1,
    progress: Progress = iter,
    **names: Any,
) -> pd.DataFrame:
    """Difference of each arm to the reference by the bootstrap over participants and items.

    Parameters
    ----------
    trials, outcome, reference, arms, alpha, names : as in `compare_arms`
    draws, seed, progress : as in `pigeonhole_means`

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate` (median of the draws), `low`, `high` (percentiles), `draws` (those in which both arms
        had trials).

    Source
    ------
    See `analysis.inference.bootstrap`.
    """
    told = {"draws": draws, "seed": seed, "progress": progress}
    means = _drawn_means(trials, Columns(outcome=outcome, **names), arms, **told)
    others = [arm for arm in arms if arm != reference]
    base = means[:, list(arms).index(reference)]
    rows = [_summary(means[:, list(arms).index(arm)] - base, alpha) for arm in others]
    return pd.DataFrame(
        rows, index=pd.Index(others, name="arm", dtype="str"), columns=["estimate", "low", "high", "draws"]
    )


def _drawn_means(
    trials: pd.DataFrame, columns: Columns, arms: Sequence[str], **told: Any
) -> NDArray[np.float64]:
    """Return the bootstrap's means of a labelled table, shape (draws, arms)."""
    used = usable(trials, columns)
    used = used[used[columns.arm].isin(arms)]
    strata = {value: number for number, value in enumerate(columns.shares)}
    return pigeonhole_means(
        used[columns.outcome],
        used[columns.arm].map({arm: number for number, arm in enumerate(arms)}).to_numpy(dtype=int),
        used[columns.participant],
        used[columns.item],
        used[columns.stratum].map(strata).to_numpy(dtype=int) if strata else None,
        n_arms=len(arms),
        shares=[share for _, share in columns.strata],
        **told,
    )


def disagreements(contrasts: pd.DataFrame, bootstrap: pd.DataFrame) -> list[str]:
    """Return the arms whose bootstrap differs in sign, or in whether the unadjusted interval holds zero.

    A sign counts only where one of the two intervals leaves out zero: the sign of a difference that
    neither method tells from zero means nothing.
    """
    apart = []
    for arm in contrasts.index:
        ours, other = contrasts.loc[arm], bootstrap.loc[arm]
        if not np.isfinite([ours["low"], other["low"]]).all():
            continue
        told = _leaves_out_zero(ours), _leaves_out_zero(other)
        if told[0] != told[1] or (any(told) and ours["estimate"] * other["estimate"] < 0):
            apart.append(arm)
    return apart


def largest_gap(contrasts: pd.DataFrame, bootstrap: pd.DataFrame) -> float:
    """Return the largest distance between two matching interval ends; NaN where there is none."""
    gaps = (contrasts[["low", "high"]] - bootstrap[["low", "high"]]).abs().to_numpy(dtype=float)
    return float(np.nanmax(gaps)) if np.isfinite(gaps).any() else float("nan")


def is_small(means: pd.DataFrame) -> bool:
    """Say whether an arm has so few people or items that the intervals should not be leaned on."""
    return bool((means["people"] < FEW_PEOPLE).any() or (means["items"] < FEW_ITEMS).any())


def _summary(differences: np.ndarray, alpha: float) -> dict[str, float]:
    low, high = percentile_interval(differences, alpha)
    finite = differences[np.isfinite(differences)]
    middle = float(np.median(finite)) if len(finite) else float("nan")
    return {"estimate": middle, "low": low, "high": high, "draws": len(finite)}


def _leaves_out_zero(row: pd.Series) -> bool:
    return bool(row["low"] > 0 or row["high"] < 0)
