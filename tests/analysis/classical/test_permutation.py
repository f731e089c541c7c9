"""The permutation test, against all orders and by its seed."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analysis.classical import classical_test
from tests.analysis.classical.tables import X, Y, unpaired


def test_p_is_the_share_of_all_orders():
    values = np.array(X + Y)
    observed = np.mean(X) - np.mean(Y)
    chosen = np.array(list(combinations(range(13), 7)))
    sums = values[chosen].sum(axis=1)
    every = sums / 7 - (values.sum() - sums) / 6
    told = classical_test("permutation", unpaired(), outcome="value", group="arm", draws=20_000)
    assert told.p == pytest.approx((np.abs(every) >= abs(observed) - 1e-12).mean(), abs=0.006)
    assert told.estimate == pytest.approx(observed)


def test_same_seed_same_p():
    asked = {"outcome": "value", "group": "arm", "draws": 500}
    one, again, other = (
        classical_test("permutation", unpaired(), seed=seed, **asked).p for seed in (3, 3, 4)
    )
    assert one == again != other


def test_within_strata_only_orders_inside_each_are_drawn():
    # each person once in each arm, always .1 better: of 2^4 orders 2 are as far from zero
    table = pd.DataFrame(
        {
            "value": [1.0, 1.1, 2.0, 2.1, 3.0, 3.1, 4.0, 4.1],
            "arm": ["a", "b"] * 4,
            "who": np.repeat([1, 2, 3, 4], 2),
        }
    )
    asked = {"outcome": "value", "group": "arm", "draws": 8000}
    inside = classical_test("permutation", table, strata="who", **asked)
    assert inside.p == pytest.approx(2 / 16, abs=0.015)
    assert classical_test("permutation", table, **asked).p > 0.5


def test_p_is_never_zero():
    table = pd.DataFrame({"value": [*range(20), *range(100, 120)], "arm": ["a"] * 20 + ["b"] * 20})
    told = classical_test("permutation", table, outcome="value", group="arm", draws=99)
    assert told.p == pytest.approx(1 / 100)
    less = classical_test("permutation", table, outcome="value", group="arm", draws=99, alternative="less")
    assert less.p == pytest.approx(1 / 100)
