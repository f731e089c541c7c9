"""Whether an automatic score of an explanation foretells what it does for people."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.columns import require_columns
from analysis.errors import AnalysisError, UnknownName
from analysis.metrics.metric import metric
from analysis.resampling import percentile_interval, percentile_p

Floats = NDArray[np.float64]
MINIMUM_ITEMS = 4  # below, a slope and its residual variance say nothing


def stimulus_scores(stimuli: pd.DataFrame, check: str, explainers: Mapping[str, str]) -> pd.DataFrame:
    """Return one automatic check of the bundle for each arm's explanation of each item.

    Parameters
    ----------
    stimuli : DataFrame as the export has it: columns `item`, `explainer`, `checks` (JSON object of numbers)
    check : name of the check, such as `deletion-auc`
    explainers : the explainer that each arm shows

    Returns
    -------
    DataFrame with `arm`, `item`, `score`; the mean where an item has several parts with that check. Items
    without it are left out.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    UnknownName : no stimulus has such a check; the message lists those that there are.
    AnalysisError : a cell of `checks` is no JSON object.
    """
    require_columns(stimuli, "item", "explainer", "checks", name="the table of stimuli")
    checked = stimuli.dropna(subset=["explainer", "checks"])
    parsed = [checks_of(cell, row) for row, cell in checked["checks"].items()]
    known = sorted({name for checks in parsed for name in checks})
    if check not in known:
        raise UnknownName(
            f"No stimulus has a check called {check!r}. Known ones: {', '.join(known) or 'none'}."
        )
    values = [checks.get(check) for checks in parsed]
    told = checked.assign(score=pd.array(values, dtype="Float64")).dropna(subset=["score"])
    means = told.groupby(["explainer", "item"])["score"].mean().astype("float64").reset_index()
    rows = [means[means["explainer"] == explainer].assign(arm=arm) for arm, explainer in explainers.items()]
    return pd.concat(rows, ignore_index=True)[["arm", "item", "score"]]


@metric(
    name="score-association",
    label="Whether an automatic score foretells the benefit",
    unit="benefit per unit of score, rank correlation",
    level="table",
    needs=("arm", "item", "benefit", "se"),
    table="benefits",
)
def score_association(
    benefit: pd.DataFrame, scores: pd.DataFrame, *, alpha: float = 0.05, draws: int = 2000, seed: int = 1
) -> pd.DataFrame:
    """Say of each arm whether an automatic score of its explanations foretells their benefit to people.

    The slope is that of a weighted regression of the benefit on the score over items, with weights
    1 / (se² + τ²): τ², the variance of true benefits around the line, by the method of moments. So an
    item with few answers counts less, and none of them alone. Intervals come from drawing items with
    replacement, which holds both what varies between items and the uncertainty of each.

    Parameters
    ----------
    benefit : DataFrame as `benefit_by_stimulus` returns it
    scores : DataFrame with `item` and `score`, and optionally `arm`; without it, the score is the same for all
    alpha : one minus the level of the intervals
    draws, seed : of the bootstrap over items

    Returns
    -------
    DataFrame indexed by arm
        `slope` (benefit per unit of score) with `slope_low`, `slope_high`, `slope_p`; `spearman` (rank
        correlation, which the uncertainty of the benefits draws to zero) with `spearman_low`,
        `spearman_high`, `spearman_p`; `between_sd` (τ), `items` and `undefined` (items of the arm without
        benefit or score). NaN with fewer than four items, or where scores or benefits do not vary.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Meta-regression: Thompson and Sharp (1999), "Explaining Heterogeneity in Meta-Analysis", Stat. Med. 18.
    Spearman (1904), Am. J. Psychol. 15(1). The question: Colin et al. (2022), "What I Cannot Predict, I Do
    Not Understand", NeurIPS, who found faithfulness a poor guide to usefulness.
    """
    require_columns(benefit, "arm", "item", "benefit", "se", name="the table of benefits")
    require_columns(scores, "item", "score", name="the table of scores")
    keys = ["arm", "item"] if "arm" in scores.columns else ["item"]
    joined = benefit.merge(scores[[*keys, "score"]].drop_duplicates(keys), on=keys, how="left")
    rng = np.random.default_rng(seed)
    rows = {arm: _association(mine, alpha, draws, rng) for arm, mine in joined.groupby("arm", sort=False)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_ASSOCIATION).rename_axis("arm")
    return table.astype({"items": int, "undefined": int})


_ASSOCIATION = [
    *("slope", "slope_low", "slope_high", "slope_p"),
    *("spearman", "spearman_low", "spearman_high", "spearman_p"),
    *("between_sd", "items", "undefined"),
]


def checks_of(cell: object, row: object) -> dict[str, float]:
    """Return the checks of a stimulus: an object, as an export is read, or its JSON."""
    try:
        checks = json.loads(cell) if isinstance(cell, str) else cell
    except ValueError:
        checks = None
    if not isinstance(checks, dict):
        raise AnalysisError(f"Column 'checks', row {row!r}: {cell!r} is no JSON object.")
    return checks


def _association(joined: pd.DataFrame, alpha: float, draws: int, rng: np.random.Generator) -> list[float]:
    used = joined.dropna(subset=["benefit", "se", "score"])
    counts = [len(used), len(joined) - len(used)]
    x, y, se = (used[name].to_numpy(dtype=float) for name in ("score", "benefit", "se"))
    if len(used) < MINIMUM_ITEMS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return [np.nan] * 9 + counts
    slope, between = _slope(x[None], y[None], se[None])
    at = rng.integers(len(used), size=(draws, len(used)))
    slopes, _ = _slope(x[at], y[at], se[at])
    ranks = _spearman(x[at], y[at])
    told = []
    for value, drawn in ((slope[0], slopes), (_spearman(x[None], y[None])[0], ranks)):
        told += [float(value), *percentile_interval(drawn, alpha), percentile_p(drawn)]
    return [*told, float(np.sqrt(between[0])), *counts]


def _slope(x: Floats, y: Floats, se: Floats) -> tuple[Floats, Floats]:
    """Return slope and τ² of each row of a meta-regression, shape (draws,); NaN where x does not vary."""
    fixed = 1 / se**2
    _, residual, explained = _line(x, y, fixed)
    q = (fixed * residual**2).sum(axis=1)
    between = np.maximum((q - (x.shape[1] - 2)) / explained, 0)
    slope, _, _ = _line(x, y, 1 / (se**2 + np.nan_to_num(between)[:, None]))
    return slope, between


def _line(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Fit a weighted line to each row; return slopes, residuals and Σw − tr((X′WX)⁻¹ X′W²X)."""
    total = weights.sum(axis=1, keepdims=True)
    centre_x = (weights * x).sum(axis=1, keepdims=True) / total
    centre_y = (weights * y).sum(axis=1, keepdims=True) / total
    dx, dy = x - centre_x, y - centre_y
    spread = (weights * dx**2).sum(axis=1)
    varied = spread > 1e-12 * total[:, 0] * np.maximum(np.abs(x).max(axis=1), 1e-300) ** 2
    spread = np.where(varied, spread, np.nan)
    slope = (weights * dx * dy).sum(axis=1) / spread
    trace = (weights**2).sum(axis=1) / total[:, 0] + (weights**2 * dx**2).sum(axis=1) / spread
    return slope, dy - slope[:, None] * dx, total[:, 0] - trace


def _spearman(x: Floats, y: Floats) -> Floats:
    rank_x, rank_y = (stats.rankdata(values, axis=1) for values in (x, y))
    dx, dy = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (rank_x, rank_y))
    size = np.sqrt((dx**2).sum(axis=1) * (dy**2).sum(axis=1))
    return np.divide((dx * dy).sum(axis=1), size, out=np.full(len(x), np.nan), where=size > 0)
