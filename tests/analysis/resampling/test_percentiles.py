"""The percentile interval and its p-value, on draws that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.resampling import percentile_interval, percentile_p


def test_ends_are_the_order_statistics_of_the_level():
    draws = np.random.default_rng(1).permutation(np.arange(1.0, 2000))  # 1 … 1999: k = 2000 × .025 = 50
    assert percentile_interval(draws) == (50, 1950)
    assert percentile_interval(draws, alpha=0.1) == (100, 1900)


def test_p_is_twice_the_smaller_side_counting_the_observed_one():
    draws = np.r_[np.full(30, -1.0), np.full(969, 1.0)]
    assert percentile_p(draws) == pytest.approx(2 * 31 / 1000)
    assert percentile_p(-draws) == percentile_p(draws)
    assert percentile_p(draws + 0.5, null=0.5) == percentile_p(draws)


def test_draws_equal_to_the_null_count_on_both_sides():
    assert percentile_p(np.zeros(99)) == 1
    assert percentile_p(np.ones(99)) == pytest.approx(2 / 100)


@pytest.mark.parametrize("draws", [200, 1000, 2000, 9999])
def test_interval_leaves_out_zero_where_p_is_below_alpha(draws):
    values = np.random.default_rng(draws).normal(size=draws)
    for shift in np.linspace(1.5, 2.5, 60):
        low, high = percentile_interval(values + shift)
        assert (percentile_p(values + shift) <= 0.05) == (low > 0)
        assert high > low


def test_undefined_draws_are_left_out_and_fewer_than_two_say_nothing():
    assert percentile_interval([np.nan, 1, 2, np.inf]) == (1, 2)
    assert np.isnan(percentile_interval([np.nan, 1])).all()
    assert np.isnan(percentile_p([np.nan, 1]))
