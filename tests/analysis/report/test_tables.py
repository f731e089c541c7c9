"""Metrics with a table of their own: each is on the page, in a file, or named with the reason why not."""

from __future__ import annotations

import html
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import read_export, run_plan
from analysis.metrics import describe_metric
from analysis.metrics.moderators import moderation
from analysis.metrics.performance_gain import gain_over_people
from analysis.metrics.registry import METRICS
from analysis.planned import results as planned_results
from analysis.report.sections.calibration import calibration
from analysis.report.sections.tables import tables
from analysis.report.tables import TOLD_ELSEWHERE, make_tables
from analysis.report.writing import write_report
from tests.analysis.exports import build_export
from tests.analysis.plans import THREE
from tests.analysis.report.test_report import section, text_of

SECONDARY = ["gain-over-people", "calibration", "utility-k"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables") / "export"
    study = read_export(
        build_export(folder, arms=THREE, people=8, items=12, effect={"c": 1}, secondary=SECONDARY)
    )
    return run_plan(enriched(study), draws=30)


def enriched(study):
    """Return the study with the columns that an advice task, a walk-through or a model choice would have."""
    rng = np.random.default_rng(1)
    n = len(study.trials)
    first, advice = rng.normal(50, 10, n), rng.normal(50, 10, n)
    told = {
        "first": study.trials["answer"].where(rng.random(n) < 0.5, "0"),
        "final": study.trials["answer"],
        "first_correct": pd.array(rng.random(n) < 0.5, dtype="boolean"),
        "final_correct": study.trials["correct"],
        "first_number": first,
        "final_number": (first + advice) / 2,
        "answer_number": first,
        "output_number": advice,
        "truth_number": 50.0,
        "size": rng.choice([2, 4], n),
        "pair": rng.choice(["one", "two"], n),
        "chance": 0.9,
    }
    people = study.participants.assign(literacy=rng.normal(size=len(study.participants)))
    return replace(study, trials=study.trials.assign(**told), participants=people)


@pytest.fixture(scope="module")
def written(results, tmp_path_factory):
    return write_report(results, tmp_path_factory.mktemp("written") / "out", formats=())


def test_every_metric_is_shown_or_named_with_a_reason(results, written):
    page = html.unescape(text_of(written.read_text("utf-8")))
    folder = written.parent / "tables"
    files = {path.stem for path in folder.iterdir()}
    rows = pd.concat(pd.read_csv(folder / f"{name}.csv") for name in ("metrics", "secondary"))
    for name in METRICS:
        card = describe_metric(name)
        is_shown = name in set(rows["metric"]) or f"table-{name}" in files or name in TOLD_ELSEWHERE
        assert is_shown or name == results.study.plan.outcome or card.label in page, name
    assert {
        "table-selection-on-own-answer",
        "table-weight-of-advice-by-arm",
        "table-scale-reliability",
    } <= files
    assert {"table-walk-through-accuracy", "table-model-choice-accuracy", "table-moderation"} <= files


def test_planned_tables_stand_with_the_secondary_metrics(written):
    page = written.read_text("utf-8")
    told = section(page, "secondary")
    assert "Gain over people alone" in told
    assert "Taken as people alone: the reference, “" in told
    assert "In a section of its own: Calibration." in told
    assert "Left out: Utility-K: it needs values in session." in html.unescape(told)
    assert "Gain over people alone" not in section(page, "tables")


def test_the_file_holds_what_the_metric_gives(results, written):
    table = pd.read_csv(written.parent / "tables" / "table-gain-over-people.csv").set_index("arm")
    plain = gain_over_people(results.outcome_trials, results.study.plan.reference)
    assert table["estimate"].to_dict() == pytest.approx(plain["estimate"].to_dict())


def test_moderators_are_columns_of_people_and_scales_never_the_process(results):
    (one,) = make_tables(results, ["moderation"]).made
    assert set(one.frame["moderator"]) == {"literacy", "satisfaction"}
    people = results.study.participants.set_index("participant")["literacy"]
    plain = moderation(results.outcome_trials, people, results.study.plan.reference)
    told = one.frame[one.frame["moderator"] == "literacy"].set_index("arm")
    assert told["slope"].to_dict() == pytest.approx(plain["slope"].to_dict())


def test_a_long_table_shows_its_first_rows_and_says_so(results):
    shown = {one["title"]: one for one in tables(results).content["tables"]}
    benefit = shown["Benefit of each explanation on each item"]
    assert len(benefit["rows"]) == 12
    assert benefit["caption"].endswith("the first 12 of 24 rows; the file holds all")
    heads = [head for head, _ in benefit["heads"]]
    assert "se" in heads
    assert "Low" not in heads
    assert " to " in benefit["rows"][0][heads.index("Benefit")][1]


def test_resampled_tables_are_left_out_of_many_trials(results, monkeypatch):
    monkeypatch.setattr(planned_results, "MANY", 10)
    told = make_tables(results, ["scale-reliability", "speed-accuracy"])
    assert [one.card.name for one in told.made] == ["speed-accuracy"]
    assert "so many trials" in told.refused[0][1]


def test_a_stated_probability_below_chance_is_counted(results):
    content = calibration(results).content
    assert content["has_below"]
    assert all(row["below"] != "0" for row in content["rows"])
    known = replace(results, trials=results.trials.drop(columns="chance"))
    assert not calibration(known).content["has_below"]
