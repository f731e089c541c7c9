"""Rated understanding beside achieved accuracy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.metrics.understanding import rated_and_achieved, rating_correlation, understanding_profile
from tests.analysis.metrics.tables import crossed

RIGHT = np.array([0.2, 0.4, 0.6, 0.5, 0.8, 0.3, 0.7, 0.9])  # p0, p2 … control; p1, p3 … map
RATED = pd.Series([1.0, 2, 5, 3, 4, 2, 4, 5], index=[f"p{number}" for number in range(8)])


def trials() -> pd.DataFrame:
    table = crossed(8, 10, ("control", "map"))
    rank = table.groupby("participant").cumcount()
    reached = table["participant"].str[1:].astype(int).map(dict(enumerate(RIGHT * 10)))
    return table.assign(correct=pd.array(rank < reached.round(), dtype="boolean"))


def test_each_person_has_rating_and_achievement():
    told = rated_and_achieved(trials(), RATED.drop("p7"))
    assert told["achieved"].tolist() == pytest.approx(RIGHT)
    assert told["rated"].isna().tolist() == [False] * 7 + [True]


def test_correlation_in_an_arm_is_pearsons_with_fishers_interval():
    told = rating_correlation(trials(), RATED).loc["control"]
    expected = stats.pearsonr(RIGHT[::2], RATED[::2])
    low, high = expected.confidence_interval()
    assert told[["pearson", "low", "high"]].tolist() == pytest.approx([expected.statistic, low, high])
    assert told["spearman"] == pytest.approx(stats.spearmanr(RIGHT[::2], RATED[::2]).statistic)


def test_correlation_within_arms_takes_the_arms_means_away():
    told = rating_correlation(trials(), RATED).loc["within arms"]
    rated, right = RATED.to_numpy().reshape(4, 2), RIGHT.reshape(4, 2)
    expected = np.corrcoef((rated - rated.mean(axis=0)).ravel(), (right - right.mean(axis=0)).ravel())[0, 1]
    assert told["pearson"] == pytest.approx(expected)
    assert np.arctanh(told["high"]) - np.arctanh(expected) == pytest.approx(1.959964 / np.sqrt(8 - 1 - 3))


def test_people_without_a_rating_are_counted():
    told = rating_correlation(trials(), RATED.drop(["p0", "p2"]))
    assert told.loc["control", ["people", "undefined"]].tolist() == [2, 2]
    assert np.isnan(told.loc["control", "pearson"])


def test_profile_is_in_standard_deviations_over_all_people():
    told = understanding_profile(trials(), RATED)
    z = (RIGHT - RIGHT.mean()) / RIGHT.std(ddof=1)
    assert told.loc["map", "achieved"] == pytest.approx(z[1::2].mean())
    assert told["rated"].sum() == pytest.approx(0, abs=1e-9)


def test_constant_rating_has_neither_correlation_nor_profile():
    same = pd.Series(3.0, index=RATED.index)
    assert rating_correlation(trials(), same)["pearson"].isna().all()
    assert understanding_profile(trials(), same)["rated"].isna().all()
