"""Holm's correction, against statsmodels and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.inference.holm import holm


def test_three_values_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@pytest.mark.parametrize("seed", range(5))
def test_equals_statsmodels(seed):
    p = np.random.default_rng(seed).random(7) ** 2
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


def test_contrast_that_could_not_be_computed_still_counts():
    assert holm([0.01, np.nan]) == pytest.approx([0.02, np.nan], nan_ok=True)


def test_no_contrast_is_no_value():
    assert len(holm([])) == 0
