"""What a test says that it ignores on shared items and people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.classical import classical_test
from tests.analysis.classical.tables import crossed

ASKED = {"outcome": "correct", "group": "arm", "participant": "participant", "item": "item"}


def told(name: str, table: pd.DataFrame | None = None, **options) -> str:
    return " ".join(classical_test(name, crossed() if table is None else table, **ASKED | options).warnings)


@pytest.mark.parametrize("name", ["welch-t", "mann-whitney", "chi-square", "fisher", "permutation"])
def test_a_test_of_trials_ignores_people_and_items(name):
    options = {"draws": 50} if name == "permutation" else {}
    said = told(name, **options)
    assert "Takes 320 trials as independent, though 40 participants gave up to 8 each" in said
    assert "Takes the 8 items as fixed" in said
    assert "crossed mixed model" in said


@pytest.mark.parametrize("name", ["student-t", "kruskal-wallis", "one-way-anova"])
def test_a_test_of_participant_means_ignores_items_only(name):
    said = told(name, unit="participant")
    assert "as independent" not in said
    assert "rejected 26 %" in said


def test_a_test_of_item_means_ignores_people_only():
    said = told("paired-t", unit="item")
    assert "Takes the 40 participants as fixed" in said
    assert "items as fixed" not in said


def test_each_bootstrap_says_what_it_does_not_draw():
    assert "items as fixed" in told("cluster-bootstrap", draws=50)
    assert "as independent" not in told("cluster-bootstrap", draws=50)
    assert told("hase-bansal-bootstrap", draws=50) == ""


def test_shuffling_within_participants_respects_them():
    table = crossed().assign(arm=lambda trials: np.where(trials["item"] % 2, "map", "control"))
    assert "as independent" not in told("permutation", table, strata="participant", draws=50)


def test_people_in_several_groups_count_twice_and_this_is_said():
    table = crossed().assign(arm=lambda trials: np.where(trials["item"] % 2, "map", "control"))
    assert "40 participants are in several groups" in told("student-t", table, unit="participant")
    assert "several groups" not in told("paired-t", table, unit="participant")


def test_one_answer_from_each_person_needs_no_warning():
    table = crossed(items=1)
    asked = {"outcome": "correct", "group": "arm", "participant": "participant"}
    assert classical_test("welch-t", table, **asked).warnings == ()


def test_rows_of_unknown_origin_are_told():
    said = classical_test("welch-t", crossed(), outcome="correct", group="arm").warnings
    assert said == (
        "No column of participants was named: rows are taken as independent, which was not checked.",
    )


def test_the_rates_in_the_sentences_are_what_null_data_give():
    # a fifth of the measurement: 26.3 % and 39.1 % in 1,000 data sets, each ± 5 points here
    rejected = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        logit = 0.5 + rng.normal(0, 0.7, 200)[:, None] + rng.normal(0, 0.8, 12)
        logit = logit + np.repeat([-0.5, 0.5], 100)[:, None] * rng.normal(0, 0.7, 12)
        right = rng.random((200, 12)) < 1 / (1 + np.exp(-logit))
        halves = right[:100], right[100:]
        table = [[half.sum(), (~half).sum()] for half in halves]
        rejected.append(
            (
                stats.ttest_ind(*(half.mean(axis=1) for half in halves), equal_var=False).pvalue < 0.05,
                stats.chi2_contingency(table, correction=False).pvalue < 0.05,
            )
        )
    t, chi_square = np.mean(rejected, axis=0)
    assert 0.17 < t < 0.36
    assert 0.29 < chi_square < 0.5
