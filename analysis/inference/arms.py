"""Means by arm and differences to a reference arm, with intervals over participants and items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import as_finite, require_columns
from analysis.errors import UnknownName
from analysis.inference.holm import holm
from analysis.inference.margin import t_margin_p, within_margin
from analysis.inference.two_way import NO_VARIATION, TOO_FEW, Estimate, fit, without_interval
from analysis.options import levels_of, listed, made, require_alpha, require_choice, require_margin

NOTES = {
    TOO_FEW: "fewer than two people or two items in an arm: no interval",
    NO_VARIATION: "every answer is the same: no interval",
}
CORRECTIONS = ("holm", "none")
NOTHING = without_interval(float("nan"), TOO_FEW)


@dataclass(frozen=True)
class Columns:
    """What the columns of a table of trials are called, and how strata of items are weighted.

    With `shares`, an arm's mean is the sum of share × mean over the values of `stratum`; without, it is
    the plain mean of its trials.
    """

    outcome: str = "correct"
    arm: str = "arm"
    participant: str = "participant"
    item: str = "item"
    stratum: str = "model_correct"
    shares: Mapping[Any, float] = field(default_factory=dict)

    @property
    def needed(self) -> list[str]:
        always = [self.outcome, self.arm, self.participant, self.item]
        return [*always, self.stratum] if self.shares else always

    @property
    def strata(self) -> list[tuple[Any, float]]:
        return list(self.shares.items()) or [(None, 1.0)]


def mean_by_arm(
    trials: pd.DataFrame,
    outcome: str = "correct",
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    is_share: bool = True,
    **names: Any,
) -> pd.DataFrame:
    """Mean outcome of each arm with a two-way cluster-robust interval.

    Parameters
    ----------
    trials : DataFrame, one row per trial
    outcome : column with numbers or booleans; rows where it is missing are counted, not used
    arms : which arms, in order; by default those of the table, in the order of categories or of rows
    alpha : one minus the level of the interval, which is not adjusted for several arms
    is_share : whether an outcome of zeros and ones alone is a share, of which nothing below 0 or above 1
        is possible; a change, say, can be negative though none was seen
    names : other column names and weights, see `Columns`

    Returns
    -------
    DataFrame indexed by arm
        `mean`, `low`, `high` (of a share cut to [0, 1]), `se`, `df`, `people`, `items`,
        `trials`, `missing` (trials without an outcome), `rule` (which variance was taken) and `note`. An arm
        with fewer than two people or items has no interval, and says so.

    Raises
    ------
    MissingColumns : a column is absent, or the outcome holds a text or an infinite number.
    UnknownName : an option is not one of those that there are.

    Source
    ------
    See `analysis.inference.two_way`.
    """
    columns = made(Columns, {"outcome": outcome, **names})
    require_alpha(alpha)
    used = usable(trials, columns)
    order = levels_of(trials[columns.arm], arms)
    rows = [_mean(used, arm, columns, alpha) | _counts(trials, used, arm, columns) for arm in order]
    table = pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"))
    if not order:
        table = pd.DataFrame({"low": [], "high": []}, index=table.index, dtype=float)
    weights = columns.shares.values()
    if is_share and used[outcome].isin([0, 1]).all() and all(weight >= 0 for weight in weights):
        table = table.assign(low=table["low"].clip(lower=0), high=table["high"].clip(upper=1))
    return table.rename(columns={"estimate": "mean"}).reindex(
        columns=["mean", "low", "high", "se", "df", "people", "items", "trials", "missing", "rule", "note"]
    )


def compare_arms(
    trials: pd.DataFrame,
    outcome: str = "correct",
    *,
    reference: str,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    family: str = "holm",
    margin: float | None = None,
    covariates: Sequence[str] = (),
    **names: Any,
) -> pd.DataFrame:
    """Difference of each arm to the reference with interval and p-value, over participants and items.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `arm`, `participant`, `item` (any values) and the outcome.
    outcome : column with numbers or booleans; rows where it is missing are not used
    reference : the arm that the others are compared to
    arms : which arms, in order; by default those of the table
    alpha : level of the tests; intervals have level 1 − alpha and are not adjusted
    family : `holm` adjusts the p-values over the contrasts, those of equivalence too; `none` leaves them
    margin : equivalence margin in units of the outcome
    covariates : columns of numbers or booleans that the model also holds; rows without them are not used
    names : other column names and weights, see `Columns`

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate`, `low`, `high`, `se`, `t`, `df`, `p`, `p_adjusted`, `differs` (p_adjusted < alpha),
        `within_margin` (whether two one-sided t tests at alpha reject; unadjusted, whether the 1 − 2·alpha
        interval lies inside the margin; missing without a margin or an interval), `people`,
        `reference_people`, `items`, `trials`, `rule` (which variance was taken) and `note`.

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.

    Source
    ------
    See `analysis.inference.two_way`; each contrast is fitted on the trials of its two arms.
    """
    columns = made(Columns, {"outcome": outcome, **names})
    require_columns(trials, columns.arm, name="the table of trials")
    others = _others(levels_of(trials[columns.arm], arms), reference)
    versus = {arm: {arm: 1.0, reference: -1.0} for arm in others}
    told: dict[str, Any] = {"alpha": alpha, "family": family, "margin": margin, "covariates": covariates}
    return contrast_arms(trials, outcome, versus, **told, **names).rename_axis("arm")


def contrast_arms(
    trials: pd.DataFrame,
    outcome: str = "correct",
    contrasts: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
    *,
    alpha: float = 0.05,
    family: str = "holm",
    margin: float | None = None,
    covariates: Sequence[str] = (),
    **names: Any,
) -> pd.DataFrame:
    """Weighted sums of the arms' means with interval and p-value, over participants and items.

    Parameters
    ----------
    contrasts : per name the weights of arms, such as `{"shown": {"a": 0.5, "b": 0.5, "none": -1}}`
    trials, outcome, alpha, family, margin, covariates, names : as in `compare_arms`

    Returns
    -------
    DataFrame indexed by contrast, with the columns of `compare_arms`
        `people` are those of the arms with a positive weight, `reference_people` those of the others.

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.

    Source
    ------
    See `analysis.inference.two_way`; each contrast is fitted on the trials of the arms that it weighs.
    """
    columns = made(Columns, {"outcome": outcome, **names})
    require_alpha(alpha)
    require_choice("family", family, CORRECTIONS)
    require_margin(margin)
    covariates = listed(covariates)
    used = usable(trials, columns, covariates)
    rows = [_difference(used, weights, columns, alpha, covariates) for weights in contrasts.values()]
    index = pd.Index(list(contrasts), name="contrast", dtype="str")
    table = pd.DataFrame(rows, index=index, columns=_DIFFERENCE)
    table["p_adjusted"] = holm(table["p"]) if family == "holm" else table["p"]
    table["differs"] = table["p_adjusted"] < alpha
    p_margin = None if margin is None else t_margin_p(table, margin)
    table["within_margin"] = within_margin(p_margin, index, alpha, family)
    return table


_DIFFERENCE = [
    *("estimate", "low", "high", "se", "t", "df", "p", "p_adjusted", "differs", "within_margin"),
    *("people", "reference_people", "items", "trials", "rule", "note"),
]


def _others(arms: list[str], reference: str) -> list[str]:
    if reference not in arms:
        known = ", ".join(map(str, arms)) or "none"
        raise UnknownName(f"The reference {reference!r} is no arm. Arms: {known}.")
    return [arm for arm in arms if arm != reference]


def usable(trials: pd.DataFrame, columns: Columns, covariates: Sequence[str] = ()) -> pd.DataFrame:
    require_columns(trials, *columns.needed, *covariates, name="the table of trials")
    told = {name: as_finite(trials[name], name) for name in (columns.outcome, *covariates)}
    return trials.assign(**told).dropna(subset=[*columns.needed, *covariates])


def _mean(used: pd.DataFrame, arm: str, columns: Columns, alpha: float) -> dict[str, Any]:
    cells = [(arm, stratum, share) for stratum, share in columns.strata]
    return _told(_estimate(used[used[columns.arm] == arm], cells, columns, alpha))


def _difference(
    used: pd.DataFrame,
    weights: Mapping[str, float],
    columns: Columns,
    alpha: float,
    covariates: Sequence[str],
) -> dict[str, Any]:
    weighed = {arm: weight for arm, weight in weights.items() if weight}
    cells = [
        (arm, stratum, weight * share) for arm, weight in weighed.items() for stratum, share in columns.strata
    ]
    rows = used[used[columns.arm].isin(list(weighed))]
    people = rows.groupby(columns.arm)[columns.participant].nunique()
    above = [arm for arm, weight in weighed.items() if weight > 0]
    below = [arm for arm, weight in weighed.items() if weight < 0]
    return _told(_estimate(rows, cells, columns, alpha, covariates)) | {
        "people": int(people.reindex(above).sum()),
        "reference_people": int(people.reindex(below).sum()),
        "items": int(rows[columns.item].nunique()),
        "trials": len(rows),
    }


def _estimate(
    rows: pd.DataFrame,
    cells: list[tuple[str, Any, float]],
    columns: Columns,
    alpha: float,
    covariates: Sequence[str] = (),
) -> Estimate:
    """Estimate the weighted sum of cell means; a cell is an arm, or an arm's items of one stratum."""
    inside = [_cell(rows, arm, stratum, columns) for arm, stratum, _ in cells]
    if not all(cell.any() for cell in inside):
        return NOTHING
    extra = [rows[name] - rows[name].mean() for name in covariates if rows[name].nunique() > 1]
    design = np.column_stack([*inside, *extra]).astype(float)
    contrast = [weight for _, _, weight in cells] + [0.0] * len(extra)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return NOTHING
    model = fit(rows[columns.outcome], design, rows[columns.participant], rows[columns.item])
    estimate = model.estimate(contrast, alpha)
    if min(_clusters(rows[cell], columns) for cell in inside) < 2:
        return without_interval(estimate.estimate, TOO_FEW)
    return estimate


def _cell(rows: pd.DataFrame, arm: str, stratum: Any, columns: Columns) -> np.ndarray:
    inside = (rows[columns.arm] == arm).to_numpy(dtype=bool)
    if stratum is None:
        return inside
    return inside & (rows[columns.stratum] == stratum).to_numpy(dtype=bool)


def _clusters(rows: pd.DataFrame, columns: Columns) -> int:
    return min(rows[columns.participant].nunique(), rows[columns.item].nunique())


def _told(estimate: Estimate) -> dict[str, Any]:
    told = asdict(estimate)
    return told | {"note": NOTES.get(told["rule"], "")}


def _counts(trials: pd.DataFrame, used: pd.DataFrame, arm: str, columns: Columns) -> dict[str, int]:
    mine, all_mine = used[used[columns.arm] == arm], trials[trials[columns.arm] == arm]
    return {
        "people": int(mine[columns.participant].nunique()),
        "items": int(mine[columns.item].nunique()),
        "trials": len(mine),
        "missing": len(all_mine) - len(mine),
    }
