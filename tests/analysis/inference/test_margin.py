"""Two one-sided tests against closed forms and the interval that shows the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.inference.margin import percentile_margin_p, t_margin_p, within_margin
from analysis.resampling import percentile_interval


def test_the_t_tests_are_those_of_scipy():
    values = np.random.default_rng(1).normal(0.1, 1, 40)
    table = pd.DataFrame({"estimate": [values.mean()], "se": [stats.sem(values)], "df": [39]})
    above = stats.ttest_1samp(values, -0.5, alternative="greater").pvalue
    below = stats.ttest_1samp(values, 0.5, alternative="less").pvalue
    assert t_margin_p(table, 0.5).iloc[0] == pytest.approx(max(above, below))
    assert t_margin_p(table.assign(se=np.nan), 0.5).isna().all()


@pytest.mark.parametrize("margin", [1.3, 1.6, 1.66, 1.8, 2.2])
def test_draws_say_what_the_inner_interval_says(margin):
    draws = np.random.default_rng(2).normal(0, 1, 1999)
    low, high = percentile_interval(draws, 0.1)
    assert (percentile_margin_p(draws, margin) <= 0.05) == (-margin < low and high < margin)


def test_draws_by_hand():
    assert percentile_margin_p([-2, 0, 0, 1, 1, 2, 3, np.nan, 0, 0], 2) == pytest.approx(3 / 10)
    assert np.isnan(percentile_margin_p([np.nan, 1.0], 2))


def test_the_verdict_is_adjusted_unless_told_otherwise():
    p = pd.Series([0.04, 0.01, np.nan], index=["a", "b", "c"])
    assert within_margin(p, p.index, 0.05, "none").tolist() == [True, True, pd.NA]
    assert within_margin(p, p.index, 0.05, "holm").tolist() == [False, True, pd.NA]
    assert within_margin(None, p.index, 0.05, "holm").isna().all()
