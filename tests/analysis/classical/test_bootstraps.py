"""The bootstraps of papers: their spread against closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.classical import classical_test
from analysis.errors import AnalysisError, UnknownName
from tests.analysis.classical.tables import crossed

ASKED = {"outcome": "correct", "group": "arm", "participant": "participant", "item": "item"}


def spread(told) -> float:
    """Return the standard error that the 95 % interval amounts to."""
    return (told.high - told.low) / (2 * 1.959964)


def test_cluster_bootstrap_has_the_spread_of_participant_means():
    table = crossed(people=80)
    told = classical_test("cluster-bootstrap", table, groups=["map", "control"], draws=4000, **ASKED)
    means = table.groupby(["arm", "participant"])["correct"].mean()
    variance = sum(means[arm].var(ddof=0) / 40 for arm in ("map", "control"))
    assert spread(told) == pytest.approx(np.sqrt(variance), rel=0.06)
    assert told.estimate == pytest.approx(means["map"].mean() - means["control"].mean())
    assert told.n == {"map": 320, "control": 320}


def test_hase_bansal_also_has_the_spread_of_items():
    # no spread between people: what is left is the items' means, and a little of the cells
    values = np.tile([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 30)
    table = pd.DataFrame(
        {"change": values, "participant": np.repeat(np.arange(30), 6), "item": np.tile(np.arange(6), 30)}
    )
    asked = {"outcome": "change", "participant": "participant", "item": "item", "draws": 4000}
    told = classical_test("hase-bansal-bootstrap", table, **asked)
    assert spread(told) == pytest.approx(np.sqrt(values.var() / 6), rel=0.06)
    assert told.details["observed"] == pytest.approx(2.5)
    by_people = classical_test("cluster-bootstrap", table, **asked)
    assert by_people.low == by_people.high == pytest.approx(2.5)


def test_p_of_hase_and_bansal_is_the_share_beyond_the_estimate():
    told = classical_test("hase-bansal-bootstrap", crossed(effect=1.0), draws=4000, **ASKED)
    se = spread(told)
    assert told.p == pytest.approx(2 * stats.norm.sf(abs(told.estimate) / se), abs=0.02)


def test_same_seed_same_interval_another_seed_another():
    one, again, other = (
        classical_test("cluster-bootstrap", crossed(), draws=400, seed=seed, **ASKED) for seed in (1, 1, 2)
    )
    assert one == again
    assert one.low != other.low


def test_within_subject_groups_are_drawn_together():
    # everyone is .1 better in b: no draw of whole people can change the difference
    people = np.random.default_rng(1).normal(size=30)
    table = pd.DataFrame(
        {
            "value": np.concatenate([people, people + 0.1]),
            "arm": ["a"] * 30 + ["b"] * 30,
            "participant": [*range(30), *range(30)],
        }
    )
    told = classical_test(
        "cluster-bootstrap",
        table,
        outcome="value",
        group="arm",
        groups=["b", "a"],
        participant="participant",
        draws=300,
    )
    assert (told.low, told.high) == pytest.approx((0.1, 0.1))


def test_what_is_needed_is_said():
    with pytest.raises(UnknownName, match="column of items"):
        classical_test(
            "hase-bansal-bootstrap",
            crossed().rename(columns={"item": "question"}),
            outcome="correct",
            group="arm",
            participant="participant",
        )
    with pytest.raises(AnalysisError, match='unit="trial"'):
        classical_test("cluster-bootstrap", crossed(), unit="participant", **ASKED)
