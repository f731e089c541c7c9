"""Data of every kind through a mapping alone: each metric's value is found by hand beside the table."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.metrics.by_arm import metric_by_arm
from analysis.metrics.registry import get_metric
from analysis.population import apply_exclusion, primary_trials
from analysis.population.integrity import find_problems
from analysis.reading import Study
from protocol.schema.plan import Exclusion
from tests.analysis.reading.mapping.made import read


def values(study: Study, metric: str) -> list[float]:
    return get_metric(metric)(study.trials).tolist()


# ---- two-stage advice with numbers: (final − first) / (advice − first) -----------------------------

ADVICE = """
    subject,photo,interface,own,advice,settled,real
    s1,p1,plain,10,20,15,18
    s1,p2,plain,10,10,12,11
    s1,p3,plain,10,20,25,20
    s2,p1,saliency,30,20,35,25
    s2,p2,saliency,30,20,20,20
    s2,p3,saliency,-1,20,20,20
"""
ADVICE_MAPPING = """
title: How many trees?
trials:
  columns: {participant: subject, item: photo, arm: interface, first_number: own, output_number: advice}
  values: {task: advice}
plan: {reference: plain, outcome: weight-of-advice}
"""
ADVICE_COLUMNS = "columns: {final_number: settled, truth_number: real, "


@pytest.fixture
def advice(tmp_path):
    mapping = ADVICE_MAPPING.replace("columns: {", ADVICE_COLUMNS).replace(
        "  values:", "  missing: {first_number: [-1]}\n  values:"
    )
    return read(tmp_path, mapping, table=ADVICE)


def test_weight_of_advice_is_signed_and_undefined_where_there_was_nothing_to_take(advice):
    found = values(advice, "weight-of-advice")
    assert found[:1] + found[2:5] == [0.5, 1.5, -0.5, 1.0]
    assert [math.isnan(value) for value in found] == [False, True, False, False, False, True]


def test_numbers_are_not_judged_by_whether_they_are_equal(tmp_path):
    texts = "columns: {first: own, output: advice, truth: real, "
    labels = ADVICE_MAPPING.replace("columns: {", texts).replace(
        "first_number: own, output_number: advice", ""
    )
    labels = labels.replace("arm: interface, }", "arm: interface}").replace("weight-of-advice", "agreement")
    numbers = ADVICE_MAPPING.replace("columns: {", texts).replace(
        "  values:", "  missing: {first_number: [-1]}\n  values:"
    )
    assert "model_correct" in read(tmp_path, labels, table=ADVICE).trials
    judged = {"model_correct", "first_correct", "final_correct", "correct"}
    assert judged.isdisjoint(read(tmp_path, numbers, table=ADVICE).trials.columns)


def test_undefined_weights_are_counted_by_arm(advice):
    told = metric_by_arm("weight-of-advice", advice.trials, ["plain", "saliency"])
    assert told["undefined"].tolist() == [1, 1]
    assert told["estimate"].tolist() == [1.0, 0.25]


# ---- two-stage advice with labels: reliance ------------------------------------------------------

LABELS = """
    who,case,group,before,machine,after,truth
    a,1,alone,cat,dog,dog,dog
    a,2,alone,cat,dog,cat,cat
    a,3,alone,dog,dog,dog,dog
    b,1,shown,cat,dog,cat,dog
    b,2,shown,cat,dog,dog,cat
    b,3,shown,fox,dog,fox,dog
"""
LABELS_MAPPING = """
trials:
  columns: {participant: who, item: case, arm: group, first: before, output: machine, final: after, truth: truth}
  values: {task: advice, chance: 0.5}
plan: {reference: alone, outcome: switch}
"""


def test_own_answer_advice_and_final_answer_are_judged_against_the_truth(tmp_path):
    trials = read(tmp_path, LABELS_MAPPING, table=LABELS).trials
    assert trials["first_correct"].tolist() == [False, True, True, False, True, False]
    assert trials["final_correct"].tolist() == [True, True, True, False, False, False]
    assert trials["model_correct"].tolist() == [True, False, True, True, False, True]


def test_reliance_by_arm(tmp_path):
    trials = read(tmp_path, LABELS_MAPPING, table=LABELS).trials
    assert metric_by_arm("switch", trials, ["alone", "shown"])["estimate"].tolist() == [
        0.5,
        pytest.approx(1 / 3),
    ]
    assert metric_by_arm("over-reliance", trials, ["alone", "shown"])["estimate"].tolist() == [0, 1]


# ---- numeric simulation: |answer − output| -------------------------------------------------------

SIMULATION = (
    "user;house;model;guess;said;units\n1;h1;clear;100.5;110;7\n1;h2;clear;90;80;7\n2;h1;black-box;70;110;7\n"
)
SIMULATION_MAPPING = """
tables: {trials: {separator: ";"}}
trials:
  columns: {participant: user, item: house, arm: model, answer_number: guess, output_number: said, weeks: units}
  kinds: {weeks: number}
  values: {task: forward-simulation}
