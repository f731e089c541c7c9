"""The card of a metric."""

from __future__ import annotations

import pandas as pd

from analysis.metrics.metric import metric


def test_the_function_stays_as_it_is_and_carries_its_card():
    def half(trials: pd.DataFrame) -> pd.Series:
        return trials["x"] / 2

    same = metric(name="half", label="Half", unit="x", level="trial", needs=("x",), better="higher")(half)
    assert same is half
    assert (half.metric.name, half.metric.level, half.metric.needs) == ("half", "trial", ("x",))
    assert half(pd.DataFrame({"x": [3.0]})).tolist() == [1.5]


def test_arguments_without_a_default_are_the_options_that_must_be_given():
    @metric(name="m", label="M", unit="1", level="arm")
    def f(trials, error_rate, *, arms=None, alpha=0.05, extra, **more):
        return trials

    assert f.metric.options == ("error_rate", "extra")
