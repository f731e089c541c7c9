"""The bootstrap of labelled trials, against a plain loop and closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import MissingColumns, UnknownName
from analysis.inference.bootstrap import bootstrap_sums, pigeonhole_means, two_way_bootstrap
from analysis.resampling import percentile_interval


def crossed(seed: int = 1, people: int = 20, items: int = 10):
    rng = np.random.default_rng(seed)
    who, what = np.meshgrid(np.arange(people), np.arange(items), indexing="ij")
    arm = (who >= people // 2).astype(int)
    outcome = rng.normal(size=(people, 1)) + rng.normal(size=items) + rng.normal(size=(people, items)) + arm
    return outcome.ravel(), arm.ravel(), who.ravel(), what.ravel()


def labelled(people: int = 60, items: int = 12, seed: int = 1) -> pd.DataFrame:
    """Return trials in which an advice was right or wrong, and followed or not, more often in arm b."""
    rng = np.random.default_rng(seed)
    who, what = np.meshgrid(np.arange(people), np.arange(items), indexing="ij")
    arm = np.where(who.ravel() % 2, "b", "a")
    right = rng.random(items)[what.ravel()] < 0.6
    followed = rng.random(people * items) < np.where(arm == "b", 0.8, 0.5)
    return pd.DataFrame(
        {
            "participant": who.ravel().astype(str),
            "item": what.ravel(),
            "arm": arm,
            "right": right,
            "right_followed": right & followed,
        }
    )


def share(sums):
    return sums["right_followed"] / sums["right"]


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


def test_a_ratio_of_sums_is_that_of_each_arms_trials():
    trials = labelled()
    told = two_way_bootstrap(trials, ["right_followed", "right"], share)
    by_arm = trials[trials["right"]].groupby("arm")["right_followed"].mean()
    assert told["estimate"].to_dict() == pytest.approx(by_arm.to_dict())
    assert ((told["low"] < told["estimate"]) & (told["estimate"] < told["high"])).all()
    assert told.loc["a", ["people", "items", "trials", "draws", "undefined"]].to_list() == [
        30,
        12,
        360,
        2000,
        0,
    ]


def test_differences_are_to_the_reference_with_a_p():
    trials = labelled()
    arms = two_way_bootstrap(trials, ["right_followed", "right"], share)["estimate"]
    told = two_way_bootstrap(trials, ["right_followed", "right"], share, reference="a")
    assert list(told.index) == ["b"]
    assert told.loc["b", "estimate"] == pytest.approx(arms["b"] - arms["a"])
    assert told.loc["b", "low"] > 0
    assert told.loc["b", "p"] == pytest.approx(2 / 2001)
    assert told.loc["b", ["people", "reference_people", "items", "trials"]].to_list() == [30, 30, 12, 720]


def test_the_mean_has_the_spread_of_people_and_items():
    # outcome = person + item: the variances of both means add up (Owen 2007, for no interaction)
    rng = np.random.default_rng(5)
    who, what = np.meshgrid(np.arange(50), np.arange(30), indexing="ij")
    people, items = rng.normal(size=50), rng.normal(size=30)
    trials = pd.DataFrame({"participant": who.ravel(), "item": what.ravel(), "arm": "a"})
    trials["value"] = people[trials["participant"]] + items[trials["item"]]
    told = two_way_bootstrap(trials, ["value"], lambda sums: sums["value"] / sums["trials"], draws=8000).loc[
        "a"
    ]
    expected = np.sqrt(people.var() / 50 + items.var() / 30)
    assert (told["high"] - told["low"]) / (2 * 1.959964) == pytest.approx(expected, rel=0.05)


def test_draws_without_a_case_are_counted_as_undefined():
    trials = labelled(people=8, items=4).assign(right=False)
    trials.loc[[0, 20], "right"] = True
    trials["right_followed"] = trials["right"]
    told = two_way_bootstrap(trials, ["right_followed", "right"], share, draws=500)
    assert (told["draws"] + told["undefined"] == 500).all()
    assert told["undefined"].max() > 50
    never = two_way_bootstrap(
        trials.assign(right=False, right_followed=False), ["right_followed", "right"], share
    )
    assert never[["estimate", "low", "high"]].isna().all(axis=None)
    assert (never["undefined"] == 2000).all()


def test_statistics_of_several_arms_have_all_sums():
    trials = labelled()
    sums = bootstrap_sums(trials, ["right_followed", "right"], draws=300)
    assert sums.observed.shape == (2, 3)
    assert sums.drawn.shape == (300, 2, 3)
    observed, drawn = sums.values(share)
    both = two_way_bootstrap(trials, ["right_followed", "right"], share, reference="a", draws=300).loc["b"]
    assert both["estimate"] == pytest.approx(observed[1] - observed[0])
    assert both["low"] == pytest.approx(percentile_interval(drawn[:, 1] - drawn[:, 0])[0])


def test_other_names_of_columns_and_missing_labels():
    trials = labelled().rename(columns={"participant": "who", "item": "what", "arm": "where"})
    trials.loc[0, "where"] = np.nan
    told = two_way_bootstrap(
        trials, ["right_followed", "right"], share, arm="where", participant="who", item="what", draws=50
    )
    assert told["trials"].sum() == len(trials) - 1


@pytest.mark.parametrize(
    ("change", "options", "error", "said"),
    [
        ({"right": "yes"}, {}, MissingColumns, "column 'right' holds"),
        ({"right": pd.NA}, {}, MissingColumns, "column 'right' has no value in row 0"),
        ({}, {"reference": "c"}, UnknownName, "The reference 'c' is no arm. Arms: a, b"),
        ({"arm": None}, {}, UnknownName, "Column 'arm' names no arm"),
        ({}, {"item": "picture"}, MissingColumns, "lacks picture"),
    ],
)
def test_what_is_wrong_is_said(change, options, error, said):
    trials = labelled().assign(**change)
    if change.get("right") is pd.NA:
        trials = trials.astype({"right": "boolean"})
    with pytest.raises(error) as raised:
        two_way_bootstrap(trials, ["right_followed", "right"], share, draws=20, **options)
    assert said in str(raised.value)
