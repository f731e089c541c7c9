"""Metrics that are tables of their own: computed here from whichever table of the study they need."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import has_values
from analysis.errors import AnalysisError
from analysis.metrics import Metric, describe_metric, get_metric
from analysis.metrics.registry import METRICS
from analysis.metrics.scales import instruments_of, scale_scores
from analysis.planned import Results
from analysis.report.words import listed

TOLD_ELSEWHERE = {  # in a section of their own, which says why where it cannot show them
    *("answers-on-wrong-items", "response-time", "learning-curve", "pareto", "score-association"),
    *("item-view", "tripping-items", "item-effects", "calibration", "calibration-curve"),
    *("rated-understanding", "understanding-profile", "estimated-and-achieved", "scale-scores"),
}
ON_REQUEST = ("metacognition",)  # fits a model to each draw of a bootstrap, so only if it is planned
SLOW = ("metacognition", "signal-detection", "scale-reliability", "utility-k")  # these resample people
FEWEST_DRAWS = 100
PROCESS = {"duration_ms", "gate_attempts", "attention_passed", "attention_shown", "protocol_version"}
PEOPLE_ALONE = "Taken as people alone: the reference, “{}”."
TRAITS = (
    "Traits: {}. A scale answered after the test may itself have been changed by the arm, and then moderates "
    "nothing."
)


@dataclass(frozen=True)
class MetricTable:
    """One metric's table; `note` says which argument the study gave it."""

    card: Metric
    frame: pd.DataFrame
    note: str = ""


@dataclass(frozen=True)
class MetricTables:
    """What came of several metrics: tables, reasons why there is none, and those that a section tells."""

    made: tuple[MetricTable, ...] = ()
    refused: tuple[tuple[Metric, str], ...] = ()
    elsewhere: tuple[Metric, ...] = ()


def make_tables(results: Results, names: Iterable[str]) -> MetricTables:
    """Compute the tables of metrics from the study's own tables, with what the plan and the study give them.

    Parameters
    ----------
    results : the executed plan
    names : of the registry, all of the level `table`

    Returns
    -------
    MetricTables, in the order of the names
    """
    made, refused, elsewhere = [], [], []
    for card in map(describe_metric, names):
        if card.name in TOLD_ELSEWHERE:
            elsewhere.append(card)
            continue
        try:
            made.append(_made(results, card))
        except (AnalysisError, ValueError) as error:
            refused.append((card, str(error)))
    return MetricTables(tuple(made), tuple(refused), tuple(elsewhere))


def unplanned_tables() -> list[str]:
    """Return the metrics that are tables and that no other section tells."""
    return [
        name
        for name in METRICS
        if describe_metric(name).level == "table" and name not in {*TOLD_ELSEWHERE, *ON_REQUEST}
    ]


def lacking(table: pd.DataFrame | None, card: Metric) -> str:
    """Return in words which table, column or kind of task a metric needs and there is not; empty: nothing."""
    if table is None or (table.empty and card.table != "trials"):
        return f"it needs the table {card.table}, which holds nothing here"
    if absent := [name for name in card.needs if not has_values(table, name)]:
        return f"it needs values in {listed(absent)}"
    if card.tasks and not (has_values(table, "task") and table["task"].isin(card.tasks).any()):
        return f"it is about {listed(card.tasks)}"
    return ""


def _made(results: Results, card: Metric) -> MetricTable:
    if results.is_large and card.name in SLOW:
        raise AnalysisError("it resamples people, which is left out with so many trials")
    table = _table_of(results, card.table)
    if why := lacking(table, card):
        raise AnalysisError(why)
    assert table is not None
    if "moderator" in card.options:
        return _moderations(results, card, table)
    frame = get_metric(card.name)(table, **_arguments(results, card))
    return MetricTable(card, _with_value(frame), _note(results, card))


def _table_of(results: Results, name: str) -> pd.DataFrame | None:
    if name == "trials":
        return results.outcome_trials
    table = getattr(results.study, name, None)
    if table is None or "participant" not in table.columns:
        return table
    return table[table["participant"].isin(results.trials["participant"])]


def _arguments(results: Results, card: Metric) -> dict[str, Any]:
    """Return those arguments of a metric that the plan or the study knows."""
    plan, parameters = results.study.plan, inspect.signature(get_metric(card.name)).parameters
    present = set(results.outcome_trials["arm"])
    arms = [arm for arm in results.study.arm_names if arm in present]
    reference = plan.reference if plan.reference in arms else None
    known = {
        "arms": arms,
        "alpha": plan.alpha,
        "seed": plan.seed,
        "reference": reference,
        "human_only": reference,
        "draws": _draws(results, parameters),
    }
    if absent := [name for name in card.options if known.get(name) is None]:
        raise AnalysisError(f"it needs {listed(absent)}, which the study does not give")
    return {name: known[name] for name in parameters if known.get(name) is not None}


def _draws(results: Results, parameters: Mapping[str, inspect.Parameter]) -> int | None:
    usual = parameters["draws"].default if "draws" in parameters else None
    return None if usual is None else max(min(usual, results.draws), FEWEST_DRAWS)


def _with_value(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its index as columns.

    Raises
    ------
    AnalysisError : it has no row, or not one number that is more than a count.
    """
    told = frame if frame.index.names == [None] else frame.reset_index()
    numbers = told.select_dtypes("float").to_numpy(dtype=float)
    if told.empty or (numbers.size and not np.isfinite(numbers).any()):
        raise AnalysisError("it has no value in these data")
    return told


def _note(results: Results, card: Metric) -> str:
    is_gain = "human_only" in card.options
    return PEOPLE_ALONE.format(results.study.label(results.study.plan.reference)) if is_gain else ""


def _moderations(results: Results, card: Metric, trials: pd.DataFrame) -> MetricTable:
    traits = _traits(results)
    if not traits:
        raise AnalysisError("it needs a moderator: a numeric column of the participants, or a rating scale")
    function, parts = get_metric(card.name), {}
    given = _arguments(results, Metric(**{**vars(card), "options": ()}))
    for name, values in traits.items():
        parts[name] = function(trials, values, **given)
    frame = pd.concat(parts, names=["moderator", "arm"])
    return MetricTable(card, _with_value(frame), TRAITS.format(listed(list(traits))))


def _traits(results: Results) -> dict[str, pd.Series]:
    """Return each trait of people that varies: its name → its values by participant."""
    people = results.study.participants
    traits = {
        str(name): people.set_index("participant")[name].astype("float64")
        for name in people.select_dtypes("number").columns
        if name not in PROCESS
    }
    ratings = _table_of(results, "ratings")
    if ratings is not None and has_values(ratings, "answer"):
        scores = scale_scores(ratings, instruments_of(results.study.protocol))
        for (name, subscale), mine in scores.groupby(["instrument", "subscale"], sort=False):
            once = mine.drop_duplicates("participant", keep="last")
            traits[f"{name}: {subscale}".rstrip(": ")] = once.set_index("participant")["score"]
    analysed = results.outcome_trials["participant"].unique()
    return {name: told for name, told in traits.items() if told.reindex(analysed).nunique() > 1}
