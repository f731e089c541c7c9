"""What describes the data beside the plan: metrics, ratings, items, curve, costs, automatic scores."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from analysis import read_export, run_plan
from analysis.metrics import metric_contrasts
from analysis.report.metrics import measure, tables_of
from analysis.report.sections.curve import curve
from analysis.report.sections.items import items
from analysis.report.sections.metrics import metrics, secondary
from analysis.report.sections.pareto import pareto
from analysis.report.sections.scores import scores
from analysis.report.sections.subjective import subjective
from analysis.report.sections.wrong_items import wrong_items
from tests.analysis.exports import build_export
from tests.analysis.plans import THREE


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("three") / "export"
    named = ["log-response-time", "accuracy-balanced", "accuracy-natural", "weight-of-advice", "calibration"]
    study = read_export(
        build_export(folder, arms=THREE, people=10, items=12, effect={"c": 1}, secondary=named)
    )
    return run_plan(study, draws=30)


def planned(results, **plan):
    return replace(results, study=replace(results.study, plan=results.study.plan.model_copy(update=plan)))


def test_named_metrics_come_in_the_order_of_the_plan_and_say_what_is_missing(results):
    told = secondary(results).content
    assert [row["label"] for row in told["rows"]] == [
        "Response time",
        "Accuracy balanced over the model's right and wrong outputs",
        "Accuracy at the model's natural error rate",
    ]
    assert told["elsewhere"] == "Calibration"
    assert len(told["refused"]) == 1
    assert told["refused"][0].startswith("Weight of advice: the table of trials lacks ")


def test_plan_without_secondary_metrics_says_so(results):
    assert secondary(planned(results, secondary=[])).missing == "The plan names no secondary metric."


def test_further_metrics_leave_out_the_outcome_what_repeats_it_and_what_is_named(results):
    labels = {row["label"] for row in metrics(results).content["rows"]}
    assert "Accuracy where the model is wrong" in labels
    assert not labels & {"Simulation accuracy", "Forward simulation accuracy", "Response time"}
    assert "Over-reliance" in metrics(results).content["silent"]


def test_differences_are_adjusted_over_all_of_them_together(results):
    _, table = tables_of(measure(results, ["log-response-time", "brier", "overconfidence"]))
    assert len(table) == 6
    assert table["p_adjusted"].to_numpy() == pytest.approx(multipletests(table["p"], method="fdr_bh")[1])
    alone = metric_contrasts("brier", results.trials, "a", arms=list(THREE))
    told = table[table["metric"] == "brier"].set_index("arm")
    assert told["estimate"].to_dict() == pytest.approx(alone["estimate"].to_dict())


def test_undefined_cases_are_counted_beside_each_metric(results):
    rows = {row["label"]: row["undefined"] for row in metrics(results).content["rows"]}
    right = int(results.trials["model_correct"].sum())
    assert rows["Accuracy where the model is wrong"] == f"{right:,} trials"


def test_metric_that_needs_what_the_plan_lacks_is_left_out_with_the_reason(results):
    told = measure(planned(results, natural_error_rate=None), ["accuracy-natural"])
    assert told.measured == ()
    assert told.refused[0][1] == "it needs error_rate, which the plan does not give"


def test_ratings_stand_beside_accuracy_as_standard_scores(results):
    section = subjective(results)
    assert [chart.name for chart in section.figures] == ["subjective-satisfaction", "subjective-estimate"]
    people = results.trials.astype({"correct": float}).groupby(["arm", "participant"])["correct"].mean()
    chart = section.figures[1]
    finished = results.study.responses["participant"]
    both = people[people.index.get_level_values("participant").isin(finished)]
    scores = (both - both.mean()) / both.std()
    assert [point.x for point in chart.points] == pytest.approx(scores.groupby("arm").mean().tolist())
    assert "minus" not in chart.caption


def test_every_item_is_drawn_hardest_first_with_who_errs(results):
    section = items(results)
    chart = section.figures[0]
    raw = [point.raw for point in chart.points]
    assert raw == sorted(raw)
    assert len(raw) == 12
    assert {point.look for point in chart.points} == {"model right", "model wrong"}
    table = section.tables[0].frame
    counts = table["trips"].value_counts()
    told = section.content["trips"]
    assert told.startswith(f"Of 12 items {counts.get('both', 0)} trip up both the model and the people, ")
    means = results.trials.astype({"correct": float}).groupby("item")["correct"].mean()
    assert table.set_index("item")["accuracy"].to_dict() == pytest.approx(means.to_dict())
    assert table["estimate"].std() < table["accuracy"].std()


def test_items_of_several_models_are_told_apart(results):
    twice = results.trials.assign(model=np.where(results.trials["arm"] == "c", "other", "cnn"))
    assert len(items(replace(results, trials=twice)).tables[0].frame) == 24


def test_learning_curve_has_a_point_for_each_quarter_and_arm(results):
    chart = curve(results).figures[0]
    assert [line.label for line in chart.curves] == list(THREE.values())
    first = results.trials[results.trials["trial"] <= 3].astype({"correct": float})
    means = first.groupby("arm")["correct"].mean() * 100
    assert [line.y[0] for line in chart.curves] == pytest.approx(means.tolist(), abs=6)  # some left early
    assert curve(replace(results, trials=results.trials.drop(columns="position"))).missing


def test_points_that_another_beats_in_all_are_hollow(results):
    section = pareto(results)
    table = section.tables[0].frame.set_index("arm")
    hollow = [point.is_hollow for point in section.figures[0].points]
    assert hollow == table["is_dominated"].tolist()
    assert not table.loc[table["simulatability"].idxmax(), "is_dominated"]


def test_without_times_there_is_no_pareto_figure(results):
    bare = replace(results, trials=results.trials.assign(response_ms=np.nan))
    assert "response_ms" in pareto(bare).missing


def test_scores_that_foretell_the_benefit_are_found(results):
    """The planted score of the arm c is its benefit itself, that of b is noise."""
    trials = results.trials.astype({"correct": float})
    means = trials.groupby(["arm", "item"])["correct"].mean().unstack("arm")
    rng = np.random.default_rng(1)
    values = {"b": rng.random(len(means)), "c": means["c"] - means["a"]}
    rows = [
        {"item": item, "explainer": arm, "checks": json.dumps({"deletion-auc": float(score)})}
        for arm in ("b", "c")
        for item, score in zip(means.index, values[arm], strict=True)
    ]
    told = scores(replace(results, study=replace(results.study, stimuli=pd.DataFrame(rows))))
    table = told.tables[0].frame.set_index("arm")
    assert table.loc["c", "spearman"] == pytest.approx(1)
    assert table.loc["c", "slope"] == pytest.approx(1)
    assert table.loc["b", "spearman_low"] < 0.9
    assert [row["check"] for row in told.content["rows"]] == ["deletion-auc", "deletion-auc"]


def test_bundle_without_checks_has_no_scores(results):
    assert "needs checks of the stimuli" in scores(results).missing


def test_answers_on_wrong_items_are_of_the_wrong_items(results):
    table = wrong_items(results).tables[0].frame
    assert table["trials"].sum() == (~results.trials["model_correct"].astype(bool)).sum()
