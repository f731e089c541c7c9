"""A second and a third opinion on the contrasts, by other methods, and what to be careful about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.inference.arms import Columns, contrast_arms, usable
from analysis.inference.bootstrap import pigeonhole_means
from analysis.resampling import percentile_interval, percentile_p

Contrasts = Mapping[str, Mapping[str, float]]

FEW_PEOPLE, FEW_ITEMS = 20, 10
METHODS = {
    "model": "the model",
    "cluster": "the two-way cluster-robust t",
    "bootstrap": "the bootstrap over participants and items",
}


@dataclass(frozen=True)
class CrossCheck:
    """The contrasts by three methods.

    `table` is indexed by contrast and method (`model`, `cluster`, `bootstrap`) and holds `estimate`, `low`,
    `high`, `p` and `significant`. `cluster` and `bootstrap` are the whole tables of those two methods,
    `apart` the contrasts on which a method disagrees with the model, and `warnings` sentences for a reader.
    """

    table: pd.DataFrame
    cluster: pd.DataFrame
    bootstrap: pd.DataFrame
    apart: tuple[str, ...]
    warnings: tuple[str, ...]


def cross_check(
    model_contrasts: pd.DataFrame,
    trials: pd.DataFrame,
    outcome: str = "correct",
    *,
    contrasts: Contrasts,
    arms: Sequence[str],
    alpha: float = 0.05,
    covariates: Sequence[str] = (),
    resampling: dict[str, Any] | None = None,
    **names: Any,
) -> CrossCheck:
    """Set the two-way cluster-robust t and the two-way bootstrap beside a model's contrasts.

    Parameters
    ----------
    model_contrasts : DataFrame indexed by contrast
        `estimate`, `low`, `high` in units of the outcome (risk differences, for a share) and `p`, not
        adjusted for several contrasts and two-sided (of a one-sided plan, too: the other two methods are
        two-sided, and would seem to disagree); NaN where the model could say nothing.
    contrasts : the weights of arms behind each contrast, as in `contrast_arms`
    trials, outcome, alpha, covariates, names : as in `contrast_arms`; the bootstrap does not adjust for
        the covariates
    arms : every arm, in order
    resampling : `draws`, `seed`, `n_jobs`, `progress` of `resample_sums`

    Returns
    -------
    CrossCheck
        Two methods disagree where one is significant at `alpha` and the other is not, or where they differ
        in sign and at least one is significant.

    Raises
    ------
    MissingColumns, UnknownName : a column or an arm is not there; the message lists what is.

    Source
    ------
    See `analysis.inference.two_way` and `analysis.resampling.two_way`.
    """
    require_columns(model_contrasts, "estimate", "low", "high", "p", name="the model's table of contrasts")
    if strangers := [name for name in model_contrasts.index if name not in contrasts]:
        known = ", ".join(contrasts) or "none"
        raise UnknownName(
            f"The model has a contrast {strangers[0]!r} without weights. With weights: {known}."
        )
    told: dict[str, Any] = {"alpha": alpha, **names}
    cluster = contrast_arms(trials, outcome, contrasts, family="none", covariates=covariates, **told)
    bootstrap = bootstrap_contrasts(trials, outcome, contrasts, arms=arms, **told, **(resampling or {}))
    tables = {"model": model_contrasts, "cluster": cluster, "bootstrap": bootstrap}
    table = _stacked(tables, list(model_contrasts.index), alpha)
    apart = {arm: _told_apart(arm, table.loc[arm]) for arm in model_contrasts.index}
    warnings = [sentence for sentences in apart.values() for sentence in sentences]
    warnings += _silent(table) + _small(trials, Columns(outcome=outcome, **names), arms)
    return CrossCheck(
        table, cluster, bootstrap, tuple(arm for arm, said in apart.items() if said), tuple(warnings)
    )


def bootstrap_contrasts(
    trials: pd.DataFrame,
    outcome: str = "correct",
    contrasts: Contrasts = MappingProxyType({}),
    *,
    arms: Sequence[str],
    alpha: float = 0.05,
    draws: int = 2000,
    seed: int = 1,
    **names: Any,
) -> pd.DataFrame:
    """Weighted sums of the arms' means by the bootstrap over participants and items.

    Parameters
    ----------
    trials, outcome, contrasts, alpha : as in `contrast_arms`
    arms : every arm that is drawn from
    draws, seed : as in `resample_sums`
    names : its `n_jobs` and `progress`, and the names and weights of `Columns`

    Returns
    -------
    DataFrame indexed by contrast
        `estimate` (median of the draws), `low`, `high` (percentiles), `p`, `draws` (those in which every
        weighed arm had trials).

    Source
    ------
    See `analysis.resampling.two_way`.
    """
    told = {"draws": draws, "seed": seed}
    told |= {name: names.pop(name) for name in ("n_jobs", "progress") if name in names}
    means = _drawn_means(trials, Columns(outcome=outcome, **names), arms, **told)
    matrix = [[weights.get(arm, 0.0) for arm in arms] for weights in contrasts.values()]
    rows = [_summary(_weighted(means, np.array(weights)), alpha) for weights in matrix]
    index = pd.Index(list(contrasts), name="contrast", dtype="str")
    return pd.DataFrame(rows, index=index, columns=["estimate", "low", "high", "p", "draws"])


def _weighted(means: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted sum of the arms that weigh something; an empty other arm spoils no draw."""
    weighed = weights != 0
    return means[:, weighed] @ weights[weighed]


