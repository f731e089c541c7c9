"""Degrees of freedom: hand-made designs whose levels can be counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.mixed.degrees import degrees_of_freedom
from analysis.mixed.problem import read_problem

PEOPLE, ITEMS = 12, 8


@pytest.fixture(scope="module")
def trials():
    """Arms between people, difficulty between items, phase within both, rt of each trial."""
    person, item = np.repeat(np.arange(PEOPLE), ITEMS), np.tile(np.arange(ITEMS), PEOPLE)
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "participant": person,
            "item": item,
            "arm": np.array(["a", "b", "c"])[person % 3],
            "difficulty": (item % 2).astype(float),
            "phase": np.where((person + item) % 2, "pre", "post"),
            "rt": random.normal(size=len(person)),
            "correct": random.integers(0, 2, len(person)),
        }
    )


def degrees(trials, terms, random):
    problem = read_problem(f"correct ~ {terms}", trials, random)
    design = problem.design
    rule = degrees_of_freedom(design.values, design.column_variables, problem.factors, problem.groupings)
    return {
        name: rule(weights) for name, weights in zip(design.names, np.eye(len(design.names)), strict=True)
    }


def test_arms_between_people_have_people_less_arms(trials):
    found = degrees(trials, "arm", {"participant": "1", "item": "1"})
    assert found == {"Intercept": ITEMS - 1, "arm[T.b]": PEOPLE - 3, "arm[T.c]": PEOPLE - 3}


def test_a_slope_over_items_brings_the_items_less_one(trials):
    found = degrees(trials, "arm", {"participant": "1", "item": "1 + arm"})
    assert found["arm[T.b]"] == ITEMS - 1


def test_between_items_there_are_items_less_what_is_estimated_between_them(trials):
    found = degrees(trials, "arm + difficulty", {"participant": "1 + difficulty", "item": "1"})
    assert found["difficulty"] == ITEMS - 2
    assert found["Intercept"] == ITEMS - 2
    assert found["arm[T.b]"] == PEOPLE - 3


def test_within_both_the_smaller_factor_with_a_slope_counts(trials):
    assert (
        degrees(trials, "phase", {"participant": "1 + phase", "item": "1 + phase"})["phase[T.pre]"]
        == ITEMS - 1
    )
    assert degrees(trials, "phase", {"participant": "1 + phase", "item": "1"})["phase[T.pre]"] == PEOPLE - 1


def test_what_no_factor_carries_is_estimated_from_the_rows(trials):
    assert degrees(trials, "phase + rt", {"participant": "1", "item": "1"})["rt"] == PEOPLE * ITEMS - 3


def test_an_interaction_needs_a_slope_of_its_own(trials):
    random = {"participant": "1 + phase", "item": "1 + arm + phase"}
    found = degrees(trials, "arm * phase", random)
    assert found["phase[T.pre]"] == ITEMS - 1
    assert found["arm[T.b]:phase[T.pre]"] == PEOPLE * ITEMS - 6
    found = degrees(trials, "arm * phase", random | {"item": "1 + arm:phase"})
    assert found["arm[T.b]:phase[T.pre]"] == ITEMS - 1


def test_a_contrast_has_the_smallest_of_its_coefficients(trials):
    problem = read_problem("correct ~ arm + difficulty", trials, {"participant": "1", "item": "1"})
    design = problem.design
    rule = degrees_of_freedom(design.values, design.column_variables, problem.factors, problem.groupings)
    assert rule(np.array([0, 1, -1, 0])) == PEOPLE - 3
    assert rule(np.array([0, 1, 0, 1])) == ITEMS - 2


@pytest.mark.parametrize(
    ("variable", "expected"), [("phase", ITEMS - 1), ("arm", PEOPLE - 3), ("half", ITEMS - 2)]
)
def test_a_model_without_an_intercept_has_the_degrees_of_the_one_with_it(trials, variable, expected):
    table = trials.assign(half=np.where(trials["difficulty"] > 0, "hard", "easy"))
    random = {"participant": "1 + phase + half", "item": "1 + phase"}
    coded = degrees(table, variable, random)
    cells = degrees(table, f"0 + {variable}", random)
    steps = [df for name, df in coded.items() if name != "Intercept"]
    assert set(steps) == set(cells.values()) == {expected}


def test_a_covariate_of_large_numbers_within_people_is_not_taken_for_one_between_them(trials):
    table = trials.assign(clock=1.7e12 + 1000.0 * np.arange(len(trials)), age=0.1 + trials["participant"] / 3)
    found = degrees(table, "arm + clock + age", {"participant": "1", "item": "1"})
    assert found["arm[T.b]"] == found["age"] == PEOPLE - 4
    assert found["clock"] == PEOPLE * ITEMS - 5
