"""Errors of foretold numbers, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.metrics.numeric_error import absolute_simulation_error, signed_simulation_error

NAN = float("nan")
TRIALS = pd.DataFrame(
    {
        "item": ["a", "a", "b", "b", "c"],
        "answer_number": [12.0, 7.0, 25.0, NAN, 30.0],
        "output_number": [10.0, 10.0, 20.0, 20.0, NAN],
    }
)


def test_signed_and_absolute_error_are_in_the_units_of_the_output():
    assert signed_simulation_error(TRIALS).tolist() == pytest.approx([2, -3, 5, NAN, NAN], nan_ok=True)
    assert absolute_simulation_error(TRIALS).tolist() == pytest.approx([2, 3, 5, NAN, NAN], nan_ok=True)


def test_normalised_error_counts_in_standard_deviations_of_the_items_outputs():
    told = absolute_simulation_error(TRIALS, normalise=True)
    sd = np.std([10, 20], ddof=1)  # each item once
    assert told[:3].tolist() == pytest.approx([2 / sd, 3 / sd, 5 / sd])


def test_outputs_that_do_not_vary_cannot_normalise():
    assert absolute_simulation_error(TRIALS[:2], normalise=True).isna().all()
