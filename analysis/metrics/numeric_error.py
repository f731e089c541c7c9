"""How far foretold numbers lie from what the model said."""

from __future__ import annotations

import pandas as pd

from analysis.columns import require_columns
from analysis.metrics.metric import metric
from analysis.metrics.values import floats


@metric(
    name="signed-simulation-error",
    label="Signed simulation error",
    unit="output's unit",
    level="trial",
    needs=("answer_number", "output_number"),
)
def signed_simulation_error(trials: pd.DataFrame, normalise: bool = False) -> pd.Series:
    """Foretold number minus the model's output: above zero where people foretell too much.

    Parameters
    ----------
    trials : DataFrame, one row per trial
        Columns `answer_number`, `output_number` (NaN where there is none) and, to normalise, `item`.
    normalise : divide by the standard deviation of the outputs over the table's items, each item's mean
        output counted once (n − 1)

    Returns
    -------
    Series of float, one value per trial, on the index of `trials`
        In the output's unit, or in its standard deviations; NaN where either number is missing, and
        everywhere if the outputs to normalise by do not vary.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    See `absolute_simulation_error`; the mean signed error is the bias of the predictions.
    """
    require_columns(trials, "answer_number", "output_number", name="the table of trials")
    error = floats(trials["answer_number"]) - floats(trials["output_number"])
    return (error / _spread(trials) if normalise else error).rename("signed_simulation_error")


@metric(
    name="absolute-simulation-error",
    label="Absolute simulation error",
    unit="output's unit",
    level="trial",
    needs=("answer_number", "output_number"),
    better="lower",
)
def absolute_simulation_error(trials: pd.DataFrame, normalise: bool = False) -> pd.Series:
    """Distance of the foretold number to the model's output: |answer − output|.

    Parameters
    ----------
    trials, normalise : as in `signed_simulation_error`

    Returns
    -------
    Series of float ≥ 0, one value per trial, on the index of `trials`
        NaN as in `signed_simulation_error`.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.

    Source
    ------
    Simulation error of Poursabzi-Sangdeh et al. (2021), "Manipulating and Measuring Model Interpretability",
    CHI.
    """
    return signed_simulation_error(trials, normalise).abs().rename("absolute_simulation_error")


def _spread(trials: pd.DataFrame) -> float:
    require_columns(trials, "item", name="the table of trials")
    spread = floats(trials["output_number"]).groupby(trials["item"]).mean().std(ddof=1)
    return float(spread) if spread > 0 else float("nan")
