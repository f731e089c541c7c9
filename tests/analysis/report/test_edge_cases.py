"""Reports of studies in which something is missing: made all the same, and they say what."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import read_export, report, run_plan
from analysis.report.sections.deviations import found
from analysis.report.sections.forest import forest
from analysis.report.sections.means import means
from analysis.report.sections.primary import primary
from analysis.report.sections.verdict import sentences
from analysis.report.writing import write_report
from protocol.schema.plan import PlannedContrast
from tests.analysis.exports import build_export, made_up_tables, make_protocol, write_export
from tests.analysis.plans import with_baseline, within
from tests.analysis.report.test_report import section, text_of

TWO = {"control": "No explanation", "map": "<b>Map</b> & more"}  # labels are anyone's text
CONTRAST = PlannedContrast(name="one", label="Map against none", weights={"map": 1, "control": -1})


def made(folder: Path, **parameters) -> str:
    export = build_export(folder / "export", arms=TWO, items=parameters.pop("items", 12), **parameters)
    return report(export, folder / "out", draws=30, formats=()).read_text("utf-8")


def written(folder: Path, tables) -> str:
    export = write_export(folder / "export", tables, make_protocol(TWO, trials=12))
    return report(export, folder / "out", draws=30, formats=()).read_text("utf-8")


def test_labels_are_escaped(tmp_path):
    html = made(tmp_path, people=4)
    assert "<b>Map</b>" not in html
    assert "&lt;b&gt;Map&lt;/b&gt; &amp; more" in html


def test_nobody_arrived(tmp_path):
    html = written(tmp_path, {})
    assert "Nobody of the recruited participants has a trial in the phase “test”: no verdict." in html
    assert "Arrived 0" in section(html, "flow")


def test_nobody_finished(tmp_path):
    html = made(tmp_path, people=12, leave=1.0)
    assert "0 finished" in section(html, "flow")
    assert "needs the table of ratings" in section(html, "ratings")
    assert "needs responses with the role estimate" in section(html, "estimates")


def test_zero_test_trials(tmp_path):
    tables = made_up_tables(arms=TWO, people=3, items=12) | {"trials": []}
    html = written(tmp_path, tables)
    assert "no verdict" in section(html, "verdict")
    assert "no two arms could be compared" in section(html, "forest")
    assert "No item was answered" in section(html, "items")


def test_empty_arm(tmp_path):
    tables = made_up_tables(arms=TWO, people=6, items=12)
    for name in ("participants", "trials", "ratings", "responses"):
        tables[name] = [row for row in tables[name] if row.get("arm") != "map"]
    html = written(tmp_path, tables)
    assert "could not be compared: no trial with an outcome." in section(html, "verdict")


def test_one_participant_in_each_arm(tmp_path):
    html = made(tmp_path, people=1, leave=0)
    assert "could not be compared: fewer than two people" in section(html, "verdict")
    assert "No contrast has an estimate" in section(html, "checks")
    assert "1 participant (fewer than 20)" in section(html, "checks")
    assert "No model was fitted: fewer than two people or two items in “No explanation”, “" in section(
        html, "model"
    )


def test_no_ratings_no_confidence_no_times(tmp_path):
    html = made(tmp_path, people=4, ratings=False, confidence=False, times=False)
    assert "needs the table of ratings" in section(html, "ratings")
    assert "needs the column confidence" in section(html, "calibration")
    assert "needs the column response_ms" in section(html, "time")


def test_ordinal_confidence_is_not_calibrated(tmp_path):
    tables = made_up_tables(arms=TWO, people=4, items=12)
    tables["trials"] = [row | {"confidence": 3, "confidence_scale": "ordinal"} for row in tables["trials"]]
    assert "not declared a probability" in section(written(tmp_path, tables), "calibration")


def test_everyone_right(tmp_path):
    tables = made_up_tables(arms=TWO, people=4, items=12)
    tables["trials"] = [row | {"answer": row["key"], "correct": True} for row in tables["trials"]]
    html = written(tmp_path, tables)
    assert "could not be compared: every answer is the same" in section(html, "verdict")
    assert "100.0 %" in section(html, "primary")


def test_without_natural_error_rate_the_column_is_left_out_and_named(tmp_path):
    html = made(tmp_path, people=4, natural_error_rate=None)
    assert "needs natural_error_rate in the plan" in section(html, "primary")


def test_differential_attrition_is_told(tmp_path):
    tables = made_up_tables(arms=TWO, people=10, items=12, leave=0)
    gone = [row["participant"] for row in tables["participants"] if row.get("arm") == "map"][:3]
    for row in tables["participants"]:
        row |= {"outcome": "left", "finished_at": None} if row["participant"] in gone else {}
    tables["trials"] = [row for row in tables["trials"] if row["participant"] not in gone]
    told = section(written(tmp_path, tables), "flow")
    assert "3 of 10 30.0 % 6.7 to 65.2 +30.0" in told
    assert "Attrition differs by more than 5 points" in told
    assert "more than 5 % apart. Lee’s bounds trim the arm that kept more people" in told
    assert "How far attrition alone could move each difference" in told


def test_withdrawn_people_keep_a_place_in_the_flow_alone(tmp_path):
    tables = made_up_tables(arms=TWO, people=6, items=12, leave=0)
    first = tables["participants"][-1]
    kept = {key: first[key] for key in ("participant", "source", "arm", "arrived_at")} | {
        "outcome": "withdrawn"
    }
    tables["participants"][-1] = kept
    for name in ("trials", "ratings", "responses"):
        tables[name] = [row for row in tables[name] if row["participant"] != first["participant"]]
    assert "withdrew 1 analysed 5" in section(written(tmp_path, tables), "flow")


def test_people_on_the_way_are_among_the_allocated_and_told_apart(tmp_path):
    tables = made_up_tables(arms=TWO, people=10, items=12, leave=0)
    late = [row["participant"] for row in tables["participants"] if row.get("arm") == "map"][:2]
    for row in tables["participants"]:
        row |= {"outcome": "allocated", "finished_at": None} if row["participant"] in late else {}
    tables["trials"] = [
        row for row in tables["trials"] if row["participant"] not in late or row["trial"] <= 5
    ]
    told = section(written(tmp_path, tables), "flow")
    assert "0 of 10 0.0 % 0.0 to 30.8 0.0 2" in told
    assert "Still on the way 2: they answered a short while before the export" in told


def test_people_turned_away_stand_apart_from_those_who_left(tmp_path):
    tables = made_up_tables(arms=TWO, people=4, items=12, early=4)
    for row in tables["participants"]:
        row |= {"outcome": "turned-away"} if row["participant"] in ("e0001", "e0002") else {}
    told = section(written(tmp_path, tables), "flow")
    assert "1 declined; 1 turned away: all places were taken or the study was closed" in told
    assert "1 screened out at the gate; 1 turned away: all places were taken" in told
    assert "left during the instructions" not in told


def test_estimates_in_odd_digits_are_counted_and_said(tmp_path):
    tables = made_up_tables(arms=TWO, people=6, items=12, leave=0)
    for row, odd in zip(tables["responses"], ("٣", "1e1"), strict=False):
        row["answer"] = odd
    told = section(written(tmp_path, tables), "estimates")
    assert "10 people gave an estimate" in told
    assert "2 people gave things that are no number in plain digits" in told


def mapped(folder: Path, table: pd.DataFrame, columns: str) -> str:
    folder.mkdir(exist_ok=True)
    table.to_csv(folder / "table.csv", index=False)
    (folder / "mapping.yaml").write_text(
        f"title: Theirs\ncolumns: {{{columns}}}\nplan: {{reference: No help}}\n"
    )
    page = report(folder / "table.csv", folder / "out", mapping=folder / "mapping.yaml", draws=30, formats=())
    return page.read_text("utf-8")


def test_mapped_table_leaves_out_what_it_has_not(tmp_path):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"who": np.repeat(range(24), 12), "what": np.tile(range(12), 24)})
    table["way"] = np.where(table["who"] % 2, "No help", "<i>Help</i>")
    table["right"] = (rng.random(len(table)) < 0.6).astype(int)
    html = mapped(tmp_path / "m", table, "participant: who, item: what, arm: way, correct: right")
    for name in ("wrong_items", "ratings", "calibration", "time", "estimates"):
        assert "needs" in section(html, name)
    assert "needs the column model_correct" in section(html, "primary")
    assert "which a mapped table has not" in section(html, "flow")
    assert "nothing shows that it was fixed before the data" in section(html, "plan")
    assert "of the trials correctly" in section(html, "verdict") or "undecided" in section(html, "verdict")
    assert "<i>Help" not in html


def test_hundred_thousand_rows(tmp_path):
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"who": np.repeat(range(1000), 100), "what": np.tile(range(100), 1000)})
    table["way"] = np.where(table["who"] % 2, "No help", "Help")
    table["right"] = (rng.random(len(table)) < 0.6).astype(int)
    table["ms"] = rng.lognormal(8, 0.5, len(table)).round()
    columns = "participant: who, item: what, arm: way, correct: right, response_ms: ms"
    assert "50,000 trials" in section(mapped(tmp_path / "m", table, columns), "primary")


@pytest.mark.parametrize("outcome", ["log-response-time", "accuracy-model-wrong"])
def test_other_outcomes_of_single_trials_can_be_planned(tmp_path, outcome):
    html = made(tmp_path, people=5, outcome=outcome, equivalence_margin=0.2)
    assert outcome in section(html, "plan")


def told_of(study, folder: Path) -> str:
    return write_report(run_plan(study, draws=30), folder / "out", formats=()).read_text("utf-8")


def read(folder: Path, **parameters):
    parameters = {"arms": TWO, "people": 4, "items": 8, "leave": 0} | parameters
    return read_export(build_export(folder / "export", **parameters))


def planned(study, **plan):
    return replace(study, plan=study.plan.model_copy(update=plan))


def test_conditions_within_people_have_no_sections_by_arm(tmp_path):
    html = told_of(within(read(tmp_path)), tmp_path)
    assert "Each person may have seen several of them" in section(html, "flow")
    for name in ("ratings", "subjective"):
        assert "compares conditions that one person saw several of" in section(html, name)
    assert "8 and 8 people" in section(html, "primary")


def test_baseline_phase_stays_out_of_what_describes_the_test(tmp_path):
    html = told_of(with_baseline(read(tmp_path)), tmp_path)
    assert "in the change from before" in text_of(html)
    assert "value ~ condition * period" in section(html, "model")
    assert "32 trials timed" in section(html, "time")


FAMILIES = [
    ({"contrasts": "all-pairs"}, "<b>Map</b> & more − No explanation"),
    ({"contrasts": "trend", "scores": {"control": 0.0, "map": 1.0}}, "linear trend"),
    ({"contrasts": "planned", "planned": [CONTRAST]}, "Map against none"),
    ({"sides": "greater"}, "<b>Map</b> & more"),
    ({"family": "max-t"}, "<b>Map</b> & more"),
    ({"equivalence_margin": None, "non_inferiority_margin": 0.3}, "<b>Map</b> & more"),
]


@pytest.mark.parametrize(("plan", "label"), FAMILIES)
def test_every_family_of_contrasts_has_its_words_and_its_figure(tmp_path, plan, label):
    results = run_plan(planned(read(tmp_path), **plan), draws=30)
    assert [row["label"] for row in primary(results).content["contrasts"]] == [label]
    assert [row.label for row in forest(results).figures[0].rows] == [label]
    (told,) = sentences(results)
    assert told.startswith((label, f"“{label}”", f"The {label}", f"People in the arm “{label}”"))


def test_all_pairs_have_a_whole_report(tmp_path):
    html = told_of(planned(read(tmp_path), contrasts="all-pairs"), tmp_path)
    assert "The plan’s contrasts" in html
    assert "more − No explanation" in section(html, "primary")


def test_one_arm_has_means_and_no_verdict(tmp_path):
    study = read(tmp_path, arms={"control": "No explanation"})
    html = told_of(study, tmp_path)
    assert "The study has one arm, so nothing is compared: no verdict." in section(html, "verdict")
    assert "No explanation" in section(html, "primary")
    assert "no two arms could be compared" in section(html, "forest")
    assert "There is no contrast to check." in section(html, "checks")


def test_one_item_has_means_and_no_comparison(tmp_path):
    html = told_of(read(tmp_path, items=1), tmp_path)
    assert "could not be compared: fewer than two people or two items" in section(html, "verdict")


def test_constant_ratings_have_no_correlation_and_no_picture(tmp_path):
    study = read(tmp_path)
    same = study.ratings.assign(answer=3.0)
    html = told_of(replace(study, ratings=same), tmp_path)
    assert "3.00" in section(html, "ratings")
    first = section(html, "subjective").partition("No explanation")[2]
    assert first.split()[:2] == ["–", "–"]  # the scale stands in the first column
    assert "Explanation satisfaction and accuracy" not in html


def test_twenty_trials_make_a_report(tmp_path):
    study = read(tmp_path, people=2, items=5)
    assert len(study.trials) == 20
    assert "20 trials of 4 participants, 5 items" in section(told_of(study, tmp_path), "model")


def test_checks_of_the_stimuli_stand_beside_the_benefit(tmp_path):
    study = read(tmp_path)
    rows = [
        {"item": item, "explainer": "map", "checks": json.dumps({"deletion-auc": at / 10})}
        for at, item in enumerate(study.items["item"])
    ]
    told = section(told_of(replace(study, stimuli=pd.DataFrame(rows)), tmp_path), "scores")
    assert "deletion-auc <b>Map</b> &amp; more 8" in told


def test_a_model_that_did_not_converge_gives_no_number_and_is_a_deviation(tmp_path):
    results = run_plan(read(tmp_path), draws=30)
    fit = results.primary.fit
    fit = replace(fit, course=replace(fit.course, converged=False))
    results = replace(results, primary=replace(results.primary, fit=fit))
    assert "The planned model could not be fitted, and no other takes its place." in found(results)
    assert "observed" in means(results).figures[0].caption
