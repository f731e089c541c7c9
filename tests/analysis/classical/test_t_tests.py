"""Student's and Welch's t, against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.classical import classical_test
from analysis.classical.ignored import UNCHECKED_ITEMS
from tests.analysis.classical.tables import paired, unpaired


def test_welch_is_that_of_r():
    # t.test(x, y)
    told = classical_test("welch-t", unpaired(), outcome="value", group="arm")
    assert (told.statistic, told.df, told.p) == pytest.approx((2.37103926333, 10.8812598897, 0.0373141976666))
    assert (told.low, told.high) == pytest.approx((0.127374571001, 3.48691114328))
    assert told.estimate == pytest.approx(11.1571428571 - 9.35)
    assert told.n == {"x": 7, "y": 6}


def test_student_is_that_of_r():
    # t.test(x, y, var.equal = TRUE)
    told = classical_test("student-t", unpaired(), outcome="value", group="arm")
    assert (told.statistic, told.df, told.p) == pytest.approx((2.31842966271, 11, 0.0406902091067))
    assert (told.low, told.high) == pytest.approx((0.0915442885477, 3.52274142574))


def test_cohens_d_of_student_is_t_times_the_root_of_one_over_n_and_one_over_m():
    told = classical_test("student-t", unpaired(), outcome="value", group="arm")
    assert told.effect == pytest.approx(2.31842966271 * np.sqrt(1 / 7 + 1 / 6))
    assert told.details["hedges_g"] == pytest.approx(told.effect * (1 - 3 / 43))


def test_alternative_is_of_the_first_group_named():
    # t.test(x, y, alternative = "greater")
    asked = {"outcome": "value", "group": "arm", "alternative": "greater"}
    told = classical_test("welch-t", unpaired(), **asked)
    assert (told.p, told.low, told.high) == pytest.approx((0.0186570988333, 0.436999254419, np.inf))
    turned = classical_test("welch-t", unpaired(), groups=["y", "x"], **asked)
    assert turned.p == pytest.approx(1 - 0.0186570988333)


def test_pairs_are_matched_by_participant_whatever_their_order():
    # t.test(a, b, paired = TRUE)
    asked = {"outcome": "value", "group": "arm", "participant": "who", "unit": "participant"}
    told = classical_test("paired-t", paired(), **asked)
    assert (told.statistic, told.df, told.p) == pytest.approx((2.5, 6, 0.0465282322842))
    assert (told.low, told.high) == pytest.approx((0.03033608506, 2.82680677208))
    assert told.effect == pytest.approx(2.5 / np.sqrt(7))
    assert told.warnings == (UNCHECKED_ITEMS,)


def test_whoever_is_in_one_group_only_is_counted():
    asked = {"outcome": "value", "group": "arm", "participant": "who", "unit": "participant"}
    table = pd.concat([paired(), pd.DataFrame({"value": [3], "arm": ["a"], "who": ["alone"]})])
    told = classical_test("paired-t", table, **asked)
    assert told.p == pytest.approx(0.0465282322842)
    assert told.warnings == ("1 participants are in one group only and are left out.", UNCHECKED_ITEMS)


def test_one_sample_is_that_of_r():
    # t.test(x, mu = 10)
    x = unpaired().query("arm == 'x'")
    told = classical_test("one-sample-t", x, outcome="value", null=10)
    assert (told.statistic, told.df, told.p) == pytest.approx((1.96415347241, 6, 0.0971342603723))
    assert (told.low, told.high) == pytest.approx((9.71559228058, 12.5986934337))


@pytest.mark.parametrize("name", ["student-t", "welch-t"])
def test_values_without_variation_have_no_t_and_say_so(name):
    table = pd.DataFrame({"value": [1, 1, 2, 2], "arm": ["a", "a", "b", "b"]})
    told = classical_test(name, table, outcome="value", group="arm")
    assert np.isnan([told.statistic, told.p]).all()
    assert "there is no t" in told.warnings[0]


def test_averaging_over_trials_gives_each_participant_one_value():
    table = pd.DataFrame(
        {
            "correct": [True, False, True, True, False, False, True, False],
            "arm": ["a"] * 4 + ["b"] * 4,
            "who": [1, 1, 2, 2, 3, 3, 4, 4],
        }
    )
    told = classical_test(
        "student-t", table, outcome="correct", group="arm", participant="who", unit="participant"
    )
    # means .5, 1 and 0, .5: difference .5, pooled variance .125, t = .5 / sqrt(.125)
    assert (told.estimate, told.statistic, told.df) == pytest.approx((0.5, 0.5 / np.sqrt(0.125), 2))
    assert told.n == {"a": 2, "b": 2}
