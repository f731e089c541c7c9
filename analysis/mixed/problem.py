"""From a formula and a table to the arrays of a model: what every estimator of this package starts with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import as_numbers
from analysis.errors import MissingColumns, ModelError
from analysis.mixed.covariance import Covariance
from analysis.mixed.formula import Coding, Design, sides, variables
from analysis.mixed.random import RandomFactor, needed_columns, parse_random, random_design, slope_columns
from analysis.mixed.rows import complete_rows
from analysis.mixed.structure import Floats, Grouping


@dataclass(frozen=True, eq=False)
class Problem:
    """A model's complete rows with its design, factors and groupings; `missing` rows were left out."""

    rows: pd.DataFrame
    missing: int
    design: Design
    factors: list[RandomFactor]
    groupings: list[Grouping]
    covariance: Covariance

    @property
    def n_levels(self) -> dict[str, int]:
        return {factor.name: len(factor.levels) for factor in self.factors}


def read_problem(
    formula: str,
    data: pd.DataFrame,
    random: Mapping[str, str],
    *,
    correlated: bool | Collection[str] = False,
    baselines: Mapping[str, Any] | None = None,
    others: Sequence[str] = (),
) -> Problem:
    """Read formula and random effects against a table.

    Parameters
    ----------
    formula : `outcome ~ terms`
    data : one row per trial
    random : terms per random factor, as in `{"participant": "1", "item": "1 + condition"}`
    correlated : True, False, or the names of the factors whose effects are correlated
    baselines : the baseline of each factor that has not its first level as baseline
    others : further columns that the model needs a value in

    Raises
    ------
    MissingColumns, ModelError : the message names the column and what is in it.
    """
    outcome, terms = sides(formula)
    spec = parse_random(random)
    fixed = variables(terms)
    _check_outcome(outcome, data)
    rows, missing = complete_rows(data, [outcome, *fixed, *needed_columns(spec), *others])
    coding = Coding.learn(rows, [*fixed, *slope_columns(spec)], baselines)
    design = Design(formula, rows, coding)
    factors, groupings = random_design(rows, spec, coding, correlated)
    return Problem(rows, missing, design, factors, groupings, Covariance(factors))


def _check_outcome(outcome: str, data: pd.DataFrame) -> None:
    """Raise `ModelError` where the left-hand side is computed."""
    if isinstance(data, pd.DataFrame) and outcome not in data.columns and set("()[]{}+-*/^:") & set(outcome):
        raise ModelError(f"The outcome {outcome!r} is no column of the table; make it a column first.")


def numbers(rows: pd.DataFrame, name: str) -> Floats:
    """A column as floats, shape (n,); booleans become 0 and 1.

    Raises
    ------
    ModelError : the column holds something else than numbers.
    """
    try:
        return as_numbers(rows[name], name).to_numpy()
    except MissingColumns as error:
        found = ", ".join(map(repr, rows[name].unique()[:5].tolist()))
        raise ModelError(f"Column {name!r} holds {found}; numbers are needed.") from error


def check_not_constant(values: Floats, name: str) -> None:
    """Raise `ModelError` where all values of the outcome are the same."""
    if np.ptp(values) == 0:
        raise ModelError(
            f"Column {name!r} is {values[0]:g} in all {len(values)} rows: an outcome that does not vary can be "
            "compared with nothing."
        )
