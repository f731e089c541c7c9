"""The verdict: two plain sentences, whatever the plan compares."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis import run_plan
from analysis.report.sections.primary import primary
from analysis.report.sections.verdict import sentences
from protocol.schema.plan import PlannedContrast

UNDECIDED = "as the data fit no difference as well as one worth having"
TWO_CONTRASTS = [
    PlannedContrast(name="one", label="Nearest against none", weights={"nearest": 1, "control": -1}),
    PlannedContrast(
        name="two", label="Maps against none", weights={"saliency": 0.5, "grad-cam": 0.5, "control": -1}
    ),
]


@pytest.fixture(scope="module")
def results(study):
    plan = study.plan.model_copy(update={"method": "two-way-cluster-robust-t"})
    return run_plan(replace(study, plan=plan), draws=30)


def planned(results, **plan):
    study = results.study
    return run_plan(replace(study, plan=study.plan.model_copy(update=plan)), draws=30)


def with_verdicts(results, differs=(), within=()):
    """Return the results as if these arms differed from the reference, and those were equivalent to it."""
    table = results.contrasts.assign(
        differs=results.contrasts.index.isin(differs),
        within_margin=pd.array(results.contrasts.index.isin(within), dtype="boolean"),
    )
    return replace(results, primary=replace(results.primary, contrasts=table))


def test_nothing_differs_in_five_arms(results):
    first, second = sentences(with_verdicts(results, within=["grad-cam"]))
    assert first == "No arm differed from “No explanation” by the plan’s rule."
    assert second == (
        "Grad-CAM made no difference worth having (within ±10 points); "
        f"Saliency map, Nearest examples and Placebo map remain undecided, {UNDECIDED}."
    )


def test_one_arm_differs_with_its_means_and_its_interval(results):
    row = results.contrasts.loc["nearest"]
    first, second = sentences(with_verdicts(results, differs=["nearest"]))
    assert first.startswith("People in the arm “Nearest examples” foretold ")
    assert first.endswith(f"points more (95 % interval {100 * row['low']:.1f} to {100 * row['high']:.1f}).")
    assert second == f"Saliency map, Grad-CAM and Placebo map remain undecided, {UNDECIDED}."


def test_two_arms_differ_and_the_other_two_have_their_numbers(results):
    first, second = sentences(with_verdicts(results, ["nearest", "placebo"], ["grad-cam"]))
    numbers = results.contrasts.loc["nearest"]
    assert first.startswith("2 arms differed from “No explanation” (")
    assert f"Nearest examples +{100 * numbers['estimate']:.1f}, +{100 * numbers['low']:.1f} to" in first
    assert first.endswith("(points, 95 % intervals).")
    margin = results.contrasts.loc["grad-cam", "margin_high"]
    assert f"+{100 * margin:.1f}, 90 % interval)" in second


def answered_by(results, **people):
    """Return the results of the trials that so many people of each arm gave; of the arms not named, everyone's."""
    trials = results.study.trials
    kept = {
        one
        for arm, group in trials.groupby("arm")["participant"]
        for one in group.unique()[: people.get(str(arm).replace("-", "_"), len(trials))]
    }
    return planned(
        replace(results, study=replace(results.study, trials=trials[trials["participant"].isin(kept)]))
    )


def test_arms_that_are_absent_or_too_small_are_named_and_the_others_compared(results):
    told = sentences(answered_by(results, saliency=0, grad_cam=0, placebo=1))[-1]
    assert "Saliency map and Grad-CAM could not be compared: no trial with an outcome" in told
    assert "Placebo map could not be compared: fewer than two people or two items" in told
    assert "Nearest examples" in " ".join(sentences(answered_by(results, saliency=0, grad_cam=0, placebo=1)))


def test_without_a_reference_it_is_said_once_which_arms_were_too_small(results):
    (told,) = sentences(answered_by(results, control=1, saliency=0))
    assert told == (
        "No arm could be compared with “No explanation”: fewer than two people or two items in “No explanation”; "
        "no trial with an outcome in “Saliency map”."
    )


def test_no_sentence_is_a_chain(results):
    for differs in ([], ["nearest"], ["nearest", "placebo"]):
        told = sentences(with_verdicts(results, differs, ["grad-cam"]))
        assert len(told) == 2
        assert all(len(sentence.split()) < 45 for sentence in told)


def test_one_sided_plan_says_which_side(results):
    first, second = sentences(with_verdicts(planned(results, sides="greater", equivalence_margin=None)))
    assert first == "No arm lay above “No explanation” by the plan’s rule."
    assert second.endswith("Placebo map remain undecided, as the data show no difference above zero.")


def test_planned_contrasts_differ_from_zero(results):
    first, second = sentences(planned(results, contrasts="planned", planned=TWO_CONTRASTS))
    assert first.startswith("“Nearest against none” differed from zero: +")
    assert first.endswith("(points, 95 % interval).")
    assert second.startswith("“Maps against none” made no difference worth having (within ±10 points: ")


def test_many_pairs_are_counted(results):
    first, second = sentences(planned(results, contrasts="all-pairs"))
    assert first.startswith("4 contrasts differed from zero: Nearest examples − No explanation +")
    assert second.endswith(f"5 contrasts remain undecided, {UNDECIDED}.")


def test_a_trend_has_an_article(results):
    scores = {arm: float(at) for at, arm in enumerate(results.study.arm_names)}
    (told,) = sentences(planned(results, contrasts="trend", scores=scores))
    assert told.startswith("The linear trend made no difference worth having")


def test_the_primary_table_names_the_method_of_each_column(study, results):
    modelled = primary(run_plan(study, draws=30)).content
    assert modelled["margin_family"] == "Holm"
    assert "“At natural error rate”: two-way cluster-robust t, not the mixed model." in modelled["note"]
    assert "not the mixed model" not in primary(results).content["note"]
    assert primary(planned(results, family="none")).content["margin_family"] == "not adjusted"
