"""Whether people with the model do better than the better of people alone and the model alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.inference.bootstrap import BootstrapSums, bootstrap_sums, percentile_interval
from analysis.inference.holm import holm
from analysis.inference.margin import percentile_margin_p, within_margin
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.performance_gain import team_correct
from analysis.metrics.pooled import DRAWS, is_enough, left_out
from analysis.metrics.values import truths
from analysis.resampling import percentile_p

Floats = NDArray[np.float64]


def complementarity_contrasts(
    trials: pd.DataFrame,
    reference: str,
    *,
    human_only: str | None = None,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    family: str = "holm",
    margin: float | None = None,
    **resampling: Any,
) -> pd.DataFrame:
    """Return the differences of complementarity to the reference arm.

    Parameters
    ----------
    trials, human_only, arms, alpha, resampling : as in `complementarity`
    reference, family, margin : as in `pooled_contrasts`

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate`, `low`, `high`, `p` (two-way bootstrap), `p_adjusted`, `within_margin` (as in
        `pooled_contrasts`).

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.
    """
    _check(trials, human_only)
    order = [arm for arm in arms_of(trials, arms) if arm != human_only]
    if reference not in order:
        raise UnknownName(f"The reference {reference!r} is no arm with the model. Arms: {', '.join(order)}.")
    used = _numbers(trials, human_only).dropna()
    gains = _gains(_sums(used, order, human_only, resampling), order, human_only)["gain"]
    base, others = order.index(reference), [arm for arm in order if arm != reference]
    gaps = {arm: gains[:, order.index(arm)] - gains[:, base] for arm in others}
    rows = [(gap[0], *percentile_interval(gap[1:], alpha), percentile_p(gap[1:])) for gap in gaps.values()]
    index = pd.Index(others, name="arm", dtype="str")
    table = pd.DataFrame(rows, index=index, columns=["estimate", "low", "high", "p"])
    table["p_adjusted"] = holm(table["p"]) if family == "holm" else table["p"]
    p_margin = None
    if margin is not None:
        p_margin = pd.Series(
            [percentile_margin_p(gap[1:], margin) for gap in gaps.values()], index, dtype=float
        )
    return table.assign(within_margin=within_margin(p_margin, index, alpha, family))


@metric(
    name="complementarity",
    label="Complementarity",
    unit="share",
    level="arm",
    needs=("first_correct", "final_correct", "model_correct"),
    better="higher",
    contrasts=complementarity_contrasts,
)
def complementarity(
    trials: pd.DataFrame,
    *,
    human_only: str | None = None,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    **resampling: Any,
) -> pd.DataFrame:
    """Accuracy of people with the model minus the better of people alone and the model alone, by arm.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm`, `model_correct`, and `final_correct` or `correct` (booleans,
        missing allowed).
    human_only : the arm in which people answer without the model; without one, people alone are the own
        first answers of the same arm (column `first_correct`)
    arms : which arms, in order; by default all but `human_only`
    alpha : one minus the level of the intervals
    resampling : `draws` (by default 1,000) and `seed` of the two-way bootstrap

    Returns
    -------
    DataFrame indexed by arm
        `estimate` with `low`, `high` (two-way bootstrap, percentiles: in each draw the better of the two is
        chosen anew), `team`, `human`, `model` (accuracies), `better` (`human` or `model`), `people`,
        `trials`, `undefined` (trials of the arm in which a needed column is missing).

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.

    Source
    ------
    Bansal et al. (2021), "Does the Whole Exceed its Parts?", CHI. At the level of the arm: the maximum is
    taken of two population means, not for each person, whose maximum of two noisy shares is too high. What
    remains of that bias where both are nearly equal makes the estimate cautious.
    """
    require_columns(trials, "participant", "item", "arm", "model_correct", name="the table of trials")
    _check(trials, human_only)
    order = [arm for arm in arms_of(trials, arms) if arm != human_only]
    told = _numbers(trials, human_only)
    used = told.dropna()
    table = pd.DataFrame(np.nan, index=pd.Index(order, name="arm", dtype="str"), columns=_COLUMNS)
    table = table.assign(better="", people=0, trials=0)
    if order and not used.empty:
        sums = _sums(used, order, human_only, resampling)
        table = pd.DataFrame(_rows(_gains(sums, order, human_only), alpha), index=table.index)
        table[["people", "trials"]] = sums.counts.loc[order, ["people", "trials"]]
    return table.assign(undefined=left_out(told, used, order))


_COLUMNS = ["estimate", "low", "high", "team", "human", "model"]


def _check(trials: pd.DataFrame, human_only: str | None) -> None:
    if human_only is None:
        require_columns(trials, "first_correct", name="the table of trials")
    elif human_only not in set(trials["arm"].dropna()):
        known = ", ".join(map(str, arms_of(trials))) or "none"
        raise UnknownName(f"The arm of people alone, {human_only!r}, is no arm. Arms: {known}.")


def _numbers(trials: pd.DataFrame, human_only: str | None) -> pd.DataFrame:
    """Return the sums' parts; in the arm of people alone there may be no model, and none is needed."""
    team, model = team_correct(trials), truths(trials, "model_correct")
    alone = trials["arm"] == human_only
    return trials[["participant", "item", "arm"]].assign(
        team=team,
        human=team if human_only is not None else truths(trials, "first_correct"),
        model=model.mask(alone.fillna(False).astype(bool), 0.0),
    )


def _sums(
    used: pd.DataFrame, order: list[str], human_only: str | None, resampling: dict[str, Any]
) -> BootstrapSums:
    everyone = order if human_only is None else [*order, human_only]
    return bootstrap_sums(used, ["team", "human", "model"], arms=everyone, **{"draws": DRAWS} | resampling)


def _gains(sums: BootstrapSums, order: list[str], human_only: str | None) -> dict[str, Floats]:
    """Return accuracies and gain, each of shape (1 + draws, arms); the first row is what was observed."""
    team, human, model = (_means(sums, name)[:, : len(order)] for name in ("team", "human", "model"))
    if human_only is not None:
        human = np.repeat(_means(sums, "human")[:, -1:], len(order), axis=1)
    gain = team - np.maximum(human, model)
    enough = is_enough(sums.counts)
    ours = enough[order].to_numpy() & (True if human_only is None else bool(enough[human_only]))
    gain[1:] = np.where(ours, gain[1:], np.nan)  # nothing to resample: no interval
    return {"team": team, "human": human, "model": model, "gain": gain}


def _rows(values: dict[str, Floats], alpha: float) -> list[dict[str, Any]]:
    rows = []
    for number in range(values["gain"].shape[1]):
        gain, of = values["gain"][:, number], {name: float(v[0, number]) for name, v in values.items()}
        low, high = percentile_interval(gain[1:], alpha)
        told: dict[str, Any] = {"team": of["team"], "human": of["human"], "model": of["model"]}
        told |= {"better": _better(of["human"], of["model"])}
        rows.append({"estimate": of["gain"], "low": low, "high": high} | told)
    return rows


def _means(sums: BootstrapSums, name: str) -> Floats:
    """Return the arms' means, shape (1 + draws, arms); the first row is what was observed."""
    observed, drawn = sums.values(lambda of: of[name] / of["trials"])
    return np.concatenate([observed[None], drawn])


def _better(human: float, model: float) -> str:
    if not np.isfinite(human + model):
        return ""
    return "human" if human > model else "model"
