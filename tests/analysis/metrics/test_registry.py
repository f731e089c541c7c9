"""The registry: every name leads to a metric that says what it is."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.metrics.registry import METRICS, PER_TRIAL, describe_metric, get_metric, trial_values

TRIALS = pd.DataFrame({"correct": pd.array([True, None, False], dtype="boolean")}, index=[3, 1, 2])


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_says_its_source_what_is_undefined_and_its_own_name(name):
    assert "Source\n" in get_metric(name).__doc__
    assert describe_metric(name).name == name


@pytest.mark.parametrize("name", METRICS)
def test_whoever_has_a_value_per_trial_is_listed_as_an_outcome(name):
    assert (name in PER_TRIAL) == (describe_metric(name).level == "trial")


def test_values_of_trials_keep_their_index():
    assert trial_values("simulation-accuracy", TRIALS).index.tolist() == [3, 1, 2]


def test_unknown_metric_lists_the_known_ones():
    with pytest.raises(UnknownName, match="'accuracy'.*simulation-accuracy"):
        get_metric("accuracy")


def test_metric_of_arms_cannot_be_an_outcome():
    with pytest.raises(UnknownName, match="says nothing about single trials.*simulation-accuracy"):
        trial_values("item-view", TRIALS)
