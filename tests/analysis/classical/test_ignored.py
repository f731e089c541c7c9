"""What a test says that it ignores on shared items and people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.classical import classical_test
from analysis.classical.ignored import MEANS_REJECTED, TRIALS_REJECTED
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
    assert "rejected 27 %" in said


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
    rows = crossed()[["arm", "correct"]]
    said = classical_test("welch-t", rows, outcome="correct", group="arm").warnings
    assert len(said) == 2
    assert said[0].startswith("No column of participants was named: rows are taken as independent")
    assert said[1].startswith("No complete column of items was named, nor is there one called item")


def test_a_column_called_item_is_looked_at_without_being_named():
    asked = {"outcome": "correct", "group": "arm", "participant": "participant"}
    assert told("mann-whitney", item=None) == told("mann-whitney")
    other = crossed().rename(columns={"item": "question"})
    assert "Takes the 8 items as fixed" in told("mann-whitney", other, item="question")
    assert (
        "No complete column of items was named" in classical_test("mann-whitney", other, **asked).warnings[-1]
    )


def test_an_unnamed_column_of_items_leaves_no_row_out():
    holes = crossed().assign(item=lambda trials: trials["item"].where(trials.index > 9))
    asked = {"outcome": "correct", "group": "arm", "participant": "participant"}
    result = classical_test("welch-t", holes, **asked)
    assert result.missing == 0
    assert "No complete column of items was named" in result.warnings[-1]
    assert classical_test("welch-t", holes, item="item", **asked).missing == 10


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


def test_the_rates_are_those_of_the_calibration():
    page = (Path(__file__).parents[3] / "docs" / "calibration.md").read_text("utf-8")
    lines = page.splitlines()
    header = next(line for line in lines if line.startswith("| design |"))
    row = next(line for line in lines if line.startswith("| S2big |"))
    found = dict(zip(header.split("|"), row.split("|"), strict=True))
    assert round(float(found[" chi-square "])) == TRIALS_REJECTED
    assert round(float(found[" t of means "])) == MEANS_REJECTED
