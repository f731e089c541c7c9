"""Empirical-Bayes item effects: against a published fit, a grid, and planted values."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.metrics.item_effects import beta_binomial, item_effects


def trials_of(right, n):
    rows = [
        (f"i{item:03}", answer < r)
        for item, (r, m) in enumerate(zip(right, n, strict=True))
        for answer in range(m)
    ]
    return pd.DataFrame(rows, columns=["item", "correct"]).assign(arm="map")


def test_the_fit_is_the_highest_of_a_grid():
    right, n = np.array([2, 9, 5, 10, 4, 7.0]), np.full(6, 10.0)
    mean, size = beta_binomial(right, n)

    def likelihood(mean, size):
        return stats.betabinom.logpmf(right, 10, mean * size, (1 - mean) * size).sum()

    grid = [likelihood(m, s) for m in np.linspace(0.3, 0.9, 61) for s in np.exp(np.linspace(-1, 6, 71))]
    assert likelihood(mean, size) >= max(grid)
    assert likelihood(mean, size) == pytest.approx(max(grid), abs=0.01)


def test_estimates_are_the_posterior_of_the_beta_binomial():
    right, n = [2, 9, 5, 10, 4, 7], [10] * 6
    told = item_effects(trials_of(right, n)).set_index("item")
    mean, size = beta_binomial(np.array(right, float), np.array(n, float))
    posterior = stats.beta(mean * size + 2, (1 - mean) * size + 8)
    row = told.loc["i000"]
    assert row[["estimate", "low", "high"]].tolist() == pytest.approx(
        [posterior.mean(), *posterior.interval(0.95)]
    )
    assert row[["n", "right", "accuracy", "undefined"]].tolist() == [10, 2, 0.2, 0]
    assert 0.2 < row["estimate"] < row["mean"]


def test_an_item_with_fewer_answers_is_drawn_closer_to_the_mean():
    told = item_effects(trials_of([1, 30, 20, 18, 39, 8], [2, 60, 40, 20, 40, 40])).set_index("item")
    assert told.loc["i000", "accuracy"] == told.loc["i001", "accuracy"] == 0.5
    gap = (told["estimate"] - told["mean"]).abs()
    assert gap["i000"] < gap["i001"]


def test_items_that_differ_by_chance_alone_are_all_the_mean():
    told = item_effects(trials_of([5, 5, 5, 5], [10] * 4))
    assert told["estimate"].tolist() == pytest.approx([0.5] * 4, abs=1e-4)
    assert told["between_sd"].max() < 0.001


def test_planted_items_come_back_and_are_covered():
    rng = np.random.default_rng(11)
    truth = rng.beta(6, 3, 200)
    told = item_effects(trials_of(rng.binomial(25, truth), [25] * 200))
    assert told["mean"][0] == pytest.approx(6 / 9, abs=0.03)
    assert told["between_sd"][0] == pytest.approx(stats.beta(6, 3).std(), abs=0.02)
    covered = (told["low"] < truth) & (truth < told["high"])
    assert 0.9 < covered.mean() < 0.99
    raw, shrunken = ((told[name] - truth) ** 2 for name in ("accuracy", "estimate"))
    assert shrunken.mean() < raw.mean()


@pytest.mark.parametrize(("right", "n"), [([3, 3], [3, 3]), ([0, 0], [3, 3]), ([2], [3])])
def test_without_variance_between_answers_nothing_can_be_said(right, n):
    told = item_effects(trials_of(right, n))
    assert told[["estimate", "low", "high", "between_sd"]].isna().all(axis=None)


def test_an_item_without_an_answer_is_undefined():
    trials = trials_of([2, 9, 5], [10] * 3).astype({"correct": "boolean"})
    trials.loc[trials["item"] == "i002", "correct"] = pd.NA
    told = item_effects(trials).set_index("item")
    assert np.isnan(told.loc["i002", "estimate"])
    assert told.loc["i002", ["n", "undefined"]].tolist() == [0, 10]