plan: {reference: black-box, outcome: absolute-simulation-error}
"""


def test_simulation_error_of_numbers(tmp_path):
    study = read(tmp_path, SIMULATION_MAPPING, table=SIMULATION)
    assert values(study, "absolute-simulation-error") == [9.5, 10.0, 40.0]
    assert values(study, "signed-simulation-error") == [-9.5, 10.0, -40.0]
    assert study.trials["weeks"].tolist() == [7, 7, 7]


# ---- two alternatives with catch trials ----------------------------------------------------------

FORCED = """
    worker,unit,trial_kind,method,chose,right_is
    w1,u1,real,natural,left,left
    w1,u2,real,natural,right,left
    w1,c1,catch,natural,left,left
    w2,u1,real,synthetic,left,left
    w2,u2,real,synthetic,left,left
    w2,c1,catch,synthetic,right,left
"""
FORCED_MAPPING = """
trials:
  columns: {participant: worker, item: unit, arm: method, answer: chose, key: right_is}
  values: {task: two-alternative-forced-choice, chance: 0.5}
  catch: {column: trial_kind, values: [catch]}
plan:
  reference: natural
  exclusions:
    - {name: failed the catch trial, kind: process, filter: failed-attention, options: {minimum_passed: 1}}
"""


def test_catch_trials_are_no_trials_and_tell_who_attended(tmp_path):
    study = read(tmp_path, FORCED_MAPPING, table=FORCED)
    assert study.trials["item"].tolist() == ["u1", "u2", "u1", "u2"]
    assert metric_by_arm("simulation-accuracy", study.trials)["estimate"].to_dict() == {
        "natural": 0.5,
        "synthetic": 1.0,
    }
    rule: Exclusion = study.plan.exclusions[0]
    assert apply_exclusion(study, primary_trials(study), rule).participants == {"w2"}


def test_accuracy_above_chance(tmp_path):
    study = read(tmp_path, FORCED_MAPPING, table=FORCED)
    told = metric_by_arm("chance-corrected-accuracy", study.trials, ["natural", "synthetic"])
    assert told["estimate"].tolist() == [0.0, 1.0]  # (accuracy − 1/2) / (1 − 1/2)


# ---- several questions a trial ----------------------------------------------------------------------

QUESTIONS = """
    pid,stimulus,cond,will_it,will_it_after,says,says_after,sure
    1,x,none,yes,no,yes,yes,80
    1,y,none,no,no,no,no,100
    2,x,cf,yes,yes,yes,yes,50
    2,y,cf,yes,,no,no,60
"""
QUESTIONS_MAPPING = """
tables: {trials: {derive: [{column: share, rule: times, of: sure, number: 0.01}]}}
trials:
  columns: {participant: pid, item: stimulus, arm: cond, confidence: share}
  melt:
    into: question
    columns: {answer: {now: will_it, changed: will_it_after}, key: {now: says, changed: says_after}}
  confidence_scale: probability
plan: {reference: none}
"""


def test_each_question_of_a_trial_is_a_row_and_an_open_one_is_missing(tmp_path):
    trials = read(tmp_path, QUESTIONS_MAPPING, table=QUESTIONS).trials
    assert trials["question"].tolist() == ["now", "changed"] * 4
    assert trials["confidence"].tolist() == [0.8, 0.8, 1, 1, 0.5, 0.5, 0.6, 0.6]
    by_question = trials.groupby("question")["correct"].agg(["sum", "count"])
    assert by_question.loc["now"].tolist() == [3, 4]
    assert by_question.loc["changed"].tolist() == [2, 3]


# ---- other arms and columns: two phases, repeated items, own columns, sessions of persons -----------

OTHER = """
    session,person,picture,condition,block,score,again,ms
    a,P1,i1,Sans explication,pre,0,,2000
    a,P1,i1,Sans explication,post,1,i1,1500
    b,P1,i1,Avec « carte »,pre,1,,1000
    b,P1,i1,Avec « carte »,post,1,i1,-99
"""
OTHER_MAPPING = """
trials:
  columns:
    {participant: session, person: person, item: picture, arm: condition, phase: block, correct: score,
     repeats: again, response_ms: ms}
  missing: {response_ms: [-99]}
plan: {reference: Sans explication, phase: post}
"""


def test_arms_of_any_name_phases_repeats_and_persons(tmp_path):
    study = read(tmp_path, OTHER_MAPPING, table=OTHER)
    assert [(arm.name, arm.label) for arm in study.arms] == [
        ("Sans-explication", "Sans explication"),
        ("Avec-carte", "Avec « carte »"),
    ]
    assert primary_trials(study)["correct"].tolist() == [True, True]
    assert study.trials["repeats"].isna().tolist() == [True, False, True, False]
    assert "person-in-several-arms" in [found.kind for found in find_problems(study)]
    assert pd.isna(study.trials["response_ms"].iloc[3])
