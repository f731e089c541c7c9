"""Exclusions in their order: counted one after the other, by arm, and tested against arm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.population import apply_exclusions, exclusion_flow, populations
from analysis.population.populations import BY_OUTCOME
from tests.analysis.population.studies import make_study, rule


@pytest.fixture
def study():
    """Twenty people in two arms; `slow` marks 4 of the first arm and 2 of the second, `odd` overlaps."""
    names = [f"p{number:02d}" for number in range(20)]
    arms = ["control"] * 10 + ["map"] * 10
    trials = pd.DataFrame({"participant": names, "arm": arms, "item": "i", "correct": True})
    people = pd.DataFrame({"participant": names, "arm": arms})
    people["slow"] = [number in (0, 1, 2, 3, 10, 11) for number in range(20)]
    people["odd"] = [number in (0, 4, 10, 12) for number in range(20)]
    trials["correct"] = pd.array([number not in (5, 6) for number in range(20)], dtype="boolean")
    rules = [
        rule("flagged", use="primary", column="slow"),
        rule("flagged", use="primary", column="odd"),
        rule("at-chance", kind="outcome", chance=0.5),
        rule("column-equals", kind="pre-allocation", column="odd", value="true"),
    ]
    return make_study(trials, people, exclusions=rules)


def test_each_rule_counts_those_whom_the_earlier_ones_left(study):
    told = exclusion_flow(apply_exclusions(study, study.trials))
    counts = told.set_index(["order", "arm"])[["before", "removed", "left"]]
    assert counts.loc[(1, "control")].tolist() == [10, 4, 6]
    assert counts.loc[(2, "control")].tolist() == [6, 1, 5]
    assert counts.loc[(2, "map")].tolist() == [8, 1, 7]
    assert counts.loc[(3, "control")].tolist() == [5, 2, 3]  # a sensitivity rule sees the primary population
    assert counts.loc[(4, "map")].tolist() == [7, 0, 7]


def test_what_was_decided_before_allocation_is_not_tested(study):
    slow, *_, before = apply_exclusions(study, study.trials)
    assert np.isnan(before.test.p)
    assert slow.test.p == pytest.approx(0.6284829721, abs=1e-9)  # R: fisher.test(matrix(c(4,6,2,8),2))


def test_populations_stand_side_by_side(study):
    told = list(populations(study, study.trials))
    assert [(population.kind, population.people) for population in told] == [
        ("primary", 12),
        ("everyone", 20),
        ("outcome", 10),
        ("pre-allocation", 12),
    ]


def test_a_population_by_outcome_carries_a_warning(study):
    told = {population.kind: population.warning for population in populations(study, study.trials)}
    assert BY_OUTCOME in told["outcome"]
    assert told["primary"] == told["pre-allocation"] == ""


def test_a_rule_that_hits_one_arm_more_is_said():
    names = [f"p{number:02d}" for number in range(40)]
    arms = ["control"] * 20 + ["map"] * 20
    trials = pd.DataFrame({"participant": names, "arm": arms, "item": "i", "mark": [0] * 20 + [0, 1] * 10})
    study = make_study(trials, exclusions=[rule("flagged", column="mark")])
    *_, without = populations(study, trials)
    assert "from 0% in control to 50% in map (p < .001" in without.warning


def test_without_primary_exclusions_everyone_is_the_primary_population():
    trials = pd.DataFrame({"participant": ["a", "b"], "arm": ["control", "map"], "item": "i"})
    assert [population.kind for population in populations(make_study(trials), trials)] == ["primary"]


def test_dropping_everyone_at_or_below_chance_turns_ten_points_into_four():
    """Why filters by outcome are never primary.

    Two arms of 3,000 people, 30 yes-no items; logit intercept 0.3, effect 0.5244 (10.3 points over the
    random effects), SD of people 0.8 and of items 0.6, which stand at the quantiles of their distribution.
    """
    true, after = [], []
    for seed in range(4):
        trials, planted = two_arms(np.random.default_rng(seed))
        rules = [rule("at-chance", kind="outcome", chance=0.5)]
        primary, kept = populations(make_study(trials, exclusions=rules), trials)
        assert primary.people == 6000
        true.append(planted)
        after.append(difference(kept.trials))
    assert np.mean(true) == pytest.approx(0.103, abs=0.002)
    assert np.mean(after) == pytest.approx(0.044, abs=0.005)


def two_arms(rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    people, items = 3000, stats.norm.ppf((np.arange(30) + 0.5) / 30, scale=0.6)
    tables, means = [], []
    for arm, effect in (("control", 0.0), ("map", 0.5244)):
        logit = 0.3 + effect + rng.normal(0, 0.8, (people, 1)) + items
        chance = 1 / (1 + np.exp(-logit))
        who = np.repeat([f"{arm}{number}" for number in range(people)], 30)
        right = (rng.random(chance.shape) < chance).ravel()
        told = {"participant": who, "arm": arm, "item": np.tile(np.arange(30), people)}
        tables.append(pd.DataFrame(told | {"correct": pd.array(right, dtype="boolean")}))
        means.append(chance.mean())
    return pd.concat(tables, ignore_index=True), means[1] - means[0]


def difference(trials: pd.DataFrame) -> float:
    means = trials["correct"].astype(float).groupby(trials["arm"]).mean()
    return means["map"] - means["control"]
