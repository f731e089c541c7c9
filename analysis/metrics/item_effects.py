"""Empirical-Bayes accuracy of items: what is known of each, drawn towards the mean of all.

An item's right answers are taken as binomial with the item's own probability, and the probabilities of an
arm's items as Beta(μ κ, (1 − μ) κ), whose mean μ and concentration κ are estimated by maximum likelihood. An
item with r right of n answers then has mean (μ κ + r) / (κ + n): with few answers, or items that hardly
differ (κ large), it is drawn to μ. The variance between items' probabilities is μ (1 − μ) / (κ + 1).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special, stats

from analysis.columns import require_columns
from analysis.metrics.accuracy import simulation_accuracy
from analysis.metrics.by_arm import arms_of
from analysis.metrics.metric import metric

Floats = NDArray[np.float64]
LOWEST, HIGHEST = np.log(1e-2), np.log(1e6)  # of κ; at the highest, items are as good as equal


@metric(
    name="item-effects",
    label="Empirical-Bayes accuracy of items",
    unit="share",
    level="table",
    needs=("correct",),
    better="higher",
)
def item_effects(
    trials: pd.DataFrame, *, arms: Sequence[str] | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    """Accuracy on each item in each arm, shrunken towards the arm's mean.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `item`, `arm`, `correct` (boolean, missing allowed). The answers to an item should be those of
        different people.
    arms : which arms, in order; by default those of the table
    alpha : one minus the level of the intervals

    Returns
    -------
    DataFrame, one row per arm and item
        `arm`, `item`, `n` (answers), `right`, `accuracy` (raw), `estimate` (posterior mean), `low`, `high`
        (of the posterior Beta distribution; they treat the mean and variance of the items as known, and
        are a little short with few items), `mean` (μ) and `between_sd` (of the items' probabilities), which
        are the arm's, and `undefined` (trials without correctness). NaN in an arm with fewer than two
        items, or in which all answers are right or all wrong: nothing can be said of the variance; and for
        an item without an answer.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Morris (1983), "Parametric Empirical Bayes Inference", JASA 78(381); the beta-binomial: Kleinman (1973),
    "Proportions With Extraneous Variance", JASA 68(341), here by maximum likelihood.
    """
    require_columns(trials, "item", "arm", "correct", name="the table of trials")
    told = trials.assign(value=simulation_accuracy(trials))
    tables = [_effects(told[told["arm"] == arm], arm, alpha) for arm in arms_of(trials, arms)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=_COLUMNS)


_COLUMNS = [
    *("arm", "item", "n", "right", "accuracy", "estimate", "low", "high", "mean", "between_sd", "undefined")
]


def beta_binomial(right: Floats, n: Floats) -> tuple[float, float]:
    """Estimate mean and concentration of the items' probabilities by maximum likelihood.

    Parameters
    ----------
    right, n : shape (items,), right answers of n each

    Returns
    -------
    (μ, κ); κ at most 10⁶, which is no variance between items. NaN with fewer than two items that have
    answers, or if all answers are equal.
    """
    given = n > 0
    total, hits = n[given].sum(), right[given].sum()
    if given.sum() < 2 or hits in (0, total):
        return float("nan"), float("nan")
    y, m = right[given], n[given]

    def loss(parameters: Floats) -> float:
        mean, size = special.expit(parameters[0]), np.exp(parameters[1])
        a, b = mean * size, (1 - mean) * size
        return -float((special.betaln(a + y, b + m - y) - special.betaln(a, b)).sum())

    middle = float(special.logit(hits / total))
    bounds = [(-15.0, 15.0), (LOWEST, HIGHEST)]
    fits = [
        optimize.minimize(loss, [middle, np.log(size)], method="L-BFGS-B", bounds=bounds)
        for size in (3.0, 300.0)
    ]
    best = min(fits, key=lambda fit: fit.fun)
    pooled = np.array([middle, HIGHEST])  # no variance between items: the corner that searches miss
    at = pooled if loss(pooled) <= best.fun + 1e-9 else best.x
    return float(special.expit(at[0])), float(np.exp(at[1]))


def _effects(trials: pd.DataFrame, arm: str, alpha: float) -> pd.DataFrame:
    by_item = trials.groupby("item")["value"]
    table = by_item.agg(n="count", right="sum", accuracy="mean").reset_index()
    right, n = table["right"].to_numpy(dtype=float), table["n"].to_numpy(dtype=float)
    mean, size = beta_binomial(right, n)
    a, b = mean * size + right, (1 - mean) * size + n - right
    answered = table["n"] > 0
    table["estimate"] = pd.Series(a / (a + b)).where(answered)
    for name, share in (("low", alpha / 2), ("high", 1 - alpha / 2)):
        table[name] = pd.Series(stats.beta.ppf(share, a, b)).where(answered)
    table = table.assign(mean=mean, between_sd=float(np.sqrt(mean * (1 - mean) / (size + 1))))
    table["undefined"] = (by_item.size().to_numpy() - table["n"]).astype(int)
    table.insert(0, "arm", arm)
    return table[_COLUMNS].astype({"right": int})
