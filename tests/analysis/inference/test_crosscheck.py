"""What is made of two methods beside the model: agreement, disagreement, smallness."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.inference.arms import compare_arms
from analysis.inference.crosscheck import bootstrap_contrasts, cross_check

ARMS = ["control", "map"]
VERSUS = {"map": {"map": 1.0, "control": -1.0}}


def trials(people: int = 60, items: int = 16, effect: float = 0.3, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    who, what = np.meshgrid(np.arange(people), np.arange(items), indexing="ij")
    arm = np.array(["control", "map"])[who.ravel() % 2]
    chance = np.clip(0.5 + rng.normal(0, 0.1, items)[what.ravel()] + effect * (arm == "map"), 0, 1)
    table = {"participant": who.ravel(), "item": what.ravel(), "arm": arm}
    return pd.DataFrame(table | {"correct": rng.random(people * items) < chance})


def model(estimate: float, low: float, high: float, p: float) -> pd.DataFrame:
    return pd.DataFrame({"estimate": [estimate], "low": [low], "high": [high], "p": [p]}, index=["map"])


def test_three_methods_stand_side_by_side():
    data = trials()
    told = cross_check(
        model(0.3, 0.2, 0.4, 0.001), data, contrasts=VERSUS, arms=ARMS, resampling={"draws": 500}
    )
    assert list(told.table.index) == [("map", "model"), ("map", "cluster"), ("map", "bootstrap")]
    assert list(told.table.columns) == ["estimate", "low", "high", "p", "significant"]
    cluster = compare_arms(data, reference="control").loc["map"]
    assert told.table.loc[("map", "cluster"), ["estimate", "low", "high", "p"]].to_list() == pytest.approx(
        cluster[["estimate", "low", "high", "p"]].to_list()
    )
    same = bootstrap_contrasts(data, "correct", VERSUS, arms=ARMS, draws=500)
    assert told.table.loc[("map", "bootstrap"), "low"] == same.loc["map", "low"]
    assert told.table["significant"].all()
    assert told.apart == told.warnings == ()


def test_a_model_that_finds_nothing_where_others_do_is_warned_of():
    told = cross_check(
        model(0.1, -0.1, 0.3, 0.3), trials(), contrasts=VERSUS, arms=ARMS, resampling={"draws": 500}
    )
    assert told.apart == ("map",)
    assert len(told.warnings) == 2
    assert "the model finds none (+0.100, p = 0.300), the two-way cluster-robust t finds" in told.warnings[0]
    assert "the bootstrap over participants and items finds" in told.warnings[1]


def test_opposite_signs_are_warned_of():
    told = cross_check(
        model(-0.3, -0.4, -0.2, 0.001), trials(), contrasts=VERSUS, arms=ARMS, resampling={"draws": 500}
    )
    assert told.apart == ("map",)
    assert "opposite signs" in told.warnings[0]


def test_null_data_agree():
    told = cross_check(
        model(0.01, -0.1, 0.1, 0.8),
        trials(effect=0.0),
        contrasts=VERSUS,
        arms=ARMS,
        resampling={"draws": 500},
    )
    assert not told.table["significant"].any()
    assert told.apart == ()


@pytest.mark.parametrize(
    ("people", "items", "said"),
    [
        (38, 16, "control has 19 participants (fewer than 20): every interval is rough."),
        (60, 9, "map has 9 items (fewer than 10): every interval is rough."),
        (30, 8, "map has 15 participants (fewer than 20) and 8 items (fewer than 10)"),
    ],
)
def test_few_participants_or_items_are_warned_of(people, items, said):
    told = cross_check(
        model(0.3, 0.2, 0.4, 0.001),
        trials(people, items),
        contrasts=VERSUS,
        arms=ARMS,
        resampling={"draws": 200},
    )
    assert said in " ".join(told.warnings)


def test_a_method_without_an_interval_is_named_and_disagrees_with_none():
    nan = float("nan")
    told = cross_check(
        model(nan, nan, nan, nan), trials(), contrasts=VERSUS, arms=ARMS, resampling={"draws": 200}
    )
    assert told.warnings == ("map: the model gives no interval.",)
    assert told.apart == ()


def test_an_arm_that_is_not_there_is_said():
    with pytest.raises(UnknownName, match="a contrast 'heat' without weights. With weights: map"):
        cross_check(model(0, 0, 0, 1).rename(index={"map": "heat"}), trials(), contrasts=VERSUS, arms=ARMS)


def test_strata_are_weighted_in_both():
    data = trials().assign(model_correct=lambda rows: rows["item"] % 4 > 0)
    told = cross_check(
        model(0.3, 0.2, 0.4, 0.001),
        data,
        contrasts=VERSUS,
        arms=ARMS,
        shares={True: 0.9, False: 0.1},
        resampling={"draws": 500},
    )
    means = data.groupby(["model_correct", "arm"])["correct"].mean().unstack()
    gap = means["map"] - means["control"]
    expected = 0.9 * gap[True] + 0.1 * gap[False]
    assert told.table.loc[("map", "cluster"), "estimate"] == pytest.approx(expected)
    assert told.table.loc[("map", "bootstrap"), "estimate"] == pytest.approx(expected, abs=0.02)


def test_labelled_contrasts_are_around_the_plain_difference():
    data = trials(40)
    told = bootstrap_contrasts(data, "correct", VERSUS, arms=ARMS, draws=800).loc["map"]
    means = data.groupby("arm")["correct"].mean()
    assert told["estimate"] == pytest.approx(means["map"] - means["control"], abs=0.02)
    assert told["low"] < told["estimate"] < told["high"]
    assert told["p"] < 0.05


def test_a_contrast_of_three_arms_weighs_each():
    data = trials(90).assign(arm=lambda rows: np.array(["control", "map", "rule"])[rows["participant"] % 3])
    weights = {"shown": {"map": 0.5, "rule": 0.5, "control": -1.0}}
    told = bootstrap_contrasts(data, "correct", weights, arms=["control", "map", "rule"], draws=800)
    means = data.groupby("arm")["correct"].mean()
    expected = (means["map"] + means["rule"]) / 2 - means["control"]
    assert told.loc["shown", "estimate"] == pytest.approx(expected, abs=0.02)