def _drawn_means(
    trials: pd.DataFrame, columns: Columns, arms: Sequence[str], **resampling: Any
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
        **resampling,
    )


def _summary(differences: np.ndarray, alpha: float) -> dict[str, float]:
    low, high = percentile_interval(differences, alpha)
    finite = differences[np.isfinite(differences)]
    middle = float(np.median(finite)) if len(finite) else float("nan")
    return {
        "estimate": middle,
        "low": low,
        "high": high,
        "p": percentile_p(differences),
        "draws": len(finite),
    }


def _stacked(tables: dict[str, pd.DataFrame], arms: list[str], alpha: float) -> pd.DataFrame:
    columns = ["estimate", "low", "high", "p"]
    table = pd.concat(
        {name: one.loc[arms, columns] for name, one in tables.items()}, names=["method", "contrast"]
    )
    table = table.astype("float64").swaplevel().loc[[(arm, name) for arm in arms for name in tables]]
    outside = (table["low"] > 0) | (table["high"] < 0)
    return table.assign(significant=(table["p"] < alpha).where(table["p"].notna(), outside).astype(bool))


def _told_apart(arm: str, methods: pd.DataFrame) -> list[str]:
    """Return a sentence for each method that disagrees with the model on this arm."""
    model = methods.loc["model"]
    told = []
    for name in ("cluster", "bootstrap"):
        other = methods.loc[name]
        if not np.isfinite([model["estimate"], other["estimate"], other["low"]]).all():
            continue
        verdicts = bool(model["significant"]), bool(other["significant"])
        if verdicts[0] != verdicts[1]:
            sides = [f"{METHODS[which]} {_verdict(row)}" for which, row in (("model", model), (name, other))]
            told.append(f"{arm}: {sides[0]}, {sides[1]}; do not lean on that verdict.")
        elif any(verdicts) and model["estimate"] * other["estimate"] < 0:
            told.append(
                f"{arm}: {METHODS['model']} estimates {model['estimate']:+.3f}, {METHODS[name]} "
                f"{other['estimate']:+.3f}: opposite signs; do not lean on that verdict."
            )
    return told


def _verdict(row: pd.Series) -> str:
    finds = "finds a difference" if row["significant"] else "finds none"
    p = "p < 0.001" if row["p"] < 0.001 else f"p = {row['p']:.3f}"
    return f"{finds} ({row['estimate']:+.3f}, {p})"


def _silent(table: pd.DataFrame) -> list[str]:
    """Return a sentence for each method that gives no interval."""
    without = table[table["low"].isna()].index
    return [f"{arm}: {METHODS[name]} gives no interval." for arm, name in without]


def _small(trials: pd.DataFrame, columns: Columns, arms: Sequence[str]) -> list[str]:
    """Return a sentence for each arm with few participants or items."""
    levels = usable(trials, columns).groupby(columns.arm)[[columns.participant, columns.item]].nunique()
    told = []
    for arm, (people, items) in levels.reindex(list(arms), fill_value=0).iterrows():
        few = [f"{people} participant{'s' * (people != 1)} (fewer than {FEW_PEOPLE})"] * (people < FEW_PEOPLE)
        few += [f"{items} item{'s' * (items != 1)} (fewer than {FEW_ITEMS})"] * (items < FEW_ITEMS)
        if few:
            told.append(f"{arm} has {' and '.join(few)}: every interval is rough.")
    return told
