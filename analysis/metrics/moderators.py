"""Whether an arm works differently for different people: arm × moderator. Exploratory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.inference.two_way import TOO_FEW, Estimate, Fit, fit, without_interval
from analysis.marginal.families import benjamini_hochberg
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric
from analysis.metrics.values import floats

Floats = NDArray[np.float64]


Name = tuple[str, str]


@dataclass(frozen=True)
class _Model:
    """A fitted model, its parameters by (`mean` or `slope`, arm), and the arms with too few people or items."""

    fitted: Fit | None
    names: list[Name]
    thin: set[str]

    def estimate(self, weights: dict[Name, float], alpha: float) -> Estimate:
        if self.fitted is None or not set(weights) <= set(self.names):
            return without_interval(float("nan"), TOO_FEW)
        told = self.fitted.estimate([weights.get(name, 0.0) for name in self.names], alpha)
        is_thin = any(arm in self.thin for _, arm in weights)
        return without_interval(told.estimate, TOO_FEW) if is_thin else told


@metric(
    name="moderation",
    label="Moderation by a trait of people",
    unit="outcome's unit per standard deviation",
    level="table",
    needs=("correct",),
)
def moderation(
    trials: pd.DataFrame,
    moderator: str | pd.Series,
    reference: str | None = None,
    *,
    outcome: str = "correct",
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    standardise: bool = True,
) -> pd.DataFrame:
    """Slope of the outcome on a trait of people in each arm, and how far it differs from the reference arm's.

    Linear model with a mean and a slope for each arm (arm + arm × moderator), over participants and items.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm` and that of `outcome` (boolean or number, missing allowed).
    moderator : a numeric column with one value per person, or a Series indexed by participant: ML literacy,
        need for cognition …
    reference : the arm that the others' slopes are compared to; by default the first
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    standardise : measure the moderator in standard deviations over people, from their mean; else as it is,
        from 0

    Returns
    -------
    DataFrame indexed by arm
        `mean` (outcome at the moderator's mean), `slope` with `slope_low`, `slope_high`, `interaction` (slope minus
        the reference's; NaN for the reference) with `interaction_low`, `interaction_high`, `p`, `p_adjusted`
        (Benjamini and Hochberg, over the interactions that could be computed), `people`, `trials`, `undefined`
        (trials without outcome or moderator). An arm whose people do not differ in the moderator has no slope;
        one with fewer than three people or two items has no interval.

    Raises
    ------
    MissingColumns, UnknownName : the message lists what is there.
    ValueError : a person has several values of the moderator.

    Source
    ------
    Aiken and West (1991), "Multiple Regression"; need for cognition as a moderator: Buçinca, Malaya and Gajos
    (2021), "To Trust or to Think", CSCW. Variance: `analysis.inference.two_way`. An interaction needs many
    more people than a main effect: read it as exploratory unless it was planned and powered.
    """
    require_columns(trials, "participant", "item", "arm", outcome, name="the table of trials")
    order = arms_of(trials, arms)
    base = reference if reference is not None else next(iter(order), "")
    if order and base not in order:
        raise UnknownName(f"The reference {base!r} is no arm. Arms: {', '.join(map(str, order))}.")
    told = trials[["participant", "item", "arm"]].assign(
        outcome=floats(trials[outcome]), moderator=_trait(trials, moderator)
    )
    told = told[told["arm"].isin(order)]
    used = told.dropna()
    used = used.assign(moderator=_standardised(used) if standardise else used["moderator"])
    model = _fit(used, order)
    rows = [_row(told, used, model, arm, base, alpha) for arm in order]
    table = pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"), columns=_COLUMNS)
    table["p_adjusted"] = benjamini_hochberg(table["p"].astype("float64"), is_planned=False)
    return table


_COLUMNS = [
    *("mean", "slope", "slope_low", "slope_high", "interaction", "interaction_low", "interaction_high"),
    *("p", "p_adjusted", "people", "trials", "undefined"),
]


def _trait(trials: pd.DataFrame, moderator: str | pd.Series) -> pd.Series:
    if isinstance(moderator, pd.Series):
        return floats(trials["participant"].map(floats(moderator)))
    require_columns(trials, moderator, name="the table of trials")
    values = floats(trials[moderator])
    several = values.groupby(trials["participant"]).nunique()
    if (several > 1).any():
        who = several.index[several > 1][0]
        raise ValueError(
            f"Moderator {moderator!r} has {several[who]} values for participant {who!r}; "
            "one value per person is needed."
        )
    return values


def _standardised(used: pd.DataFrame) -> pd.Series:
    people = used.drop_duplicates("participant")["moderator"]
    spread = people.std(ddof=1)
    return (used["moderator"] - people.mean()) / (spread if spread > 0 else 1.0)


def _fit(used: pd.DataFrame, order: list[str]) -> _Model:
    """Fit a mean and a slope for each arm that can have one."""
    columns: dict[Name, Floats] = {}
    thin: set[str] = set()
    for arm in order:
        inside = (used["arm"] == arm).to_numpy(dtype=bool)
        mine = used[inside]
        if mine["participant"].nunique() < 3 or mine["item"].nunique() < 2:
            thin.add(arm)
        if inside.any():
            columns["mean", arm] = inside.astype(float)
        if mine["moderator"].nunique() > 1:
            columns["slope", arm] = inside * used["moderator"].to_numpy()
    if not columns:
        return _Model(None, [], thin)
    design = np.column_stack(list(columns.values()))
    fitted = fit(used["outcome"], design, used["participant"], used["item"])
    return _Model(fitted, list(columns), thin)


def _row(
    told: pd.DataFrame,
    used: pd.DataFrame,
    model: _Model,
    arm: str,
    base: str,
    alpha: float,
) -> dict[str, Any]:
    mine = used[used["arm"] == arm]
    mean = model.estimate({("mean", arm): 1.0}, alpha)
    slope = model.estimate({("slope", arm): 1.0}, alpha)
    row: dict[str, Any] = {"mean": mean.estimate, "slope": slope.estimate}
    row |= {"slope_low": slope.low, "slope_high": slope.high}
    if arm != base:
        gap = model.estimate({("slope", arm): 1.0, ("slope", base): -1.0}, alpha)
        row |= {"interaction": gap.estimate, "p": gap.p}
        row |= {"interaction_low": gap.low, "interaction_high": gap.high}
    counts = {"people": int(mine["participant"].nunique()), "trials": len(mine)}
    return row | counts | {"undefined": int((told["arm"] == arm).sum()) - len(mine)}
