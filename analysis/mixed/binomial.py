"""The outcome of a binomial model: successes out of trials, checked."""

from __future__ import annotations

import numpy as np

from analysis.errors import ModelError
from analysis.mixed.problem import Problem, check_not_constant, numbers
from analysis.mixed.structure import Floats


def outcomes(problem: Problem, trials: str | None, weights: str | None) -> tuple[Floats, Floats, Floats]:
    """Successes, trials and weights of each row, shape (n,), checked.

    Raises
    ------
    ModelError : the outcome is not 0/1 (or not a count up to the trials), or does not vary; a weight is negative.
    """
    rows, name = problem.rows, problem.design.outcome
    successes = numbers(rows, name)
    counts = numbers(rows, trials) if trials else np.ones(len(rows))
    if trials and ((counts <= 0) | (counts != np.round(counts))).any():
        raise ModelError(f"Column {trials!r} holds numbers of trials and must be whole and positive.")
    wrong = (successes < 0) | (successes > counts) | (successes != np.round(successes))
    if wrong.any():
        found = ", ".join(f"{value:g}" for value in np.unique(successes[wrong])[:5])
        allowed = f"whole numbers from 0 to {trials}" if trials else "0, 1 or booleans"
        raise ModelError(f"The outcome {name!r} holds {found}; allowed are {allowed}.")
    check_not_constant(successes / counts, name)
    times = numbers(rows, weights) if weights else np.ones(len(rows))
    if (times < 0).any() or not times.any():
        raise ModelError(f"Column {weights!r} holds weights and must not be negative nor all zero.")
    return successes, counts, times
