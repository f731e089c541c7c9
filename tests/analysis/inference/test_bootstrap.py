"""The pigeonhole bootstrap, against a plain loop, and what the cross-check makes of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.inference.bootstrap import percentile_interval, pigeonhole_means
from analysis.inference.crosscheck import bootstrap_contrasts, disagreements, is_small, largest_gap


def crossed(seed: int = 1, people: int = 20, items: int = 10):
    rng = np.random.default_rng(seed)
    who, what = np.meshgrid(np.arange(people), np.arange(items), indexing="ij")
    arm = (who >= people // 2).astype(int)
    outcome = rng.normal(size=(people, 1)) + rng.normal(size=items) + rng.normal(size=(people, items)) + arm
    return outcome.ravel(), arm.ravel(), who.ravel(), what.ravel()


def plain_loop(outcome, arms, people, items, draws, seed):
    """Return the draws of the same bootstrap, cell by cell."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"y": outcome, "arm": arms, "who": people, "what": items})
    means = np.empty((draws, 2))
    for draw in range(draws):
        things = pd.Series(rng.integers(0, 10, 10)).value_counts()
        for arm in (0, 1):
            mine = table[table["arm"] == arm]
            persons = pd.Series(rng.choice(mine["who"].unique(), 10)).value_counts()
            weights = mine["who"].map(persons).fillna(0) * mine["what"].map(things).fillna(0)
            means[draw, arm] = (weights * mine["y"]).sum() / weights.sum()
    return means


def test_spread_and_correlation_are_those_of_a_plain_loop():
    data = crossed()
    ours = pigeonhole_means(*data, n_arms=2, draws=3000, seed=1)
    loop = plain_loop(*data, draws=600, seed=2)
    assert ours.mean(axis=0) == pytest.approx(loop.mean(axis=0), abs=0.05)
    assert ours.std(axis=0) == pytest.approx(loop.std(axis=0), rel=0.12)
    assert np.corrcoef(ours.T)[0, 1] == pytest.approx(np.corrcoef(loop.T)[0, 1], abs=0.1)  # items are shared


def test_same_seed_same_draws_another_seed_others():
    one = pigeonhole_means(*crossed(), n_arms=2, draws=150, seed=4)
    assert np.array_equal(one, pigeonhole_means(*crossed(), n_arms=2, draws=150, seed=4))
    assert not np.array_equal(one, pigeonhole_means(*crossed(), n_arms=2, draws=150, seed=5))


def test_constant_outcome_stays_constant_and_shares_are_kept():
    _, arms, people, items = crossed()
    strata = items % 2
    means = pigeonhole_means(
        np.where(strata == 1, 1.0, 0.0), arms, people, items, strata, n_arms=2, shares=(0.9, 0.1), draws=50
    )
    assert means[np.isfinite(means)] == pytest.approx(0.1)


def test_arm_without_trials_is_nan():
    means = pigeonhole_means(*crossed(), n_arms=3, draws=10)
    assert np.isnan(means[:, 2]).all()
    assert np.isnan(percentile_interval(means[:, 2])).all()


def contrasts(low: float, high: float) -> pd.DataFrame:
    row = {"estimate": (low + high) / 2, "low": low, "high": high}
    return pd.DataFrame([row], index=["map"])


@pytest.mark.parametrize(
    ("ours", "other", "apart"),
    [
        ((0.1, 0.3), (0.05, 0.35), []),
        ((0.1, 0.3), (-0.01, 0.4), ["map"]),  # one leaves out zero, the other does not
        ((0.1, 0.3), (-0.3, -0.1), ["map"]),  # opposite signs
        ((-0.1, 0.11), (-0.11, 0.1), []),  # a sign that neither tells from zero
        ((float("nan"), float("nan")), (0.1, 0.3), []),
    ],
)
def test_disagreement_is_of_sign_or_of_zero(ours, other, apart):
    assert disagreements(contrasts(*ours), contrasts(*other)) == apart


def test_largest_gap_is_between_matching_ends():
    assert largest_gap(contrasts(0.1, 0.3), contrasts(0.05, 0.4)) == pytest.approx(0.1)


def test_small_studies_are_told():
    assert is_small(pd.DataFrame({"people": [19, 40], "items": [32, 32]}))
    assert is_small(pd.DataFrame({"people": [40, 40], "items": [9, 32]}))
    assert not is_small(pd.DataFrame({"people": [20, 40], "items": [10, 32]}))


def test_labelled_contrasts_are_around_the_plain_difference():
    outcome, arms, people, items = crossed(people=40)
    trials = pd.DataFrame(
        {"correct": outcome, "arm": np.array(["a", "b"])[arms], "participant": people, "item": items}
    )
    told = bootstrap_contrasts(trials, reference="a", arms=["a", "b"], draws=800).loc["b"]
    means = trials.groupby("arm")["correct"].mean()
    assert told["estimate"] == pytest.approx(means["b"] - means["a"], abs=0.1)
    assert told["low"] < told["estimate"] < told["high"]
