"""Every metric by its name. To add one: write a file, add a line."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

import pandas as pd

from analysis.errors import UnknownName

PER_TRIAL = {  # one value per trial: these can be a plan's outcome
    "simulation-accuracy": "analysis.metrics.accuracy:simulation_accuracy",
    "accuracy-model-right": "analysis.metrics.accuracy:accuracy_where_model_right",
    "accuracy-model-wrong": "analysis.metrics.accuracy:accuracy_where_model_wrong",
    "log-response-time": "analysis.metrics.time:log_response_time",
}
METRICS = PER_TRIAL | {
    "accuracy-natural": "analysis.metrics.natural:accuracy_at_natural_rate",
    "answers-on-wrong-items": "analysis.metrics.wrong_items:answers_on_wrong_items",
    "scale-scores": "analysis.metrics.scales:scale_scores",
    "calibration": "analysis.metrics.calibration:calibration_by_arm",
    "calibration-curve": "analysis.metrics.calibration:calibration_curve",
    "response-time": "analysis.metrics.time:response_time_by_arm",
    "estimated-and-achieved": "analysis.metrics.estimates:estimated_and_achieved",
    "item-view": "analysis.metrics.items:item_view",
}


def get_metric(name: str) -> Callable[..., Any]:
    """Return the function of the metric called `name`."""
    if name not in METRICS:
        raise UnknownName(f"No metric is called {name!r}. Known ones: {', '.join(sorted(METRICS))}.")
    return resolve_name(METRICS[name])


def trial_values(name: str, trials: pd.DataFrame) -> pd.Series:
    """Return the metric called `name` for each trial; it can then be an outcome of a plan.

    Raises
    ------
    UnknownName : there is no such metric, or it is none of single trials.
    """
    metric = get_metric(name)
    if name not in PER_TRIAL:
        raise UnknownName(
            f"Metric {name!r} says nothing about single trials, so it cannot be a plan's outcome. "
            f"Those that can: {', '.join(PER_TRIAL)}."
        )
    return metric(trials)
