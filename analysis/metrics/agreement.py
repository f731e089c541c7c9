"""Whether people give the same answers as each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.columns import require_columns
from analysis.errors import UnknownName
from analysis.inference.holm import holm
from analysis.inference.margin import percentile_margin_p, within_margin
from analysis.metrics.by_arm import arms_of
from analysis.metrics.krippendorff import Scale, krippendorff_alpha
from analysis.metrics.metric import metric
from analysis.resampling import percentile_interval, percentile_p

Floats = NDArray[np.float64]
ASKED = ("participant", "item", "model", "question")


def agreement_contrasts(
    trials: pd.DataFrame,
    reference: str,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    family: str = "holm",
    margin: float | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Return how much more people of each arm agree than those of the reference.

    Parameters
    ----------
    trials, arms, alpha, options : as in `agreement_between_participants`
    reference : the arm that the others are compared to
    family : `holm` adjusts the p-values over the contrasts, `none` leaves them
    margin : equivalence margin in units of Krippendorff's alpha

    Returns
    -------
    DataFrame indexed by arm (without the reference)
        `estimate` (difference of Krippendorff's alphas), `low`, `high`, `p` (of the bootstrap, the same items
        being drawn for both arms), `p_adjusted`, `within_margin` (as in `pooled_contrasts`).

    Raises
    ------
    UnknownName : the reference is no arm.
    """
    order = arms_of(trials, arms)
    if reference not in order:
        raise UnknownName(f"The reference {reference!r} is no arm. Arms: {', '.join(order) or 'none'}.")
    observed, drawn, _ = _alphas(trials, order, **options)
    base = order.index(reference)
    others = [arm for arm in order if arm != reference]
    at = [order.index(arm) for arm in others]
    gaps = [_told(observed[i] - observed[base], drawn[i] - drawn[base], alpha) for i in at]
    index = pd.Index(others, name="arm", dtype="str")
    table = pd.DataFrame(gaps, index=index, columns=["estimate", "low", "high"])
    table["p"] = [percentile_p(drawn[i] - drawn[base]) for i in at]
    table["p_adjusted"] = holm(table["p"]) if family == "holm" else table["p"]
    p_margin = None
    if margin is not None:
        told = [percentile_margin_p(drawn[i] - drawn[base], margin) for i in at]
        p_margin = pd.Series(told, index, dtype=float)
    return table.assign(within_margin=within_margin(p_margin, index, alpha, family))


@metric(
    name="agreement-between-participants",
    label="Agreement between participants",
    unit="Krippendorff's alpha",
    level="arm",
    needs=("answer",),
    better="higher",
    contrasts=agreement_contrasts,
)
def agreement_between_participants(
    trials: pd.DataFrame,
    *,
    arms: Sequence[str] | None = None,
    alpha: float = 0.05,
    column: str = "answer",
    scale: Scale = "nominal",
    draws: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Krippendorff's alpha of the answers that an arm's people give to the same items.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `participant`, `item`, `arm` and `column`, and optionally `model` and `question`: with them
        an item is an item of that model and question. Of a participant who answered one several times the
        first answer counts.
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals
    column : the answers
    scale : `nominal` (any labels), `ordinal` or `interval` (numbers)
    draws, seed : of the bootstrap

    Returns
    -------
    DataFrame indexed by arm
        `estimate` (1: all agree, 0: as by chance; NaN where no item has two answers or all answers are the
        same), `low`, `high` (percentiles of the bootstrap over items, the people being taken as they are),
        `people`, `items`, `trials` (answers to items that have at least two), `undefined` (the other trials:
        no answer, nobody else's answer, or not the first).

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    ValueError : the scale is none of the three.

    Source
    ------
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania. Bootstrap
    over units: Zapf et al. (2016), "Measuring Inter-Rater Reliability for Nominal Data", BMC Med. Res.
    Methodol. 16:93.
    """
    order = arms_of(trials, arms)
    options: dict[str, Any] = {"column": column, "scale": scale, "draws": draws, "seed": seed}
    observed, drawn, used = _alphas(trials, order, **options)
    rows = [
        dict(zip(("estimate", "low", "high"), _told(observed[number], drawn[number], alpha), strict=True))
        | _counts(trials[trials["arm"] == arm], used[used["arm"] == arm])
        for number, arm in enumerate(order)
    ]
    return pd.DataFrame(rows, index=pd.Index(order, name="arm", dtype="str"), columns=_COLUMNS)


_COLUMNS = ["estimate", "low", "high", "people", "items", "trials", "undefined"]


def _alphas(
    trials: pd.DataFrame,
    arms: Sequence[str],
    column: str = "answer",
    scale: Scale = "nominal",
    draws: int = 2000,
    seed: int = 1,
) -> tuple[Floats, Floats, pd.DataFrame]:
    """Return each arm's alpha, shape (arms,), that of each draw, (arms, draws), and the answers in pairs."""
    require_columns(trials, "participant", "item", "arm", column, name="the table of trials")
    used = _in_pairs(trials, column)
    item, items = pd.factorize(used["item"])
    weights = _item_weights(len(items), draws, seed)
    observed, drawn = np.full(len(arms), np.nan), np.full((len(arms), draws), np.nan)
    for number, arm in enumerate(arms):
        mine = (used["arm"] == arm).to_numpy(dtype=bool)
        if not mine.any():
            continue
        unit = used[mine].groupby(_unit(used), sort=False, dropna=False).ngroup().to_numpy()
        item_of = np.zeros(unit.max() + 1, dtype=int)
        item_of[unit] = item[mine]
        values = used.loc[mine, column].to_numpy()
        observed[number] = krippendorff_alpha(unit, values, scale)[0]
        drawn[number] = krippendorff_alpha(unit, values, scale, weights[:, item_of])
    return observed, drawn, used


def _in_pairs(trials: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return each person's first answer to each unit, where another person of the arm answered too."""
    answered = trials.dropna(subset=["participant", "item", "arm", column])
    if "repeats" in answered.columns:
        answered = answered[answered["repeats"].isna()]
    first = answered.drop_duplicates(["arm", *asked(trials)])
    size = first.groupby(["arm", *_unit(trials)], dropna=False)[column].transform("size")
    return first[size > 1]


def asked(trials: pd.DataFrame) -> list[str]:
    """Return those columns of the trials that make two answers of a person answers to the same."""
    return [name for name in ASKED if name in trials.columns]


def _unit(trials: pd.DataFrame) -> list[str]:
    return asked(trials)[1:]


def _item_weights(items: int, draws: int, seed: int) -> Floats:
    if items == 0:
        return np.zeros((draws, 0))
    rng = np.random.default_rng(seed)
    return rng.multinomial(items, np.full(items, 1 / items), size=draws).astype(float)


def _told(observed: float, drawn: Floats, alpha: float) -> tuple[float, float, float]:
    low, high = percentile_interval(drawn, alpha) if np.isfinite(observed) else (np.nan, np.nan)
    return float(observed), low, high


def _counts(trials: pd.DataFrame, used: pd.DataFrame) -> dict[str, int]:
    people, items = int(used["participant"].nunique()), int(used["item"].nunique())
    return {"people": people, "items": items, "trials": len(used), "undefined": len(trials) - len(used)}
