"""Degrees of freedom and F tests as arrays, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.mixed.satterthwaite import Satterthwaite
from analysis.mixed.wald import common_df, f_tail, f_test


def welch(first: float, n: int, second: float, m: int) -> Satterthwaite:
    """Two group means with variances of their own: the case that Welch (1947) solved.

    The REML deviance of a group is (n − 1)(log v + s²/v), so that its second derivative by v at s² is
    (n − 1)/v² and the variance of the estimated v is 2 v²/(n − 1).
    """
    covariance = np.diag([first / n, second / m])
    slopes = np.array([np.diag([1 / n, 0.0]), np.diag([0.0, 1 / m])])
    return Satterthwaite(covariance, slopes, np.diag([(n - 1) / first**2, (m - 1) / second**2]))


def test_the_difference_of_two_means_has_the_degrees_of_freedom_of_welch():
    first, second = np.array([3.1, 4.4, 5.0, 7.3, 2.2]), np.array([1.0, 1.2, 0.7, 1.9, 1.4, 1.1, 0.2])
    known = stats.ttest_ind(first, second, equal_var=False)
    found = welch(first.var(ddof=1), len(first), second.var(ddof=1), len(second)).df([1, -1])
    assert found == pytest.approx(known.df, rel=1e-12)


def test_the_mean_of_one_group_has_its_own_degrees_of_freedom():
    assert welch(2.0, 5, 9.0, 12).df([1, 0]) == pytest.approx(4)
    assert welch(2.0, 5, 9.0, 12).df([0, 3]) == pytest.approx(11)


def test_a_variance_that_no_parameter_moves_has_infinite_degrees_of_freedom():
    assert Satterthwaite(np.eye(1), np.zeros((1, 1, 1)), np.eye(1)).df([1.0]) == np.inf


def test_a_direction_in_which_the_deviance_is_flat_is_left_out():
    known = welch(2.0, 5, 9.0, 12)
    slopes = np.concatenate([known.slopes, np.ones((1, 2, 2))])
    hessian = np.zeros((3, 3))
    hessian[:2, :2] = known.hessian
    assert Satterthwaite(known.covariance, slopes, hessian).df([1, -1]) == pytest.approx(known.df([1, -1]))


def test_an_f_test_of_one_contrast_is_its_squared_t():
    params, covariance = np.array([1.0, -0.5]), np.array([[0.2, 0.05], [0.05, 0.1]])
    test = f_test([1, -1], params, covariance, lambda _: 7.0)
    assert test.statistic == pytest.approx(1.5**2 / (0.2 + 0.1 - 0.1))
    assert test.p == pytest.approx(2 * stats.t.sf(np.sqrt(test.statistic), 7))


def test_an_f_test_of_all_coefficients_is_the_quadratic_form_over_their_number():
    params, covariance = np.array([1.0, -0.5]), np.array([[0.2, 0.05], [0.05, 0.1]])
    test = f_test(np.eye(2), params, covariance, lambda _: 30.0)
    assert test.statistic == pytest.approx(params @ np.linalg.inv(covariance) @ params / 2)
    assert (test.df1, test.df2) == (2, pytest.approx(30))


def test_dependent_contrasts_count_once():
    params, covariance = np.array([1.0, -0.5]), np.eye(2)
    twice = f_test([[1, 0], [0, 1], [1, 1]], params, covariance, lambda _: 30.0)
    assert twice.df1 == 2
    assert twice.statistic == pytest.approx(f_test(np.eye(2), params, covariance, lambda _: 30.0).statistic)


def test_a_test_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one contrast"):
        f_test([[0.0, 0.0]], np.ones(2), np.eye(2), lambda _: 5.0)


def test_the_common_degrees_of_freedom_keep_the_expectation():
    # sum of E(t²) = 10/8 + 4/2 = 3.25; F(2, df) has expectation df/(df − 2) = 3.25/2 at df = 5.2
    assert common_df([10.0, 4.0]) == pytest.approx(5.2)
    assert common_df([8.0, 8.0, 8.0]) == pytest.approx(8)
    assert common_df([8.0, 1.5]) == 2
    assert common_df([np.inf, np.inf]) == np.inf


def test_with_infinite_degrees_of_freedom_f_is_a_chi_square():
    assert f_tail(2.5, 3, np.inf) == pytest.approx(stats.chi2.sf(7.5, 3))
    assert f_tail(2.5, 3, 1e9) == pytest.approx(stats.chi2.sf(7.5, 3), rel=1e-6)
