"""Subjective against objective: what people rate beside what they achieve, never the one minus the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import has_values
from analysis.metrics.estimates import estimated_and_achieved
from analysis.metrics.scales import instruments_of, scale_scores
from analysis.metrics.understanding import WITHIN, rating_correlation, understanding_profile
from analysis.planned import Results
from analysis.report.charts.chart import Axis, nice_axis
from analysis.report.charts.plane import PlaneChart, PlanePoint
from analysis.report.section import NamedTable, Section
from analysis.report.sections.ratings import CONDITIONS, given_ratings
from analysis.report.words import level, signed, span

HEADING = "Subjective against objective"
MISSING = "This section needs ratings or an estimated score, and answers that are right or wrong."


def subjective(results: Results) -> Section:
    """Return how each scale, and the estimated score, goes with accuracy: over people, and by arm."""
    trials = results.outcome_trials
    if results.study.plan.exposure != "arm":
        return Section("subjective", HEADING, missing=CONDITIONS)
    rated = list(_rated(results)) if has_values(trials, "correct") else []
    if not rated:
        return Section("subjective", HEADING, missing=MISSING)
    told: dict[str, Any] = {"arms": results.study.arm_names, "alpha": results.alpha}
    correlations = {name: rating_correlation(trials, scores, **told) for name, _, scores in rated}
    profiles = {name: understanding_profile(trials, scores, **told) for name, _, scores in rated}
    charts = [
        _chart(results, name, title, profiles[name])
        for name, title, _ in rated
        if profiles[name][["rated", "achieved"]].notna().all(axis=1).any()
    ]
    content = {
        "charts": charts,
        "labels": [*(arm.label for arm in results.study.arms), "Within arms"],
        "scales": [_correlated(results, title, correlations[name]) for name, title, _ in rated],
        "level": level(results.alpha),
    }
    tables = (
        NamedTable("subjective-correlations", "Correlations with accuracy", _stacked(results, correlations)),
        NamedTable("subjective-profiles", "Standardised profiles by arm", _stacked(results, profiles)),
    )
    return Section("subjective", HEADING, content, tables, tuple(charts))


def _rated(results: Results) -> Iterator[tuple[str, str, pd.Series]]:
    """Yield name, title and each person's value of every scale, and of the estimated score."""
    ratings = given_ratings(results)
    if ratings is not None:
        known = {one.name: one for one in instruments_of(results.study.protocol)}
        scores = scale_scores(ratings, known.values())
        for (name, subscale), mine in scores.groupby(["instrument", "subscale"], sort=False):
            title = known[name].title if name in known else name
            values = mine.drop_duplicates("participant", keep="last").set_index("participant")["score"]
            if values.notna().any():
                yield f"{name}-{subscale}".strip("-"), f"{title}: {subscale}".rstrip(": "), values
    responses = results.study.responses
    if "role" in responses.columns:
        people = estimated_and_achieved(results.outcome_trials, responses)
        values = people.drop_duplicates("participant").set_index("participant")["estimated"]
        if values.notna().any():
            yield "estimate", "Estimated number of right answers", values


def _chart(results: Results, name: str, title: str, profile: pd.DataFrame) -> PlaneChart:
    ends = profile[["rated_low", "rated_high", "achieved_low", "achieved_high", "rated", "achieved"]]
    reach = float(np.nanmax(np.abs(ends.to_numpy(dtype=float)), initial=0.1))
    axis = nice_axis(-reach, reach, signed, aim=8)
    axis = Axis(min(axis.low, -axis.high), max(axis.high, -axis.low), axis.ticks, axis.labels)
    return PlaneChart(
        name=f"subjective-{name}",
        title=f"{title} and accuracy",
        caption=f"Mean of each arm with {level(results.alpha)} t intervals over people, both in standard "
        "deviations of all people. The two scales have no common unit: read order and direction, not distances.",
        across="accuracy, standard deviations",
        up="rating, standard deviations",
        points=tuple(_point(results, str(arm), row) for arm, row in profile.iterrows()),
        x_axis=axis,
        y_axis=axis,
        zeros=True,
    )


def _point(results: Results, arm: str, row: pd.Series) -> PlanePoint:
    x_ends, y_ends = (row["achieved_low"], row["achieved_high"]), (row["rated_low"], row["rated_high"])
    return PlanePoint(results.study.label(arm), row["achieved"], row["rated"], x_ends, y_ends)


def _correlated(results: Results, title: str, table: pd.DataFrame) -> dict[str, Any]:
    rows = [table.loc[arm] for arm in (*results.study.arm_names, WITHIN)]
    cells = [
        (
            signed(row["pearson"], 2),
            span(row["low"], row["high"], lambda end: signed(end, 2)),
            f"n {int(row['people']):,}",
        )
        for row in rows
    ]
    return {"title": title, "cells": cells}


def _stacked(results: Results, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    stacked = pd.concat(tables, names=["scale"]).reset_index()
    labels = {arm.name: arm.label for arm in results.study.arms}
    stacked.insert(2, "label", stacked["arm"].map(lambda arm: labels.get(arm, arm)))
    return stacked
