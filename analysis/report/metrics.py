"""Metrics of the registry by arm, with their differences to the reference: computed here, told by two sections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.marginal.families import benjamini_hochberg
from analysis.metrics import Metric, describe_metric, metric_by_arm, metric_contrasts
from analysis.planned import Results
from protocol.schema.plan import Plan

CHANGES = ("change", "change-per-person")  # the only ones that look at the baseline's trials


@dataclass(frozen=True)
class Measured:
    """One metric: its values by arm, and its differences to the reference with `p_adjusted` (none: empty)."""

    card: Metric
    values: pd.DataFrame
    differences: pd.DataFrame


@dataclass(frozen=True)
class Measurements:
    """What came of several metrics; `silent` have no value in these data, `refused` say why not."""

    measured: tuple[Measured, ...] = ()
    silent: tuple[Metric, ...] = ()
    refused: tuple[tuple[Metric, str], ...] = ()


def measure(results: Results, names: Iterable[str]) -> Measurements:
    """Compute metrics by arm and their differences, adjusted over all of them by Benjamini and Hochberg.

    Parameters
    ----------
    results : the executed plan
    names : of the registry, none of them a table of its own

    Returns
    -------
    Measurements, in the order of the names
    """
    measured: list[Measured] = []
    silent, refused = [], []
    for name in dict.fromkeys(names):
        card = describe_metric(name)
        try:
            one = _measured(results, card)
        except AnalysisError as error:
            refused.append((card, str(error)))
            continue
        if one.values["estimate"].notna().any():
            measured.append(one)
        else:
            silent.append(card)
    return Measurements(_adjusted(measured), tuple(silent), tuple(refused))


def tables_of(measurements: Measurements) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return values and differences as two long tables, one row for each metric and arm."""
    values = [_long(one.card, one.values) for one in measurements.measured]
    differences = [_long(one.card, one.differences) for one in measurements.measured if len(one.differences)]
    return _together(values), _together(differences)


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=["metric", "arm"])
    return pd.concat(tables, ignore_index=True)


def _measured(results: Results, card: Metric) -> Measured:
    plan, arms = results.study.plan, results.study.arm_names
    trials = results.trials if card.name in CHANGES else results.outcome_trials
    options = _options(plan, card)
    values = metric_by_arm(card.name, trials, arms, plan.alpha, **options)
    if plan.reference not in arms or (card.level == "arm" and card.contrasts is None):
        return Measured(card, values, pd.DataFrame())
    told: dict[str, Any] = {"arms": arms, "alpha": plan.alpha, "family": "none", **options}
    return Measured(card, values, metric_contrasts(card.name, trials, plan.reference, **told))


def _options(plan: Plan, card: Metric) -> dict[str, Any]:
    """Return the arguments of a metric that the plan knows."""
    if card.name in CHANGES and plan.baseline_phase is not None:
        return {"before": plan.baseline_phase, "after": plan.phase}
    known = {"error_rate": plan.natural_error_rate, "reference": plan.reference}
    missing = [name for name in card.options if known.get(name) is None]
    if missing:
        raise AnalysisError(f"it needs {', '.join(missing)}, which the plan does not give")
    return {name: known[name] for name in card.options}


def _adjusted(measured: list[Measured]) -> tuple[Measured, ...]:
    """Return the metrics with `p_adjusted` over all of their differences; those without a p play no part."""
    p = [np.asarray(one.differences.get("p", []), dtype=float) for one in measured]
    every = np.concatenate(p) if p else np.empty(0)
    finite = np.isfinite(every)
    adjusted = np.full(len(every), np.nan)
    adjusted[finite] = benjamini_hochberg(every[finite])
    parts = np.split(adjusted, np.cumsum([len(one) for one in p])[:-1]) if p else []
    return tuple(
        Measured(one.card, one.values, one.differences.assign(p_adjusted=mine))
        for one, mine in zip(measured, parts, strict=True)
    )


def _long(card: Metric, table: pd.DataFrame) -> pd.DataFrame:
    wanted = ["estimate", "low", "high", "people", "trials", "undefined", "p", "p_adjusted"]
    told = table[[name for name in wanted if name in table.columns]].rename_axis("arm").reset_index()
    told.insert(0, "metric", card.name)
    told.insert(1, "unit", card.unit)
    return told
